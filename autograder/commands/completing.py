"""What a shell offers for a word that is half typed: days, and exercises of the days that were started."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import DeepDaysError
from autograder.project import day_number, find_days, own_notebook, root

_EXERCISE = re.compile(r"^# %% exercise: (\w+)", re.MULTILINE)


def days(incomplete: str) -> list[str]:
    """The numbers of the days there are."""
    return [str(day_number(path)) for path in _sources() if str(day_number(path)).startswith(incomplete)]


def exercises(incomplete: str) -> list[str]:
    """The exercises of the days that were started, or of all where none was."""
    started = [path for path in _sources() if own_notebook(root(), path.stem).exists()]
    names = dict.fromkeys(name for path in started or _sources() for name in _names(path))
    return [name for name in names if name.startswith(incomplete)]


def days_and_exercises(incomplete: str) -> list[str]:
    """Both, where either may be meant."""
    return days(incomplete) + exercises(incomplete)


def _sources() -> list[Path]:
    try:
        return find_days(root())
    except DeepDaysError:  # a shell that completes a word is no place for a message
        return []


def _names(path: Path) -> Iterator[str]:
    return (found[1] for found in _EXERCISE.finditer(path.read_text(encoding="utf-8")))
