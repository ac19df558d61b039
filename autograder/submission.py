"""A learner's notebook for a day, as grading sees it."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.day import Cell, Kind

RECEIPT = ("timestamp.txt", "submission_secret.txt")
"""The files by which nbgrader's exchange knows a submission again."""
MAX_MODULES, MAX_MODULE_BYTES = 20, 200_000
"""How many modules beside a notebook count, and how large each may be."""


def is_module(name: str) -> bool:
    """Whether a file beside a notebook is a module that its cells may import."""
    stem, dot, suffix = name.partition(".")
    return stem.isidentifier() and (dot, suffix) == (".", "py")


@dataclass(frozen=True)
class Submission:
    """One file handed in, not yet read.

    Attributes:
        student: the student's name, safe as a folder name.
        content: the file's bytes.
        origin: where it came from, for messages.
        problem: why it can't be graded, a sentence (too big, not a file, …); None if nothing is known against it.
        note: what a person should know about how it was found (one of several notebooks, …); None if nothing.
        submitted_at: when it was handed in, with its time zone; None if nothing says so.
        files: the modules that lie beside the notebook, which its cells may import: names and contents.
        receipt: what nbgrader's exchange put beside it (RECEIPT): names and contents.
        returns_as: the start of the name by which an LMS gives a file back to the student; None if there is none.
    """

    student: str
    content: bytes
    origin: Path | str
    problem: str | None = None
    note: str | None = None
    submitted_at: datetime | None = None
    files: tuple[tuple[str, bytes], ...] = ()
    receipt: tuple[tuple[str, bytes], ...] = ()
    returns_as: str | None = None


@dataclass(frozen=True)
class SubmittedCell:
    """One code cell of a submission that grading may run: an exercise with its name, a demo or an extra one."""

    kind: Kind
    name: str
    source: str


@dataclass(frozen=True)
class SubmittedDay:
    """What a readable submission holds, in notebook order; its file is parsed once, and all that looks at it gets this.

    Attributes:
        cells: what grading may run. Set-up, fixture and test cells are left out: those always come from the day's
            source. An exercise cell that was copied appears twice, and as in a notebook the later definition wins.
        raw: every cell as the file has it, as plain data with its outputs.
        known: for each of these the cell of the day that it is; None for the learner's own.
    """

    cells: tuple[SubmittedCell, ...]
    raw: tuple[dict, ...] = field(repr=False)
    known: tuple[Cell | None, ...] = field(repr=False)
