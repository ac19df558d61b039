"""Checking one notebook, the learner's own."""

from pathlib import Path

from autograder.days.overview import DayInfo
from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.grading.grader import Grader, Settings
from autograder.learning.workspace import day_of
from autograder.result import Result
from autograder.submission import Submission

MAX_BYTES = 64 * 2**20


def check_notebook(path: Path, root: Path, settings: Settings) -> tuple[DayInfo, Result]:
    """Grade the notebook at `path` for the day that it says it is.

    Raises:
        DeepDaysError: if there is no such file, it is no notebook, or not one of a day.
    """
    if not path.is_file():
        raise DeepDaysError(f"There is no notebook {path}. Give the path of a saved .ipynb file.")
    if path.stat().st_size > MAX_BYTES:
        raise DeepDaysError(f"{path} is larger than {MAX_BYTES // 2**20} MB. Clear its outputs and save it again.")
    info = day_of(root, path)
    with Grader(read_day(info.path), settings) as grader:
        return info, grader.grade(Submission("you", path.read_bytes(), path))
