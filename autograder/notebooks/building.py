"""Notebooks made from days: nbgrader's instructor copy and, by nbgrader's own converter, the learner's."""

import logging
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.basics.files import write_file
from autograder.day import Cell, Day, Kind
from autograder.days.earlier import earlier_module, module_name
from autograder.days.overview import all_days
from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.notebooks import additions, colab
from autograder.project import day_path, earlier_answers, handed_out, instructors, notebook_in

COURSE_ID = "deepdays"
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
SCHEMA_VERSION = 3

_NO_GRADEBOOK = Config({"GenerateAssignment": {"no_database": True}, "SaveCells": {"enabled": False}})


def instructor_notebook(day: Day) -> NotebookNode:
    """nbgrader's source notebook of a day: with answers and hidden tests, without mistakes and accepts.

    Returns:
        A notebook (nbformat 4.5) whose cells carry the ids of the day's cells and nbgrader's metadata. Before them
        is the cell that matters in Colab alone; the first text opens with the link that leads there. Each exercise has
        a heading, and each test says at its end that it has passed.
    """
    cells = [made for cell in day.cells if cell.kind.is_handed_out for made in _notebook_cells(day, cell)]
    opening = next((cell for cell in cells if cell.cell_type == "markdown"), None)
    if opening is not None:
        opening.source = colab.with_link(day, opening.source)
    collapsed = {"jupyter": {"source_hidden": True}}
    cells.insert(0, new_code_cell(colab.install_cell(day), id=colab.CELL_ID, metadata=collapsed))
    metadata = {
        "deepdays": {"day": day.number, "title": day.title},
        "kernelspec": KERNELSPEC,
        "language_info": {"name": "python"},
    }
    return new_notebook(cells=cells, metadata=metadata)


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """A notebook as a file's content, the same for the same notebook."""
    return (nbformat.writes(notebook) + "\n").encode()


def student_bytes(day: Day, db_url: str | None = None, course_id: str = COURSE_ID) -> bytes:
    """The learner's notebook of a day, as nbgrader's `generate_assignment` makes it.

    Args:
        day: the day.
        db_url: the gradebook to record the assignment in; None for none. Grades in it stay as they are.
        course_id: nbgrader's name for the course.

    Returns:
        The notebook file's content.

    Raises:
        DeepDaysError: nbgrader refuses, as it does when a day that has been graded gains or loses cells.
    """
    with tempfile.TemporaryDirectory(prefix="deepdays-") as folder:
        root = Path(folder).resolve()
        write_file(notebook_in(root / "source", day.slug), notebook_bytes(instructor_notebook(day)))
        problems = _Problems()
        log = logging.Logger("nbgrader")
        log.addHandler(problems)
        course = CourseDirectory(root=str(root), assignment_id=day.slug, course_id=course_id, log=log)
        if db_url:
            course.db_url = db_url
        config = Config() if db_url else _NO_GRADEBOOK
        try:
            with _scripts_on_path():
                GenerateAssignment(coursedir=course, config=config, log=log).start()
        except NbGraderException as error:
            reason = problems.found[0] if problems.found else str(error)
            raise DeepDaysError(f"nbgrader could not make the notebook of {day.slug}: {reason}") from error
        return notebook_in(root / "release", day.slug).read_bytes()


def build(days: Sequence[Day], root: Path) -> list[Path]:
    """Write the notebooks of some days; those of other days stay as they are.

    All of them are made before the first is written, so a failure leaves every file as it was.

    Args:
        days: the days to build.
        root: the project's folder, which gets the instructor's copies, the learners', and the modules of
            `deepdays.earlier` that some day of the project needs.

    Returns:
        The learners' notebooks.

    Raises:
        DeepDaysError: nbgrader refuses a day.
    """
    made = [(day, notebook_bytes(instructor_notebook(day)), student_bytes(day)) for day in days]
    modules = _earlier_modules(days, root)
    written = []
    for day, source, release in made:
        write_file(instructors(root, day.slug), source)
        written.append(write_file(handed_out(root, day.slug), release))
    for path, module in modules.items():
        write_file(path, module.encode())
    return written


def _earlier_modules(days: Sequence[Day], root: Path) -> dict[Path, str]:
    """The modules of `deepdays.earlier` to write: of those that some day needs, the days at hand and the missing."""
    at_hand = {day.number: day for day in days}
    modules = {}
    for number in sorted({number for info in all_days(root) for number in info.needs_code}):
        path = earlier_answers(root, module_name(number))
        if number in at_hand or not path.exists():
            modules[path] = earlier_module(at_hand.get(number) or read_day(day_path(root, number)))
    return modules


def _notebook_cells(day: Day, cell: Cell) -> Iterator[NotebookNode]:
    if cell.kind == Kind.MARKDOWN:
        yield new_markdown_cell(cell.source, id=cell.id)
        return
    if cell.kind == Kind.DEMO:
        yield new_code_cell(cell.source, id=cell.id)
        return
    if cell.kind == Kind.EXERCISE:
        heading = additions.heading(day.exercise(cell.name))
        yield new_markdown_cell(heading.source, id=heading.id)
    marks = {
        "schema_version": SCHEMA_VERSION,
        "grade_id": cell.id,
        "grade": cell.kind == Kind.TEST,
        "locked": cell.kind.is_locked,
        "solution": cell.kind == Kind.EXERCISE,
        "task": False,
    }
    source = cell.source
    if cell.kind == Kind.TEST:
        points = day.exercise(cell.name).test.points
        marks["points"] = int(points) if points == int(points) else points
        source = additions.with_last_line(day, cell)
    yield new_code_cell(source, id=cell.id, metadata={"nbgrader": marks})


class _Problems(logging.Handler):
    """Keeps nbgrader's errors off the screen: the exception behind each where there is one, else its text."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        self.found.append(str(error) if error else record.getMessage())


@contextmanager
def _scripts_on_path() -> Iterator[None]:
    """nbgrader runs `alembic` by its bare name, which need not be on the PATH of whoever runs this Python."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
