"""A graded submission in nbgrader's course folder, as formgrader and `nbgrader generate_feedback` expect it."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.basics.files import write_file, write_if_changed
from autograder.basics.plain_text import one_line, visible
from autograder.day import Day, Kind
from autograder.errors import DeepDaysError
from autograder.grading.grader import Graded
from autograder.notebooks.plain import as_bytes
from autograder.notebooks.reading import source_of
from autograder.project import notebook_in
from autograder.result import Result, Status, points
from autograder.submission import SubmittedDay

MAX_SOURCE = 100_000
MAX_OUTPUT = 20_000
MAX_IMAGE = 500_000
MAX_OUTPUTS = 20


def write_autograded(course_dir: Path | str, day: Day, graded: Graded) -> Path:
    """Write `autograded/STUDENT/SLUG/SLUG.ipynb`, and the file as handed in under `submitted/` if none is there.

    Args:
        course_dir: a course made by `autograder.classroom.course.make_course` that has the day.

    Returns:
        The autograded notebook's path.

    Raises:
        DeepDaysError: the course does not have the day.
    """
    course, submission = Path(course_dir), graded.submission
    name = notebook_in(Path(submission.student), day.slug)
    release = notebook_in(course / "release", day.slug)
    if not release.is_file():
        raise DeepDaysError(f"Day {day.number} is not in the course {course}. Add it to the course first.")
    handed_in = course / "submitted" / name
    origin = Path(os.path.abspath(submission.origin))  # links on the way are a stranger's, and may lead nowhere
    is_there = os.path.lexists(handed_in) or origin.is_relative_to(course.absolute() / "submitted")
    if submission.content and not is_there:
        write_file(handed_in, submission.content)
        if submission.submitted_at is not None:
            stamp = f"{submission.submitted_at:%Y-%m-%d %H:%M:%S.%f} UTC\n"
            write_file(handed_in.with_name("timestamp.txt"), stamp.encode())
    notebook = autograded_notebook(json.loads(release.read_bytes()), day, graded)
    written = course / "autograded" / name
    for beside, content in submission.receipt:
        write_if_changed(written.with_name(beside), content)
    return write_if_changed(written, as_bytes(notebook))


def autograded_notebook(handed_out: dict, day: Day, graded: Graded) -> dict:
    """The learner's cells among the day's locked ones, each test with its verdict as output.

    Locked cells are those of the learner's copy, so hidden tests stay hidden; a deleted one is put back. The
    learner's own text is shown as it was typed, because formgrader would run the HTML in it.

    Args:
        handed_out: the notebook as handed out (the course's release copy), as plain data.

    Returns:
        A notebook as plain data. Of a submission that was not graded it holds the notebook as handed out.
    """
    originals = {cell["id"]: cell for cell in handed_out["cells"]}
    learners = graded.notebook
    cells = _merged(learners, originals) if learners else [{**cell} for cell in handed_out["cells"]]
    tests = {cell.id: cell.name for cell in day.cells if cell.kind == Kind.TEST}
    for cell in _put_back(cells, originals, day):
        if cell["id"] in tests:
            cell["execution_count"] = None
            cell["outputs"] = [_verdict_output(graded.result, tests[cell["id"]])]
    return {**handed_out, "cells": cells}


def _merged(learners: SubmittedDay, originals: dict[str, dict]) -> list[dict]:
    """The learner's cells in their order; of a cell that was copied only the last is the day's."""
    last = {cell.id: index for index, cell in enumerate(learners.known) if cell is not None}
    merged = []
    for index, (raw, cell) in enumerate(zip(learners.raw, learners.known, strict=True)):
        if cell is None or cell.id not in originals or last[cell.id] != index:
            merged.append(_learners_own(raw, f"own-{index + 1}"))
            continue
        mine = {**originals[cell.id]}
        if cell.kind in (Kind.EXERCISE, Kind.DEMO):
            mine["source"] = visible(source_of(raw), MAX_SOURCE)
            mine["outputs"] = list(_small_outputs(raw))
            mine["execution_count"] = None
        elif cell.kind == Kind.MARKDOWN and source_of(raw) != source_of(mine):
            mine = _learners_own(raw, cell.id)
        merged.append(mine)
    return merged


def _learners_own(raw: dict, cell_id: str) -> dict:
    source = visible(source_of(raw), MAX_SOURCE)
    if raw["cell_type"] == "code":
        outputs = list(_small_outputs(raw))
        return {
            "cell_type": "code",
            "id": cell_id,
            "metadata": {},
            "execution_count": None,
            "source": source,
            "outputs": outputs,
        }
    as_code_block = "\n".join(f"    {line}" for line in source.splitlines())
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": as_code_block}


def _put_back(cells: list[dict], originals: dict[str, dict], day: Day) -> list[dict]:
    """Insert the locked cells that are missing, each after the nearest cell of the day that stands before it."""
    locked = {cell.id for cell in day.cells if cell.kind.is_locked}
    place = 0
    for cell_id, original in originals.items():
        present = next((index for index, cell in enumerate(cells) if cell["id"] == cell_id), None)
        if present is not None:
            place = present + 1
        elif cell_id in locked:
            cells.insert(place, {**original})
            place += 1
    return cells


def _verdict_output(result: Result, name: str) -> dict:
    """What a test says, in the form that nbgrader reads the same score from."""
    exercise = result.exercise(name)
    if exercise is not None and exercise.status == Status.PASSED:
        text = f"passed: {points(exercise.points)} of {points(exercise.max_points)} points\n"
        return {"output_type": "stream", "name": "stdout", "text": text}
    if exercise is None:
        word, message = result.status.words, result.message
        lines = [f"not graded: {word}"]
    else:
        word, message = exercise.status.words, exercise.message
        lines = [f"{word}: {points(exercise.points)} of {points(exercise.max_points)} points"]
        lines += ["", f"Hint: {visible(exercise.hint)}"] if exercise.hint else []
    lines[1:1] = visible(message, MAX_OUTPUT).splitlines()
    return {"output_type": "error", "ename": word, "evalue": one_line(message), "traceback": lines}


def _small_outputs(raw: dict) -> Iterator[dict]:
    """A cell's outputs that are text or a small picture, made anew; everything else in them is left behind."""
    outputs = raw.get("outputs")
    for output in outputs[:MAX_OUTPUTS] if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        kind, data = output.get("output_type"), output.get("data")
        if kind == "stream" and (text := _text(output.get("text"))):
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            yield {"output_type": "stream", "name": name, "text": text}
        elif kind == "error" and (text := _text(output.get("traceback"), "\n")):
            yield {"output_type": "error", "ename": "", "evalue": "", "traceback": text.split("\n")}
        elif kind in ("display_data", "execute_result") and isinstance(data, dict):
            kept = {"text/plain": _text(data.get("text/plain")), "image/png": _png(data.get("image/png"))}
            kept = {kind: value for kind, value in kept.items() if value}
            if kept:
                yield {"output_type": "display_data", "metadata": {}, "data": kept}


def _text(value: object, between: str = "") -> str:
    if isinstance(value, list):
        value = between.join(line for line in value[:1000] if isinstance(line, str))
    return visible(value, MAX_OUTPUT) if isinstance(value, str) else ""


def _png(value: object) -> str:
    text = "".join(line for line in value if isinstance(line, str)) if isinstance(value, list) else value
    if not isinstance(text, str) or len(text) > MAX_IMAGE:
        return ""
    return text if re.fullmatch(r"[A-Za-z0-9+/=\s]+", text) else ""
