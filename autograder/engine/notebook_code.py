"""A submission's cells as plain Python: notebook-only lines taken out, and only the cells that matter kept."""

import ast
import re
import symtable

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


def needed_cells(day: Day, cells: tuple[SubmittedCell, ...]) -> list[SubmittedCell]:
    """The cells that grading runs: every exercise, and of the others those whose names they or the tests need.

    A learner may define a helper in a cell of their own, or try things out in one that takes an hour: the first is
    needed, the second is not.
    """
    given = {name for cell in day.cells if cell.kind in ("setup", "fixture") for name in global_names(cell.source)[0]}
    given |= {name for exercise in day.exercises for name in exercise.names}
    facts = [global_names(plain_python(cell.source)) for cell in cells]
    kept = {index for index, cell in enumerate(cells) if cell.kind == "exercise"}
    wanted = set().union(*(exercise.test.uses for exercise in day.exercises), *(facts[index][1] for index in kept))
    grown = True
    while grown:
        grown = False
        for index, (bound, loaded) in enumerate(facts):
            changes_exercise = bound & given and cells[index].kind == "extra"
            if index not in kept and (bound & (wanted - given) or changes_exercise):
                kept.add(index)
                wanted |= loaded
                grown = True
    return [cell for index, cell in enumerate(cells) if index in kept]


def global_names(source: str) -> tuple[set[str], set[str]]:
    """The global names that a cell binds or changes, and those that it or a function in it reads."""
    try:
        table = symtable.symtable(source, "<cell>", "exec")
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(), set()
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
    return bound, loaded


def _changed_objects(statement: ast.stmt):
    """Names whose attribute or item a statement assigns: `Value.tanh = tanh` changes Value."""
    for node in ast.walk(statement):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            for inner in ast.walk(node.value):
                if isinstance(inner, ast.Name):
                    yield inner.id


def same_code(first: str, second: str) -> bool:
    """Whether two cells are the same program: comments and layout do not count."""
    if first.strip() == second.strip():
        return True
    try:
        return ast.dump(ast.parse(plain_python(first))) == ast.dump(ast.parse(plain_python(second)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
