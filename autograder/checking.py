"""Checking one notebook, the learner's own."""

from pathlib import Path

from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.grading import Grader, Settings
from autograder.notebook_reading import Ungradable, parse_notebook
from autograder.reader import day_path, read_day
from autograder.result import Result
from autograder.submission import Submission

MAX_BYTES = 64 * 2**20


def check_notebook(path: Path, root: Path, settings: Settings) -> tuple[Day, Result]:
    """Grade the notebook at `path` for the day that it says it is.

    Raises:
        DeepDaysError: if there is no such file, it is no notebook, or not one of a day.
    """
    if not path.is_file():
        raise DeepDaysError(f"There is no notebook {path}. Give the path of a saved .ipynb file.")
    if path.stat().st_size > MAX_BYTES:
        raise DeepDaysError(f"{path} is larger than {MAX_BYTES // 2**20} MB. Clear its outputs and save it again.")
    content = path.read_bytes()
    try:
        metadata = parse_notebook(content).get("metadata", {})
    except Ungradable as problem:
        raise DeepDaysError(f"{path}: {problem}") from None
    ours = metadata.get("deepdays") if isinstance(metadata, dict) else None
    number = ours.get("day") if isinstance(ours, dict) else None
    if type(number) is not int:
        raise DeepDaysError(f"{path} does not say which day it is. Start from a notebook in curriculum/.")
    day = read_day(day_path(root, number))
    with Grader(day, settings) as grader:
        return day, grader.grade(Submission("you", content, path))
