"""Bare assertions that explain themselves.

`assert f(2) == 4` in a test says nothing when it fails. Before a test runs, each such assertion is rewritten so that it
fails with what came and what was due; an assertion with a message of its own keeps it.
"""

import ast
import math

import numpy as np

from autograder.engine.rendering import render_pair

EXPLAIN = "__explain_comparison__"


def explained(source: str, filename: str):
    """The test's code object, its bare comparisons explained."""
    tree = _Rewriter().visit(ast.parse(source, filename))
    return compile(ast.fix_missing_locations(tree), filename, "exec")


class _Rewriter(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert):
        test = node.test
        if node.msg is None and isinstance(test, ast.Compare) and len(test.ops) == 1:
            arguments = [test.left, ast.Constant(type(test.ops[0]).__name__), test.comparators[0]]
            call = ast.Call(ast.Name(EXPLAIN, ast.Load()), arguments, [])
            return ast.copy_location(ast.Expr(call), node)
        return node


_COMPARE = {
    "Eq": (lambda a, b: a == b, "{b} was due"),
    "NotEq": (lambda a, b: a != b, "anything but {b} was due"),
    "Lt": (lambda a, b: a < b, "less than {b} was due"),
    "LtE": (lambda a, b: a <= b, "at most {b} was due"),
    "Gt": (lambda a, b: a > b, "more than {b} was due"),
    "GtE": (lambda a, b: a >= b, "at least {b} was due"),
    "Is": (lambda a, b: a is b, "{b} itself was due"),
    "IsNot": (lambda a, b: a is not b, "anything but {b} was due"),
    "In": (lambda a, b: a in b, "one of {b} was due"),
    "NotIn": (lambda a, b: a not in b, "none of {b} was due"),
}


def explain_comparison(actual, operator: str, due) -> None:
    """Raise AssertionError with what came and what was due, unless the comparison holds. NaN is never what was due."""
    holds, sentence = _COMPARE[operator]
    came_text, due_text = render_pair(actual, due)
    sentence = f"{came_text} came; {sentence.format(b=due_text)}"
    try:
        outcome = bool(holds(actual, due))
    except ValueError:  # the truth of an array of several values
        raise AssertionError(f"{sentence}: one value, not an array") from None
    if not outcome or (isinstance(actual, (float, np.floating)) and math.isnan(actual)):
        raise AssertionError(sentence + (": is a return missing?" if actual is None and due is not None else ""))
