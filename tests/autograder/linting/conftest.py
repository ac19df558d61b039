"""A day without a fault, in a project of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.linting.finding import Finding
from autograder.linting.linter import lint
from tests.support.places import ROOT

CLEAN = Path(__file__).with_name("day_042_means.py")
_NUMBERS = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "twenty",
    "thirty",
)
_PARAGRAPH = """\
# Of {0} numbers that somebody wrote down in a hurry, one is usually wrong, and nobody can tell it by its look.
# Take the mean of the {0}, then change one of them by a thousand and take it again: it has moved by a thousand
# divided by {0}, which is more than most people would have guessed beforehand. Leave out the largest and the
# smallest, and the mean of the rest hardly moves. So much for {0}; the same holds for any other number of
# numbers, as long as it is not one."""


def clean_source() -> str:
    """The day's text, with paragraphs enough for a lesson."""
    told = "\n#\n".join(_PARAGRAPH.format(number) for number in _NUMBERS)
    return CLEAN.read_text(encoding="utf-8").replace("# FILLER", told)


@pytest.fixture
def project(tmp_path) -> Path:
    """A project with the clean day, our notation and word list, and ruff's settings."""
    for folder in ("solutions", "docs", "curriculum/day_042_means", "deepdays"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "deepdays" / "__init__.py").touch()  # by which ruff knows what is ours
    for name in ("docs/notation.md", "docs/words.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "curriculum" / "README.md").write_text("The first page.\n")
    (tmp_path / "solutions" / CLEAN.name).write_text(clean_source(), encoding="utf-8")
    (tmp_path / "solutions" / "day_001_first.py").touch()
    return tmp_path


@pytest.fixture
def find(project) -> Callable[..., list[Finding]]:
    """A function that puts a text in place of the clean day's and gives what is found."""

    def findings(source: str, only: str | None = None) -> list[Finding]:
        path = project / "solutions" / CLEAN.name
        path.write_text(source, encoding="utf-8")
        return lint([path], project, only)

    return findings
