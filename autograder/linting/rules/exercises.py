"""A day has a few exercises; each has mistakes and an alternative, and a docstring that is a contract."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.day import Day, Exercise
from autograder.linting.finding import Problem

NUMBER, MISTAKES = (3, 8), 3


def problems(day: Day, root: Path) -> Iterator[Problem]:
    if not NUMBER[0] <= len(day.exercises) <= NUMBER[1]:
        yield Problem(1, f"the day has {len(day.exercises)} exercises", f"Make it {NUMBER[0]} to {NUMBER[1]}.")
    for exercise in day.exercises:
        name, line = exercise.name, exercise.line
        if (count := len(exercise.mistakes)) < MISTAKES:
            mend = f"Name at least {MISTAKES} that people really make."
            yield Problem(line, f"`{name}` has {count} mistake{'s' * (count != 1)}", mend)
        if not exercise.accepts:
            mend = f"Add a cell `# %% accepts: {name}`, a right answer that is built differently."
            yield Problem(line, f"`{name}` has no alternative", mend)
        yield from _docstrings(exercise)
        is_last = exercise is day.exercises[-1]  # which may be told by its contract alone
        if not is_last and not re.search(r"\blines?\b", _told(exercise)):
            yield Problem(line, f"`{name}` does not say how long it is", "End its docstring with `About 4 lines.`")


def _docstrings(exercise: Exercise) -> Iterator[Problem]:
    """What a learner is told of functions and classes: that something is, and every argument by its name."""
    for node in _definitions(ast.parse(exercise.stub).body):
        told, line = ast.get_docstring(node) or "", exercise.line + node.lineno
        if not told:
            yield Problem(line, f"`{node.name}` has no docstring", "Say what goes in, what comes out, how many lines.")
        elif isinstance(node, ast.FunctionDef) and "Args:" in told:
            for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                if not re.search(rf"\b{argument.arg}\b", told):
                    yield Problem(line, f"the docstring does not name `{argument.arg}`", "Say what it is.")


def _told(exercise: Exercise) -> str:
    """All docstrings of an exercise, those of methods too."""
    return " ".join(ast.get_docstring(node) or "" for node in _definitions(ast.walk(ast.parse(exercise.stub))))


def _definitions(nodes: Iterable[ast.AST]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    return (node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef))
