"""Mutants: every kind of small change, each once, and nothing but valid programs."""

import ast
import difflib

import pytest

from autograder import day
from autograder.day import Equivalent, Exercise
from autograder.days.regions import without_markers
from autograder.proving.mutating import mutants

HEAD = 'def f(x, y):\n    """Doc: 1 + 1.\n\n    Returns: 2.\n    """\n'


def exercise(body: str, head: str = HEAD, equivalents=()) -> Exercise:
    lines = "".join(f"    {line}\n" for line in ("### BEGIN SOLUTION", *body.splitlines(), "### END SOLUTION"))
    source = head + lines.rstrip("\n")
    answer = without_markers(source)
    return Exercise("f", source, answer, "", ("f",), day.Test(1.0, "", "", (), 1), (), (), 1, tuple(equivalents))


def bodies(body: str, **rest) -> list[str]:
    """The mutants' bodies, without the docstring and the indentation."""
    found = [mutant.source.split('    """\n')[-1] for mutant in mutants(exercise(body, **rest))]
    return [source.replace("\n    ", "\n").removeprefix("    ") for source in found]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("return x + y", ["return x - y", "return x", "return y", "return 0 * (x + y)"]),
        ("return x * y - 1", ["return x / y - 1", "return x * y + 1", "return x - 1", "return x * y - 2"]),
        ("return (x - y) * y", ["return (x + y) * y", "return (x - y) / y", "return (x) * y", "return x - y"]),
        ("return x @ y", ["return x * y", "return x.T @ y", "return x @ y.T"]),
        ("return x.T", ["return x"]),
        ("return np.transpose(x) @ y", ["return x @ y"]),
        ("return ops.matmul(x, y)", ["return ops.matmul(y, x)", "return ops.matmul(x, ops.swapaxes(y, -1, -2))"]),
        ("return -x", ["return x"]),
        ("return x < y", ["return x <= y", "return x > y"]),
        ("return x and not y", ["return (x) or (not y)", "return x", "return x and y"]),
        ("return x + 3", ["return x + 4", "return x + 2"]),
        ("return x + 0.5", ["return x + 0.0", "return x + 1.0", "return x + 1.5"]),
        ("return x[1:-1]", ["return x[:-1]", "return x[1:]", "return x[2:-1]", "return x[1:1]"]),
        ("return np.sum(x, axis=0)", ["return np.mean(x, axis=0)", "return np.sum(x, axis=1)", "return np.sum(x)"]),
        ("return np.sum(x, axis=0)", ["return np.sum(x, axis=0, keepdims=True)"]),
        ("return x.max(axis=-1, keepdims=True)", ["return x.max(axis=-1, keepdims=False)", "return x.max(axis=-1)"]),
        ("return np.argmax(x)", ["return np.argmin(x)"]),
        ("return np.zeros((2, 3))", ["return np.ones((2, 3))", "return np.zeros((3, 3))"]),
        ("return np.sqrt(x) / y", ["return x / y"]),
        ("return x.copy()", ["return x"]),
        ("return x.astype(int)", ["return x"]),
        ("return g(x, y, 1)", ["return g(y, x, 1)", "return g(x, 1, y)"]),
        ("return x, y", ["return y, x", "return 0 * x, y", "return x, 0 * y", "return 0 * x, 0 * y"]),
        ("x += y\nreturn x", ["x = y\nreturn x", "x -= y\nreturn x", "pass\nreturn x"]),
        ("x[0] = y\nreturn x", ["pass\nreturn x", "x[1] = y\nreturn x"]),
        ("if x:\n    y = 0 * y\nreturn y", ["if not (x):\n    y = 0 * y\nreturn y", "pass\nreturn y"]),
        ("return x if y else 1", ["return x", "return 1"]),
        ("return x", ["return None\nreturn x", "return y\nreturn x"]),
        ("return 'π' + x + y", ["return 'π' + x - y"]),
    ],
)
def test_each_kind_of_change_is_made(body, wrong):
    found = bodies(body)
    assert [each for each in wrong if each not in found] == []


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ("return np.maximum(x, y)", "return np.maximum(y, x)"),
        ("return ops.softmax(x, axis=-1)", "return ops.softmax(x)"),
        ("return ops.swapaxes(x, -1, -2)", "return ops.swapaxes(x, -2, -1)"),
        ("return max(x, y)", "return max(y, x)"),
        ("return zip(x, y, strict=True)", "return zip(x, y, strict=False)"),
        ("return x[0::2]", "return x[::2]"),
        ("return x + 1e-12", "return x + 2e-12"),
        ("return ops.where(x, y, -1e30)", "return ops.where(x, y, -2e+30)"),
    ],
)
def test_a_change_that_changes_nothing_is_not_made(body, right):
    assert right not in bodies(body)


def test_mutants_are_distinct_programs_and_no_answer():
    found = exercise("y = (x + 1) * (x + 1)\nreturn y[0] + np.sum(x, axis=1)")
    programs = [ast.dump(ast.parse(mutant.source)) for mutant in mutants(found)]
    assert len(set(programs)) == len(programs) > 20
    assert ast.dump(ast.parse(found.answer)) not in programs
    assert mutants(found) == mutants(found)


def test_only_the_solution_is_changed():
    head = "def f(x: int = 1 + 2, y: list[3] = ()) -> 4:\n    z = 5 + 6\n"
    body = "w: 7 = f'{x * 9}'\nif x < 0:\n    raise ValueError(f'{x - 8}')\nreturn z"
    for mutant in mutants(exercise(body, head=head)):
        assert mutant.source.startswith(head)
        if "pass" not in mutant.source:
            assert "w: 7 = f'{x * 9}'" in mutant.source and "{x - 8}" in mutant.source


def test_the_difference_is_that_of_the_answer():
    found = exercise("total = 0\nfor value in x:\n    total += value\nreturn total")
    for mutant in mutants(found):
        whole = difflib.unified_diff(
            found.answer.splitlines(), mutant.source.splitlines(), "answer", "mutant", lineterm="", n=1
        )
        assert mutant.diff == "\n".join(whole)
        assert mutant.diff.startswith("--- answer\n+++ mutant\n@@ ")


def test_what_the_day_lists_as_equivalent_is_left_out():
    listed = exercise("return x + y").answer.replace("x + y", "x - y")
    same = Equivalent(listed, "y is zero", 1)
    before, after = bodies("return x + y"), bodies("return x + y", equivalents=[same])
    assert [each for each in before if each not in after] == ["return x - y"]
