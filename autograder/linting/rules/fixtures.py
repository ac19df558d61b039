"""Fixtures build and measure; whether what came is right is for the test to say, out of a learner's reach."""

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.day import Day, Kind
from autograder.linting.finding import Problem

_JUDGING = frozenset(["all", "any", "allclose", "array_equal", "array_equiv", "isclose", "equal"])
_MEND = "Return what was measured, and compare it in the test."


def problems(day: Day, root: Path) -> Iterator[Problem]:
    for cell in day.cells:
        if cell.kind != Kind.FIXTURE:
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Assert):
                yield Problem(cell.line + node.lineno, "a fixture asserts", _MEND)
            elif isinstance(node, ast.Return) and node.value is not None and _is_verdict(node.value):
                yield Problem(
                    cell.line + node.lineno, f"a fixture returns a verdict, `{ast.unparse(node.value)}`", _MEND
                )


def _is_verdict(value: ast.expr) -> bool:
    match value:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp(values=values):
            return any(map(_is_verdict, values))
        case ast.Call(func=ast.Name(id="bool"), args=[inner]):
            return _is_verdict(inner)
        case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)):
            return name in _JUDGING
    return False
