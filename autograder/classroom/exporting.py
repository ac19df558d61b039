"""A day's points as files that an LMS imports, and its feedback pages named so that it returns each to its student."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.basics.files import write_file
from autograder.classroom.kept import Kept
from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.project import notebook_in
from autograder.result import points

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same pages give the same bytes


def csv_for(target: str, day: Day, kept: Sequence[Kept]) -> bytes:
    """The points as CSV.

    Args:
        target: canvas, moodle or csv: whose import is to read it.

    Raises:
        DeepDaysError: there is no such target.
    """
    if target not in _ROWS:
        raise DeepDaysError(f"--for takes {', '.join(_ROWS)}. Received: {target}")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in _ROWS[target](day, kept):
        writer.writerow([_defused(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig" if target == "moodle" else "utf-8", "replace")


def feedback_zip(course: Path, day: Day, kept: Sequence[Kept], path: Path) -> int:
    """Pack a day's feedback pages; returns how many there are.

    A page is called as the LMS wants it, which then returns it to its student: Moodle's "Upload multiple feedback files
    in a zip", Canvas's "Upload Submissions". Where nothing was downloaded from one it is `STUDENT/SLUG.html`.
    """
    packed = io.BytesIO()
    count = 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(kept, key=lambda each: each.result.student):
            page = notebook_in(course / "feedback" / each.result.student, day.slug).with_suffix(".html")
            if page.is_file():
                name = f"{each.returns_as or f'{each.result.student}/'}{day.slug}.html"
                archive.writestr(zipfile.ZipInfo(name, _STAMP), page.read_bytes())
                count += 1
    write_file(path, packed.getvalue())
    return count


def _canvas(day: Day, kept: Sequence[Kept]) -> list[list[str]]:
    """Canvas's gradebook: it knows students by ID, so a student `jane_123` is number 123."""
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", day.slug]]
    rows.append(["    Points Possible", "", "", "", "", points(day.max_score)])
    for each in kept:
        name, _, number = each.result.student.rpartition("_")
        is_canvas = bool(name) and number.isdigit()
        login = "" if is_canvas else each.result.student
        rows.append([name if is_canvas else login, number if is_canvas else "", "", login, "", points(each.score)])
    return rows


def _moodle(day: Day, kept: Sequence[Kept]) -> list[list[str]]:
    """Moodle's gradebook import: map `Full name` to the user's name and the last column to the grade item."""
    return [["Full name", day.slug], *([each.result.student, points(each.score)] for each in kept)]


def _plain(day: Day, kept: Sequence[Kept]) -> list[list[str]]:
    names = [exercise.name for exercise in day.exercises]
    rows = [["student", "status", *names, "score", "max_score", "submitted_at"]]
    for each in kept:
        by_name = {exercise.name: points(exercise.points) for exercise in each.result.exercises}
        given = [by_name.get(name, "0") for name in names]
        total = (points(each.score), points(day.max_score), each.submitted_at or "")
        rows.append([each.result.student, each.result.status, *given, *total])
    return rows


_ROWS: dict[str, Callable[[Day, Sequence[Kept]], list[list[str]]]] = {
    "canvas": _canvas,
    "moodle": _moodle,
    "csv": _plain,
}
TARGETS = tuple(_ROWS)


def _defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    is_number = cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(_FORMULA) and not is_number else cell
