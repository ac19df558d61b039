"""A class's roster: under which name the gradebook keeps whom an LMS calls otherwise."""

import csv
from collections.abc import Iterable
from pathlib import Path

from autograder.errors import DeepDaysError

COLUMN = "student"


class Roster:
    """Students by what else they are called.

    Args:
        path: a CSV file with a heading. Its column `student` has the names that the gradebook keeps; whatever else is
            in a row (a number, a login, a full name) is what that student may be called.

    Raises:
        DeepDaysError: the file can't be read, has no such column, or calls two students alike.
    """

    def __init__(self, path: Path | None = None):
        self._students: dict[str, str] = {}
        if path is not None:
            for number, student, names in _rows(path):
                for name in names:
                    if self._students.setdefault(name, student) != student:
                        both = f"{self._students[name]} and {student}"
                        raise DeepDaysError(f"{path}, line {number}: {both} are both called {name!r}. Tell them apart.")

    def student(self, names: Iterable[str]) -> str | None:
        """The student whom one of these names means; None if the roster knows none of them."""
        return next((self._students[key] for name in names if (key := _key(name)) in self._students), None)


def _rows(path: Path) -> list[tuple[int, str, list[str]]]:
    """The lines as (number, student, all that the line calls them)."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file)
            if COLUMN not in (table.fieldnames or ()):
                mend = "Its first line names the columns; others may have numbers, logins, names."
                raise DeepDaysError(f"{path} has no column `{COLUMN}`. {mend} Received: {table.fieldnames}")
            rows = []
            for row in table:
                student = (row[COLUMN] or "").strip()
                if student:
                    cells = [cell for cell in row.values() if isinstance(cell, str) and cell.strip()]
                    rows.append((table.line_num, student, [_key(cell) for cell in cells]))
            return rows
    except OSError as error:
        raise DeepDaysError(f"The roster {path} can't be read: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise DeepDaysError(f"The roster {path} is not a CSV file in UTF-8: {error}.") from None


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
