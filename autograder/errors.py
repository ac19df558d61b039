"""Errors meant for people: what was wrong, where, and the mend."""

from pathlib import Path


class DeepDaysError(Exception):
    """Something a person can mend; the command line prints it in one sentence, without a traceback."""


class DayError(DeepDaysError):
    """A day's source file breaks the format.

    Args:
        problem: what is wrong, a clause without a full stop.
        mend: what to do about it, a sentence.
        path: the day's file.
        line: 1-based line in that file.
        cell: the cell's marker, such as `test: welford_update`, if the problem lies in one.
    """

    def __init__(self, problem: str, mend: str, path: Path | str, line: int = 1, cell: str | None = None):
        self.problem, self.mend, self.path, self.line, self.cell = problem, mend, Path(path), line, cell
        where = f"{self.path.name}:{line}" + (f" (cell `{cell}`)" if cell else "")
        super().__init__(f"{where}: {problem}. {mend}")
