"""A test rebinds no name that a cell above it has bound and a cell below it reads.

The notebook's own cells would then show one thing where the whole test runs, and another where a learner has the
visible part of it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.basics.python_source import bound_names
from autograder.day import Day, Kind
from autograder.linting.finding import Problem


def problems(day: Day, root: Path) -> Iterator[Problem]:
    given: set[str] = set()  # names that the notebook's own cells have bound
    taken: dict[str, int] = {}  # those of them that a test has bound since, and its line
    for cell in day.cells:
        if cell.kind == Kind.TEST:
            taken |= {name: cell.line for name in bound_names(day.exercise(cell.name).test.source) if name in given}
        elif cell.kind.is_given or cell.kind == Kind.DEMO:
            for name in sorted(_read(cell.source) & taken.keys()):
                mend = "Give the test's value another name."
                yield Problem(taken.pop(name), f"the test binds `{name}`, which line {cell.line} reads below it", mend)
            for name in bound_names(cell.source):
                given.add(name)
                taken.pop(name, None)


def _read(source: str) -> set[str]:
    """The names that a program reads before it binds them, its functions' and comprehensions' own left out."""
    read: set[str] = set()
    bound: set[str] = set()
    for statement in ast.parse(source).body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        inner = {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
        if not isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            inner |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
        for comprehension in (node for node in ast.walk(statement) if isinstance(node, ast.comprehension)):
            inner |= {node.id for node in ast.walk(comprehension.target) if isinstance(node, ast.Name)}
        read |= {node.id for node in names if isinstance(node.ctx, ast.Load)} - inner - bound
        bound |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return read
