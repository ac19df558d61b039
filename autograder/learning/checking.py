"""Checking one notebook, the learner's own."""

from dataclasses import replace
from pathlib import Path

from autograder.days.overview import DayInfo
from autograder.days.reader import read_day
from autograder.grading.grader import Grader, Settings
from autograder.learning.identifying import identify
from autograder.learning.saving import saved_bytes
from autograder.notebooks.reading import answered_elsewhere
from autograder.result import Result
from autograder.submission import MAX_MODULE_BYTES, MAX_MODULES, Submission, is_module


def check_notebook(path: Path, root: Path, settings: Settings, info: DayInfo | None = None) -> tuple[DayInfo, Result]:
    """Grade the notebook at `path` for a day.

    Args:
        info: the day; by default the one that the notebook is of.

    Raises:
        DeepDaysError: if there is no such file, it is no notebook, or not one of a day.
    """
    content = saved_bytes(path)
    info = info or identify(root, path, content)
    day = read_day(info.path)
    with Grader(day, settings) as grader:
        graded = grader.grade(Submission("you", content, path, files=_modules_beside(path)))
    misplaced = answered_elsewhere(graded.notebook, day) if graded.notebook else []
    return info, replace(graded.result, note=_move(misplaced)) if misplaced else graded.result


def _move(names: list[str]) -> str:
    listed = ", ".join(f"`{name}`" for name in names)
    return f"Answered in a cell of your own: {listed}. Move it into the exercise's cell, above its test."


def _modules_beside(notebook: Path) -> tuple[tuple[str, bytes], ...]:
    """The small modules in the notebook's folder, which its cells may import."""
    found = [path for path in sorted(notebook.parent.glob("*.py")) if is_module(path.name) and path.is_file()]
    return tuple(
        (path.name, path.read_bytes()) for path in found[:MAX_MODULES] if path.stat().st_size <= MAX_MODULE_BYTES
    )
