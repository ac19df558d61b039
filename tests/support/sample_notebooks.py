"""The sample day with its notebook as handed out, and notebooks made from it."""

import json
from functools import cache

from autograder.day import Day
from autograder.days.reader import read_day
from autograder.grading.grader import Graded
from autograder.notebooks.building import student_bytes
from autograder.notebooks.plain import as_bytes, with_answers
from autograder.result import ExerciseResult, Outcome, Result, Status
from autograder.submission import Submission
from tests.support.places import SAMPLE

SLUG = "day_000_running_statistics"


@cache
def sample_day() -> Day:
    return read_day(SAMPLE)


@cache
def _handed_out() -> bytes:
    return student_bytes(sample_day())


def handed_out() -> dict:
    """The learner's notebook, as plain data that may be changed; each source is one string."""
    notebook = json.loads(_handed_out())
    for each in notebook["cells"]:
        each["source"] = "".join(each["source"])
    return notebook


def answered(**answers: str) -> dict:
    """The learner's notebook with every exercise answered rightly, or as given."""
    return with_answers(handed_out(), sample_day().answers | answers)


def cell(notebook: dict, cell_id: str) -> dict:
    return next(each for each in notebook["cells"] if each["id"] == cell_id)


def submission(notebook: dict | bytes, student: str = "ada", **rest) -> Submission:
    content = notebook if isinstance(notebook, bytes) else as_bytes(notebook)
    return Submission(student, content, f"{student}.ipynb", **rest)


def graded(student: str = "ada", **verdicts) -> Result:
    """A result of the sample day: passed but for the exercises given as `name=(status, message, hint)`."""
    exercises = []
    for exercise in sample_day().exercises:
        status, message, hint = verdicts.get(exercise.name, (Status.PASSED, "", None))
        points = exercise.test.points
        earned = points if status == Status.PASSED else 0.0
        exercises.append(ExerciseResult(exercise.name, earned, points, status, message, hint))
    return Result(0, student, sample_day().max_score, Outcome.GRADED, tuple(exercises))


def handed_back(given: Submission, result: Result | None = None) -> Graded:
    """A submission with a result, passed but for what is said, and its notebook read."""
    return Graded.elsewhere(sample_day(), given, result or graded())


WRONG = {"welford_update": (Status.FAILED, "welford_update(0, 0.0, 0.0, 5.0) gave 4; 5 was due", "Count x first.")}
