"""A submission's cells as plain Python: what each binds and reads, and which of them grading runs, in which order.

A learner's code is parsed in the examinee alone (`facts_of`); a parser can be driven to use all the time or memory
that there is.
"""

import ast
import collections
import hashlib
import re
import symtable
from collections.abc import Callable
from dataclasses import dataclass

from autograder.day import Cell, Day, Kind
from autograder.submission import SubmittedCell

_HARMLESS_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")
_LINE_MAGIC = re.compile(r"\s*[%!?]|[\w\s,]+=\s*[%!]|.*\?\s*$")


@dataclass(frozen=True)
class Facts:
    """What is known of a cell without running it.

    Attributes:
        bound: the global names that it binds or changes. loaded: those that it, or a function in it, reads.
        digest: the same for two cells that are the same program, whatever their comments and layout; None for one
            that cannot be parsed.
    """

    bound: frozenset[str] = frozenset()
    loaded: frozenset[str] = frozenset()
    digest: str | None = None


def facts_of(source: str) -> tuple[list[str], list[str], str | None]:
    """The attributes of a cell's Facts, as plain data."""
    source = plain_python(source)
    try:
        table = symtable.symtable(source, "<cell>", "exec")
        tree = ast.parse(source)
        digest = hashlib.sha256(ast.dump(tree).encode("utf-8", "surrogatepass")).hexdigest()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [], [], None
    bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    loaded = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    tables = table.get_children()
    while tables:
        inner = tables.pop()
        tables += inner.get_children()
        for symbol in inner.get_symbols():
            if symbol.is_global():
                (bound if symbol.is_assigned() else loaded).add(symbol.get_name())
    for statement in tree.body:
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound |= set(_changed_objects(statement))
    return sorted(bound), sorted(loaded), digest


def _changed_objects(statement: ast.stmt):
    """Names whose attribute or item a statement assigns: `Value.tanh = tanh` changes Value."""
    for node in ast.walk(statement):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            for inner in ast.walk(node.value):
                if isinstance(inner, ast.Name):
                    yield inner.id


def plain_python(source: str) -> str:
    """The cell without IPython's commands; line numbers stay as they are."""
    lines = source.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].startswith("%%"):
        if lines[first].split()[0] not in _HARMLESS_CELL_MAGICS:
            return ""
        lines[first] = ""
    for _ in lines:
        try:
            ast.parse("\n".join(lines))
        except SyntaxError as error:
            index = (error.lineno or 1) - 1
            if index >= len(lines) or not _LINE_MAGIC.match(lines[index]):
                break
            lines[index] = re.match(r"\s*", lines[index])[0] + "pass"
        except (ValueError, RecursionError, MemoryError):
            break
        else:
            break
    return "\n".join(lines)


def day_cells(day: Day, answers: dict[str, str] | None = None) -> tuple[SubmittedCell, ...]:
    """The cells of a submission with the day's own answers, some replaced by `answers` (exercise name to source)."""
    own = {exercise.name: exercise.answer for exercise in day.exercises} | (answers or {})
    return tuple(
        SubmittedCell(cell.kind, cell.name, own[cell.name] if cell.kind == Kind.EXERCISE else cell.source)
        for cell in day.cells
        if cell.kind in (Kind.EXERCISE, Kind.DEMO)
    )


def needed_cells(
    day: Day, given: frozenset[str], cells: tuple[SubmittedCell, ...], facts: Callable[[str], Facts]
) -> list[SubmittedCell]:
    """The cells that grading runs: every exercise, and of the others those whose names they or the tests need.

    A learner may define a helper in a cell of their own, or try things out in one that takes an hour: the first is
    needed, the second is not.

    Args:
        given: the names that the day's set-up and fixture cells and its answers bind.
        facts: finds the facts of a cell's source.
    """
    known = [facts(cell.source) for cell in cells]
    binding = collections.defaultdict(list)
    for index, fact in enumerate(known):
        for name in fact.bound - given:
            binding[name].append(index)
    kept, wanted = set(), set().union(*(exercise.test.uses for exercise in day.exercises))
    found = [index for index, cell in enumerate(cells) if cell.kind == Kind.EXERCISE]
    found += [index for index, cell in enumerate(cells) if cell.kind == Kind.EXTRA and known[index].bound & given]
    found += [index for name in wanted for index in binding[name]]
    while found:
        index = found.pop()
        if index not in kept:
            kept.add(index)
            new = known[index].loaded - wanted
            wanted |= new
            found += [other for name in new for other in binding[name]]
    return [cell for index, cell in enumerate(cells) if index in kept]


def schedule(day: Day, cells: list[SubmittedCell]) -> list[SubmittedCell]:
    """All cells to run, in order: each exercise after the set-up and fixture cells that the day puts before it."""
    locked = [(index, cell) for index, cell in enumerate(day.cells) if cell.kind.is_given]
    position = {cell.name: index for index, cell in enumerate(day.cells) if cell.kind == Kind.EXERCISE}
    ordered = []
    for index, cell in enumerate(cells):
        following = (position[other.name] for other in cells[index:] if other.kind == Kind.EXERCISE)
        limit = next(following, len(day.cells))
        while locked and locked[0][0] < limit:
            ordered.append(_as_submitted(locked.pop(0)[1]))
        ordered.append(cell)
    return ordered + [_as_submitted(cell) for _, cell in locked]


def _as_submitted(cell: Cell) -> SubmittedCell:
    return SubmittedCell(cell.kind, cell.id, cell.source)
