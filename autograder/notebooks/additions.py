"""What a notebook has besides the day's own cells: a heading for each exercise, a last line in each test."""

import re

from autograder.day import Cell, Day, Exercise, Kind

_LAST_LINE = re.compile(r'\n{1,2}dd\.visible_tests_pass\("\w+"\)\s*\Z')


def heading(exercise: Exercise) -> Cell:
    """The heading of an exercise, by which a table of contents lists it."""
    points = exercise.test.points
    worth = f"{points:g} point{'' if points == 1 else 's'}"
    told = "Your answer goes into the next cell; the cell after it tests it."
    source = f"### ✎ Exercise: `{exercise.name}`\n\n{worth}. {told}"
    return Cell(Kind.MARKDOWN, "", source, exercise.line, f"exercise-{exercise.name}"[:64])


def with_last_line(day: Day, test: Cell) -> str:
    """A test's source, saying at its end that it has passed, in days that import `deepdays` as `dd`."""
    set_up = "\n".join(cell.source for cell in day.cells if cell.kind == Kind.SETUP)
    if not re.search(r"^import deepdays as dd$", set_up, re.MULTILINE):
        return test.source
    return f'{test.source}\n\ndd.visible_tests_pass("{test.name}")'


def without_last_line(source: str) -> str:
    """A cell's source as the day has it."""
    return _LAST_LINE.sub("", source)
