"""The reference answers of a day as a module that later days import: `deepdays.earlier.day_NNN`.

`deepdays build` writes one for each day that a later one names under `needs_code`. It holds the answers with their
docstrings, what of the day's set-up they use, and nothing else.
"""

import ast
import builtins
import re
import symtable
from collections.abc import Iterable
from pathlib import Path

import deepdays.earlier
from autograder.basics.python_source import bound_names
from autograder.day import Day, Kind
from autograder.errors import DayError, DeepDaysError

PACKAGE = deepdays.earlier.__name__
_IMPORTS = (ast.Import, ast.ImportFrom)
_DEFINITIONS = (ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef)


def module_name(number: int) -> str:
    """The name of a day's module in `deepdays.earlier`."""
    return f"day_{number:03d}"


def module_folder() -> Path:
    """Where the modules lie."""
    return Path(deepdays.earlier.__path__[0])


def needed_modules(numbers: Iterable[int]) -> dict[str, str]:
    """The modules of some days and of those that they import in turn: sources by name, each after what it imports.

    Raises:
        DeepDaysError: a module is not there.
    """
    found: dict[str, str] = {}
    for name in map(module_name, numbers):
        path = module_folder() / f"{name}.py"
        if not path.is_file():
            raise DeepDaysError(f"{PACKAGE} has no {name}. Run `deepdays build`, which writes it.")
        source = path.read_text(encoding="utf-8")
        found |= needed_modules(imported_days(source)) | {name: source}
    return found


def imported_days(source: str) -> list[int]:
    """The numbers of the days that a source imports from `deepdays.earlier`."""
    if PACKAGE not in source:
        return []
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    names = [alias.name for node in imports if node.module == PACKAGE for alias in node.names]
    return [int(name.removeprefix("day_")) for name in names if re.fullmatch(r"day_\d{3}", name)]


def earlier_module(day: Day) -> str:
    """The source of the module that holds a day's reference answers.

    Raises:
        DayError: an answer uses a name that neither the set-up nor an answer binds.
    """
    answers = [exercise.answer for exercise in day.exercises]
    own = {name for exercise in day.exercises for name in exercise.names}
    set_up = _needed_statements(day, {name for answer in answers for name in _globals_read(answer)} - own)
    _check_complete(day, {*_imported_names(set_up), *bound_names(set_up), *own})
    docstring = (
        f'"""Day {day.number}, {day.title}: the reference answers.\n\n'
        f'Written by `deepdays build` from solutions/{day.path.name}; change that file instead.\n"""'
    )
    listed = "\n".join(["__all__ = [", *(f'    "{name}",' for name in sorted(own)), "]"])
    head = "\n\n".join(part for part in (docstring, set_up, listed) if part)
    return "\n\n\n".join([head, *(answer.strip("\n") for answer in answers)]) + "\n"


def _needed_statements(day: Day, wanted: set[str]) -> str:
    """The imports and definitions of the set-up cells that bind the wanted names, and what those need in turn."""
    cells = [cell.source for cell in day.cells if cell.kind == Kind.SETUP]
    statements = [(node, ast.get_source_segment(cell, node) or "") for cell in cells for node in ast.parse(cell).body]
    kept: list[str] = []
    for node, source in reversed(statements):
        if isinstance(node, (*_IMPORTS, ast.With)):
            kept.append(_needed_imports(node, wanted))
        elif isinstance(node, _DEFINITIONS) and wanted & set(bound_names(source)):
            kept.append(source)
        else:
            continue
        wanted |= _globals_read(kept[-1])
    return "\n".join(filter(None, reversed(kept)))


def _needed_imports(node: ast.Import | ast.ImportFrom | ast.With, wanted: set[str]) -> str:
    """An import without the names that nobody wants, or a block of such imports; empty if nothing is left."""
    if isinstance(node, ast.With):
        inside = [_needed_imports(each, wanted) for each in node.body if isinstance(each, _IMPORTS)]
        node.body = [each for source in inside for each in ast.parse(source).body]
        return ast.unparse(node) if node.body else ""
    node.names = [alias for alias in node.names if _bound_by(alias) in wanted]
    return ast.unparse(node) if node.names else ""


def _bound_by(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _imported_names(source: str) -> set[str]:
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, _IMPORTS)]
    return {_bound_by(alias) for node in imports for alias in node.names}


def _globals_read(source: str) -> set[str]:
    """The global names that a source reads, also inside its functions."""
    tables, names = [symtable.symtable(source, "<cell>", "exec")], set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        is_top = table.get_type() == "module"
        read = [symbol for symbol in table.get_symbols() if symbol.is_referenced()]
        names |= {symbol.get_name() for symbol in read if is_top or symbol.is_global()}
    return names


def _check_complete(day: Day, there: set[str]) -> None:
    """Raise DayError if an answer would miss a name."""
    for exercise in day.exercises:
        missing = sorted(_globals_read(exercise.answer) - there - set(dir(builtins)))
        if missing:
            raise DayError(
                f"the answer uses `{missing[0]}`, which no set-up cell and no answer binds",
                "A later day imports these answers: bind the name in a set-up cell.",
                day.path,
                exercise.line,
                f"exercise: {exercise.name}",
            )
