"""Checking one notebook, the learner's own."""

from pathlib import Path

from autograder.days.overview import DayInfo
from autograder.days.reader import read_day
from autograder.grading.grader import Grader, Settings
from autograder.learning.saving import saved_bytes
from autograder.learning.workspace import day_of
from autograder.result import Result
from autograder.submission import Submission


def check_notebook(path: Path, root: Path, settings: Settings) -> tuple[DayInfo, Result]:
    """Grade the notebook at `path` for the day that it says it is.

    Raises:
        DeepDaysError: if there is no such file, it is no notebook, or not one of a day.
    """
    content = saved_bytes(path)
    info = day_of(root, path, content)
    with Grader(read_day(info.path), settings) as grader:
        return info, grader.grade(Submission("you", content, path)).result
