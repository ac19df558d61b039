"""What a rule finds, and what it may look at besides the day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from autograder.day import Day


class Problem(NamedTuple):
    """Something wrong with a day: the line in its file, what it is (a clause), and the mend (a sentence)."""

    line: int
    problem: str
    mend: str


Rule = Callable[[Day, Path], Iterator[Problem]]
"""A rule: given a day and the project's folder, it yields what it finds."""


@dataclass(frozen=True)
class Finding:
    """A problem with the rule that found it and the file that has it."""

    path: Path
    line: int
    rule: str
    problem: str
    mend: str

    def as_json(self) -> dict:
        return {
            "file": self.path.name,
            "line": self.line,
            "rule": self.rule,
            "problem": self.problem,
            "mend": self.mend,
        }
