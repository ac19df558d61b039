"""An autograder for Gradescope: the zip to upload, and what runs there on one submission.

Gradescope runs `setup.sh` once, when the image is built, and `run_autograder` for each submission; it finds the
submission in `/autograder/submission` and reads `/autograder/results/results.json`. The contract is in
https://gradescope-autograders.readthedocs.io/en/latest/specs/.
"""

import io
import json
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograder.basics.files import write_file
from autograder.classroom.collecting import collect
from autograder.day import Day
from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.grading.grader import Grader, Settings
from autograder.project import day_path, root
from autograder.result import ExerciseResult, Result, Status
from autograder.submission import Submission

_STAMP = (1980, 1, 1, 0, 0, 0)  # the same day gives the same bytes
_PACKAGES = ("autograder", "deepdays")
_SETUP = """\
#!/usr/bin/env bash
# Installs what grading needs, once, when Gradescope builds the image.
set -euo pipefail
here="${AUTOGRADER:-/autograder}"
usable() { "$1" -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }
python=""
for each in python3 python3.13 python3.12 python3.11; do
  if usable "$each"; then python="$each"; break; fi
done
if [ -z "$python" ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3.12 python3.12-venv ||
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3.11 python3.11-venv
  if usable python3.12; then python=python3.12; else python=python3.11; fi
fi
"$python" -m venv "$here/venv"
"$here/venv/bin/python" -m pip install --quiet "$here/source[grader]"
"""
_RUN = """\
#!/usr/bin/env bash
# Grades the one submission that lies there.
set -euo pipefail
here="${AUTOGRADER:-/autograder}"
cd "$here/source"
exec "$here/venv/bin/python" -m autograder.classroom.gradescope DAY "$here/submission" "$here/results/results.json"
"""


def autograder_zip(day: Day, root: Path, path: Path) -> Path:
    """Write the zip for Gradescope's "Configure Autograder"; returns its path.

    Args:
        day: the day to grade.
        root: the project's folder: its two packages go in, and of the days this one and those that it builds on.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("setup.sh", _SETUP), ("run_autograder", _RUN.replace("DAY", str(day.number)))):
            archive.writestr(_info(name, executable=True), text)
        for source in _sources(day, root):
            archive.writestr(_info(source.relative_to(root).as_posix()), source.read_bytes())
    return write_file(path, packed.getvalue())


def _info(name: str, executable: bool = False) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _STAMP)
    info.external_attr = (0o755 if executable else 0o644) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _sources(day: Day, root: Path) -> Iterator[Path]:
    for name in ("LICENSE", "README.md", "pyproject.toml", "docs/syllabus.yml"):
        yield root / name
    for package in _PACKAGES:
        found = sorted((root / package).rglob("*"))
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)
    for number in sorted({day.number, *day.needs_code}):
        yield day_path(root, number)


def results(result: Result, seconds: float, note: str | None) -> dict:
    """A result in Gradescope's form: a test an exercise, each with what the learner is told."""
    said = " ".join(filter(None, (result.message, note)))
    return {
        "score": result.score,
        "execution_time": round(seconds, 1),
        "output": said,
        "output_format": "text",
        "visibility": "visible",
        "tests": [_test(exercise) for exercise in result.exercises],
    }


def _test(exercise: ExerciseResult) -> dict:
    hint = f"Hint: {exercise.hint}" if exercise.hint else ""
    return {
        "name": exercise.name,
        "score": exercise.points,
        "max_score": exercise.max_points,
        "status": "passed" if exercise.status == Status.PASSED else "failed",
        "output": "\n".join(filter(None, (exercise.status.words, exercise.message, hint))),
        "output_format": "text",
        "visibility": "visible",
    }


def grade_one(day: Day, submission: Path) -> dict:
    """Grade the files of one submission, whatever they are; Gradescope's form of the result."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="deepdays-") as folder:
        shutil.copytree(submission, Path(folder, "class", "you"), symlinks=True)
        Path(folder, "class", "nobody").mkdir()  # so that the folder is taken for a class
        found = {each.student: each for each in collect(Path(folder, "class"), day)}
    none = f"Nothing was handed in for day {day.number}: what is there lies in the folder of another day."
    handed_in = found.get("you") or Submission("you", b"", submission, problem=none)
    with Grader(day, Settings(mode="best-effort")) as grader:
        result = grader.grade(handed_in).result
    return results(result, time.monotonic() - began, handed_in.note)


def main(number: str, submission: str, path: str) -> None:
    try:
        told = grade_one(read_day(day_path(root(), int(number))), Path(submission))
    except DeepDaysError as error:
        told = {"score": 0, "output": str(error), "output_format": "text"}
    write_file(Path(path), json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace"))


if __name__ == "__main__":
    main(*sys.argv[1:])
