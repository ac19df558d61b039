"""A day has a few exercises; each has mistakes and an alternative, and a docstring that is a contract."""

import ast
import re
from collections.abc import Iterator
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
        yield from _docstring(exercise)


def _docstring(exercise: Exercise) -> Iterator[Problem]:
    """What a learner is told of a function or class: that it is told, by every argument's name, and how long it is."""
    name, tree = exercise.name, ast.parse(exercise.stub)
    definitions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    for node in definitions:
        told, line = ast.get_docstring(node) or "", exercise.line + node.lineno
        if not told:
            yield Problem(
                line, f"`{node.name}` has no docstring", "Say what goes in, what comes out, and how many lines."
            )
        elif isinstance(node, ast.FunctionDef) and "Args:" in told:
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            for argument in arguments:
                if argument.arg not in ("self", "cls") and not re.search(rf"\b{argument.arg}\b", told):
                    yield Problem(line, f"the docstring does not name `{argument.arg}`", "Say what it is.")
    whole = " ".join(
        ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)
    )
    if definitions and whole and not re.search(r"\blines?\b", whole):
        yield Problem(exercise.line, f"`{name}` does not say how long it is", "End its docstring with `About 4 lines.`")
