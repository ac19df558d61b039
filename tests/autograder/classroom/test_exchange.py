"""nbgrader's exchange there and back: released, fetched, handed in, collected, graded by us, and the page returned."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from autograder.classroom.course import make_course
from autograder.classroom.grade_class import grade_class
from autograder.grading.grader import Settings
from autograder.notebooks.plain import as_bytes, with_answers
from tests.support.sample_notebooks import SLUG, sample_day


@pytest.fixture
def nbgrader(tmp_path):
    """Runs `nbgrader COMMAND` in a folder, with an exchange that teacher and student share."""
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    home = {name: str(tmp_path / name) for name in ("HOME", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR")}

    def run(folder: Path, command: str, *arguments: str) -> str:
        options = ["--course", "deepdays", f"--Exchange.root={exchange}", f"--Exchange.cache={folder / 'cache'}"]
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, SLUG, *options, *arguments],
            cwd=folder, env=os.environ | home, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_a_page_finds_its_way_back_to_the_student(nbgrader, tmp_path):
    course, student = make_course(tmp_path / "course", [sample_day()]), tmp_path / "student"
    student.mkdir()
    nbgrader(course, "release_assignment")
    nbgrader(student, "fetch_assignment")
    path = student / SLUG / f"{SLUG}.ipynb"
    path.write_bytes(as_bytes(with_answers(json.loads(path.read_bytes()), sample_day().answers)))
    nbgrader(student, "submit")
    nbgrader(course, "collect")

    (result,) = grade_class(sample_day(), course, course, None, Settings(), Console(file=io.StringIO()))
    assert result.score == 5

    nbgrader(course, "release_feedback")
    nbgrader(student, "fetch_feedback")
    (page,) = (student / SLUG / "feedback").glob("*/*.html")
    assert "<strong>5 of 5</strong>" in page.read_text()
