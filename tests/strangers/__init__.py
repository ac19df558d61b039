"""Answers that outsiders wrote from the student copies alone, a file a day, and how the grader meets them.

A file is in percent format. Each cell is one exercise's answer; every other exercise takes the reference:

    # %% wrong: welford_update
    # idea: "divides by the count before it is raised"
    # fits: "count already includes x"
    def welford_update(count, mean, m2, x):
        ...

`# %% right: NAME` is an answer that must be accepted and needs nothing more. A wrong one says what is wrong with it,
and quotes a piece of every hint, of the day's or a symptom's, that a teacher would call fitting; none, if no hint fits.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from autograder.day import Day
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Settings, side_by_side
from autograder.result import ExerciseResult, Status

FOLDER = Path(__file__).parent

_MARKER = re.compile(r"^# %% (right|wrong): (\w+)\n", re.MULTILINE)
_REMARK = re.compile(r"# (idea|fits): (.+)\n")


@dataclass(frozen=True)
class Answer:
    """One outsider's answer to one exercise.

    Attributes:
        line: of its marker, 1-based.
        right: whether the docstring allows it.
        idea: what is wrong with it; empty for a right one.
        fits: a piece of each hint that fits what is wrong with it.
    """

    exercise: str
    line: int
    right: bool
    idea: str
    fits: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Met:
    """An answer, and what the grader said of it."""

    answer: Answer
    verdict: ExerciseResult

    @property
    def accepted(self) -> bool:
        return self.verdict.status == Status.PASSED

    @property
    def named(self) -> bool:
        """Whether a hint came that fits."""
        hint = self.verdict.hint or ""
        return any(piece in hint for piece in self.answer.fits)

    @property
    def misnamed(self) -> bool:
        """Whether a hint came that doesn't fit."""
        return bool(self.verdict.hint) and not self.named


def files() -> dict[int, Path]:
    """The files by day."""
    return {int(path.stem.removeprefix("day_")): path for path in sorted(FOLDER.glob("day_*.py"))}


def read(path: Path) -> list[Answer]:
    """The answers of a file, in order."""
    text = path.read_text(encoding="utf-8")
    markers = list(_MARKER.finditer(text))
    ends = [marker.start() for marker in markers[1:]] + [len(text)]
    return [_answer(text, marker, end) for marker, end in zip(markers, ends, strict=True)]


def _answer(text: str, marker: re.Match, end: int) -> Answer:
    remarks: dict[str, list[str]] = {"idea": [], "fits": []}
    start = marker.end()
    while remark := _REMARK.match(text, start):
        remarks[remark[1]].append(yaml.safe_load(remark[2]))
        start = remark.end()
    return Answer(
        exercise=marker[2],
        line=text.count("\n", 0, marker.start()) + 1,
        right=marker[1] == "right",
        idea=" ".join(remarks["idea"]),
        fits=tuple(remarks["fits"]),
        source=text[start:end].strip() + "\n",
    )


def meet(day: Day, answers: list[Answer], settings: Settings | None = None) -> list[Met]:
    """Have the grader examine answers to a day's exercises, each with the reference for every other exercise."""

    def examined(grader, name: str) -> list[Met]:
        """The answers to one exercise: whoever examines the first has the recordings for the others."""
        own = [answer for answer in answers if answer.exercise == name]
        return [Met(answer, grader.examine(_cells(day, answer), only=name)[0]) for answer in own]

    names = list(dict.fromkeys(answer.exercise for answer in answers))
    met = [each for _, some in side_by_side(day, settings or Settings(), names, examined) for each in some]
    return sorted(met, key=lambda each: each.answer.line)


def _cells(day: Day, answer: Answer):
    return day_cells(day, {answer.exercise: answer.source})


def share(of: list[Met], holds: Callable[[Met], bool]) -> float:
    """The share for which something holds; 1 of none."""
    return sum(map(holds, of)) / len(of) if of else 1.0
