"""The front matter's `needs_code` names days that are there, that the cells use, and that `needs` names too."""

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.day import Day
from autograder.days.earlier import imported_days
from autograder.linting.finding import Problem
from autograder.linting.text import code, key_line
from autograder.project import day_number, find_days


def problems(day: Day, root: Path) -> Iterator[Problem]:
    there = {day_number(path) for path in find_days(root)}
    used = {number for cell, tree in code(day) for number in (*imported_days(cell.source), *_own(tree))}
    line = key_line(day, "needs_code")
    for number in day.needs_code:
        if number not in there:
            yield Problem(line, f"`needs_code` names day {number}, which isn't written yet", "Take it out.")
        elif number not in used:
            mend = f"Write `from deepdays.earlier import day_{number:03d}`, or take it out."
            yield Problem(line, f"`needs_code` names day {number}, which no cell imports", mend)
        if number not in day.needs:
            yield Problem(line, f"`needs_code` names day {number}, `needs` doesn't", "Name it there too, and cite it.")


def _own(tree: ast.Module) -> Iterator[int]:
    """The numbers in `dd.mine(NUMBER)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("dd.mine", "deepdays.mine"):
            values = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
            yield from (value for value in values if isinstance(value, int))
