"""Mutants: wrong answers made by machine, one small change to the reference answer each.

A test that is worth something rejects nearly all of them; one that survives shows what it does not look at. The idea
and the word are DeMillo, Lipton and Sayward's (1978, Hints on test data selection: help for the practicing
programmer). Only what stands in a SOLUTION region is changed.
"""

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.basics.python_source import syntax_problem
from autograder.day import Exercise
from autograder.days.regions import SOLUTION
from autograder.proving.changes import Text, changes


@dataclass(frozen=True)
class Mutant:
    """A wrong answer: its whole source, and what differs from the reference answer as a unified diff."""

    source: str
    diff: str


def mutants(exercise: Exercise) -> tuple[Mutant, ...]:
    """The mutants of an exercise's answer that compile, each a program of its own, in the order of the source.

    Those that the day lists as equivalent are left out.
    """
    answer = exercise.answer
    seen = {ast.dump(ast.parse(answer))}
    seen |= {ast.dump(ast.parse(each.answer)) for each in exercise.equivalents}
    made = []
    for source in _changed_sources(answer, _solution_lines(exercise.source)):
        if syntax_problem(source):
            continue
        program = ast.dump(ast.parse(source))
        if program not in seen:
            seen.add(program)
            made.append(Mutant(source, _diff(answer, source)))
    return tuple(made)


def _solution_lines(source: str) -> set[int]:
    """The lines of the answer, counted from 1, that stand in a SOLUTION region of the exercise's cell."""
    lines, number, inside = set(), 0, False
    for line in source.split("\n"):
        if f"BEGIN {SOLUTION}" in line or f"END {SOLUTION}" in line:
            inside = "BEGIN" in line
        else:
            number += 1
            if inside:
                lines.add(number)
    return lines


def _diff(answer: str, source: str) -> str:
    lines = difflib.unified_diff(answer.splitlines(), source.splitlines(), "answer", "mutant", lineterm="", n=1)
    return "\n".join(lines)


def _changed_sources(answer: str, lines: set[int]) -> Iterator[str]:
    text = Text(answer)
    for node, parent in _nodes(ast.parse(answer), None):
        if isinstance(node, ast.expr | ast.stmt) and node.lineno in lines:
            for target, replacement in changes(node, parent, text):
                yield text.replaced(target, replacement)
    for function in ast.walk(ast.parse(answer)):
        if isinstance(function, ast.FunctionDef):
            own = [statement for statement in function.body if statement.lineno in lines]
            if own:
                for value in ("None", *_arguments(function)):
                    yield text.inserted_before(own[0], f"return {value}")


def _nodes(node: ast.AST, parent: ast.AST | None) -> Iterator[tuple[ast.AST, ast.AST | None]]:
    """Every node with its parent, but for annotations, what an exception says and what stands in an f-string."""
    yield node, parent
    if isinstance(node, ast.JoinedStr):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "exc") or (isinstance(node, ast.keyword) and node.arg == "strict"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _nodes(child, node)


def _arguments(function: ast.FunctionDef) -> list[str]:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return [name for name in names if name != "self"]
