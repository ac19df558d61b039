"""The engine and plain nbgrader, side by side on the demonstration class."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from autograder.classroom.course import make_course
from autograder.classroom.demo import DEMO_STUDENTS, make_demo_class
from autograder.classroom.grade_class import grade_class
from autograder.days.reader import read_day
from autograder.grading.grader import Settings
from autograder.project import day_path
from autograder.result import Outcome
from tests.support.places import ROOT

HONEST = ("ada", "alan", "barbara", "dennis", "donald", "edsger", "grace", "margaret")


@pytest.fixture(scope="module")
def day():
    return read_day(day_path(ROOT, 2))


@pytest.fixture(scope="module")
def demo_class(day, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    make_demo_class(day, ROOT / "curriculum" / day.slug / f"{day.slug}.ipynb", folder)
    return folder


@pytest.fixture(scope="module")
def graded(day, demo_class, tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    settings = Settings(limits=(("seconds_per_call", 3.0),))
    results = grade_class(day, demo_class, course, None, settings, Console(stderr=True))
    return course, {result.student: result for result in results}


def test_every_submission_of_the_class_comes_out_as_it_should(day, graded):
    _, results = graded
    assert set(results) == {student.name for student in DEMO_STUDENTS}
    for student in DEMO_STUDENTS:
        due, result = student.expect(day), results[student.name]
        assert result.status == due.status, student.name
        for exercise in result.exercises:
            assert exercise.status in due.exercises[exercise.name], (student.name, exercise)
            assert exercise.points == (exercise.max_points if exercise.status == "passed" else 0), student.name
            if exercise.name in due.hints:
                assert exercise.hint == due.hints[exercise.name], student.name
            if exercise.status not in ("passed", "unanswered"):
                assert exercise.message, student.name


def test_the_gradebook_has_every_score(day, graded):
    from nbgrader.api import Gradebook

    course, results = graded
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        kept = {each.student.id: each.score for each in book.assignment_submissions(day.slug)}
    assert kept == {name: result.score for name, result in results.items()}


def test_plain_nbgrader_gives_honest_submissions_the_same_scores(day, graded, tmp_path):
    from nbgrader.api import Gradebook

    course, results = graded
    plain = make_course(tmp_path / "plain", [day])
    for name in HONEST:
        source = course / "submitted" / name / day.slug / f"{day.slug}.ipynb"
        target = plain / "submitted" / name / day.slug / source.name
        target.parent.mkdir(parents=True)
        target.write_bytes(source.read_bytes())
    scripts = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    finished = subprocess.run(
        [scripts / "nbgrader", "autograde", day.slug, "--log-level=ERROR"],
        cwd=plain, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    with Gradebook(f"sqlite:///{plain / 'gradebook.db'}") as book:
        scores = {each.student.id: each.score for each in book.assignment_submissions(day.slug)}
    assert scores == {name: results[name].score for name in HONEST}
    assert all(results[name].status == Outcome.GRADED for name in HONEST)
