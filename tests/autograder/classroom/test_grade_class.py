"""Grading a class for real: again, after a change, and after a run that was killed in the middle."""

import io
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from nbgrader.api import Gradebook
from rich.console import Console
from sqlalchemy import func, select

from autograder.classroom import autograded
from autograder.classroom.grade_class import grade_class
from autograder.grading import grader as grader_module
from autograder.grading.grader import Grader, Settings
from autograder.grading.store import NAME
from autograder.notebooks import reading
from autograder.notebooks.plain import as_bytes
from autograder.result import Outcome
from tests.support.sample_notebooks import SLUG, answered, sample_day

STUDENTS = 12
WRONG = "def welford_update(count, mean, m2, x):\n    return count, mean, m2"


def write(folder, number: int, **answers) -> None:
    """A student's notebook; the comment makes it unlike every other."""
    notebook = answered(**answers)
    notebook["cells"][0]["source"] += f"\n{number}"
    path = folder / f"student{number:02d}" / f"{SLUG}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_bytes(notebook))


@pytest.fixture
def klass(tmp_path):
    """A class in which every fourth student is wrong."""
    for number in range(STUDENTS):
        write(tmp_path / "class", number, **({"welford_update": WRONG} if number % 4 == 0 else {}))
    return tmp_path / "class"


DUE = {f"student{number:02d}": 0.0 if number % 4 == 0 else 5.0 for number in range(STUDENTS)}


@pytest.fixture
def graded(klass, tmp_path):
    """Grade the class; returns the results and what was printed."""

    def grade():
        text = io.StringIO()
        results = grade_class(
            sample_day(), klass, tmp_path / "course", None, Settings(), Console(file=text, width=200)
        )  # fmt: skip
        return results, text.getvalue()

    return grade


@pytest.fixture
def examined(monkeypatch):
    """The number of examinations so far, in a list of one."""
    count, examine = [0], Grader.examine

    def counting(*args, **kwargs):
        count[0] += 1
        return examine(*args, **kwargs)

    monkeypatch.setattr(Grader, "examine", counting)
    return count


def test_a_notebook_is_parsed_once_a_run(graded, monkeypatch):
    parsed, parse = [], reading.parse_notebook
    monkeypatch.setattr(reading, "parse_notebook", lambda content: parsed.append(content) or parse(content))
    for run in (1, 2):  # the second takes its results from the store
        graded()
        assert len(parsed) == run * STUDENTS
        assert len(set(parsed)) == STUDENTS


def scores(course) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "deepdays") as gradebook:
        return {each.student.id: each.score for each in gradebook.assignment_submissions(SLUG)}


def rows(course) -> dict[str, int]:
    from nbgrader import api

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "deepdays") as gradebook:
        tables = (api.Student, api.SubmittedAssignment, api.Grade)
        return {table.__name__: gradebook.db.scalar(select(func.count()).select_from(table)) for table in tables}


def assert_complete(course) -> None:
    assert scores(course) == DUE
    assert rows(course) == {"Student": STUDENTS, "SubmittedAssignment": STUDENTS, "Grade": 2 * STUDENTS}
    for folder, name in (("autograded", f"{SLUG}.ipynb"), ("feedback", f"{SLUG}.html"), ("submitted", f"{SLUG}.ipynb")):
        written = {path.parent.parent.name for path in (course / folder).glob(f"*/{SLUG}/{name}")}
        assert written == set(DUE), folder
    assert not list(course.rglob("*.part"))


def test_an_unchanged_class_is_not_examined_again(graded, examined, tmp_path):
    first, _ = graded()
    assert examined == [STUDENTS]
    assert_complete(tmp_path / "course")
    second, text = graded()
    assert examined == [STUDENTS]
    assert f"{STUDENTS} of {STUDENTS} are unchanged since they were graded" in text
    assert second == first
    assert_complete(tmp_path / "course")


def test_only_what_changed_is_examined_again(graded, examined, klass, tmp_path):
    graded()
    write(klass, 0)
    write(klass, 1, welford_update=WRONG)
    graded()
    assert examined == [STUDENTS + 2]
    assert scores(tmp_path / "course") == DUE | {"student00": 5.0, "student01": 0.0}


def test_a_lost_gradebook_is_filled_from_the_stored_results(graded, examined, tmp_path):
    graded()
    (tmp_path / "course" / "gradebook.db").unlink()
    graded()
    assert examined == [STUDENTS]
    assert_complete(tmp_path / "course")


def test_a_damaged_store_is_said_and_the_class_graded_anew(graded, examined, tmp_path):
    graded()
    (tmp_path / "course" / NAME).write_bytes(b"no database" * 1000)
    _, text = graded()
    assert "is damaged" in text and "everything is graded anew" in text
    assert examined == [2 * STUDENTS]
    assert_complete(tmp_path / "course")


def test_a_killed_run_goes_on_where_it_stopped(klass, sample_path, tmp_path):
    (tmp_path / "solutions").mkdir()
    shutil.copy(sample_path, tmp_path / "solutions")
    course = tmp_path / "course"
    command = [sys.executable, "-m", "autograder.cli", "grade", "0", str(klass), "--course", str(course), "--workers=1"]
    first = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while stored(course) < 4 and time.monotonic() < deadline:
        assert first.poll() is None, "it was done before it could be killed"
        time.sleep(0.005)
    first.send_signal(signal.SIGKILL)
    first.wait()
    known = stored(course)
    assert 4 <= known < STUDENTS
    again = subprocess.run([*command, "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=100, check=True)
    assert f"{known} of {STUDENTS} are unchanged since they were graded" in again.stderr
    results = [json.loads(line) for line in again.stdout.splitlines()]
    assert {result["student"]: result["score"] for result in results} == DUE
    assert_complete(course)


def stored(course) -> int:
    if not (course / NAME).exists():
        return 0
    with closing(sqlite3.connect(f"file:{course / NAME}?mode=ro", uri=True)) as database:
        try:
            return database.execute("SELECT count(*) FROM results").fetchone()[0]
        except sqlite3.OperationalError:  # the table is not there yet, or is being written
            return 0


def test_what_one_notebook_brings_about_in_the_grader_is_its_own_row_and_is_not_stored(graded, monkeypatch):
    read = grader_module.read_submission

    def failing(submission, day):
        if submission.student == "student05":
            raise RecursionError("too deep")
        return read(submission, day)

    with monkeypatch.context() as broken:
        broken.setattr(grader_module, "read_submission", failing)
        results, _ = graded()
    lost = next(result for result in results if result.student == "student05")
    assert (lost.status, lost.score) == (Outcome.UNREADABLE, 0.0)
    assert "the grader itself failed on it (RecursionError: too deep)" in lost.message
    assert {each.student: each.score for each in results} == DUE | {"student05": 0.0}
    results, _ = graded()
    assert {each.student: each.score for each in results} == DUE


def test_a_page_that_cannot_be_written_is_a_note_on_that_student(graded, monkeypatch):
    write = autograded.write_autograded

    def failing(course, day, graded):
        if graded.submission.student == "student05":
            raise RuntimeError("Symlink loop")
        return write(course, day, graded)

    monkeypatch.setattr(autograded, "write_autograded", failing)
    results, _ = graded()
    assert {each.student: each.score for each in results} == DUE
    notes = {each.student: each.note for each in results if each.note}
    assert list(notes) == ["student05"]
    assert "its pages could not be written (RuntimeError: Symlink loop)" in notes["student05"]
