"""A submission's cells as plain Python: notebook-only lines taken out, and only the cells that matter kept."""

import ast
import re

from autograder.day import Day
from autograder.submission import SubmittedCell

_LINE_MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)
_HARMLESS_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")


def plain_python(source: str) -> str:
    """The cell without IPython's line commands; line numbers stay as they are."""
    first = source.lstrip().split(maxsplit=1)[0] if source.strip() else ""
    if first.startswith("%%") and first not in _HARMLESS_CELL_MAGICS:
        return ""
    return _LINE_MAGIC.sub(r"\1pass", source)


def day_cells(day: Day, answers: dict[str, str] | None = None) -> tuple[SubmittedCell, ...]:
    """The cells of a submission with the day's own answers, some replaced by `answers` (exercise name to source)."""
    own = {exercise.name: exercise.answer for exercise in day.exercises} | (answers or {})
    return tuple(
        SubmittedCell(cell.kind, cell.name, own[cell.name] if cell.kind == "exercise" else cell.source)
        for cell in day.cells
        if cell.kind in ("exercise", "demo")
    )


def tests_use(day: Day) -> set[str]:
    """Names from demonstration cells that the day's tests need."""
    return {name for exercise in day.exercises for name in exercise.test.uses}


def needed_cells(cells: tuple[SubmittedCell, ...], uses: set[str]) -> list[SubmittedCell]:
    """The cells that grading runs: every exercise, and of the others those whose names they need.

    A learner may define a helper in a cell of their own, or try things out in one that takes an hour: the first is
    needed, the second is not. `uses` are names that tests need from demonstration cells.
    """
    facts = [_names(plain_python(cell.source)) for cell in cells]
    wanted = set(uses)
    kept = {index for index, cell in enumerate(cells) if cell.kind == "exercise"}
    for index in kept:
        wanted |= facts[index][1]
    grown = True
    while grown:
        grown = False
        for index, (bound, loaded) in enumerate(facts):
            if index not in kept and bound & wanted:
                kept.add(index)
                wanted |= loaded
                grown = True
    return [cell for index, cell in enumerate(cells) if index in kept]


def _names(source: str) -> tuple[set[str], set[str]]:
    """Names that a cell binds or changes at top level, and all names that it loads."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(), set()
    bound, loaded = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            loaded.add(node.id)
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            bound.add(statement.name)
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                bound.add(node.id)
            elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
                bound |= {inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name)}
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
                bound.add(node.name)
    return bound, loaded


def same_code(first: str, second: str) -> bool:
    """Whether two cells are the same program: comments and layout do not count."""
    if first.strip() == second.strip():
        return True
    try:
        return ast.dump(ast.parse(plain_python(first))) == ast.dump(ast.parse(plain_python(second)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
