"""A cell's code as plain Python, and what it binds and reads.

A learner's code is parsed in the examinee alone; a parser can be driven to use all the time or memory that there is.
"""

import ast
import contextlib
import hashlib
import symtable
from collections.abc import Iterator

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
RUN_BY_LINE, RUN_BY_CELL = ("time",), ("time", "capture", "prun")
"""Line and cell magics whose code runs as the cell's own."""

_ANYTHING = ("run", "writefile")  # magics after which the namespace may hold names that no parser sees
_ONLY_LOOK = ("print", "display", "help", "type", "len", "dir", "repr")
_REACHES_ALL = ("exec", "globals", "locals", "vars")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def facts_of(source: str) -> list:
    """The attributes of a cell's Facts, as plain data, in their order."""
    source = as_python(source)
    try:
        table = symtable.symtable(source, "<cell>", "exec")
        tree = ast.parse(source)
        digest = hashlib.sha256(ast.dump(tree).encode("utf-8", "surrogatepass")).hexdigest()
    except UNREADABLE:
        return [[], [], [], False, None]
    bound, loaded, changed = _symbols(table), _symbols_read(table), set()
    opaque = bool(loaded.intersection(_REACHES_ALL))
    for statement in tree.body:
        if not isinstance(statement, _DEFINITIONS):
            bound |= set(_assigned_into(statement))
            changed |= set(_called_upon(statement))
            opaque = opaque or _imports_everything(statement)
    for magic, code in _magics(tree):
        if code is None:
            opaque = opaque or magic in _ANYTHING
        else:
            inner = facts_of(code)
            for names, more in zip((bound, loaded, changed), inner, strict=False):
                names |= set(more)
            opaque = opaque or inner[3]
    return [*(sorted(names - {"get_ipython"}) for names in (bound, loaded, changed)), opaque, digest]


def as_python(source: str) -> str:
    """The cell with IPython's commands turned into calls of `get_ipython()`, as IPython itself does it."""
    try:
        ast.parse(source)
        return source
    except UNREADABLE:
        from IPython.core.inputtransformer2 import TransformerManager

        with contextlib.suppress(Exception):  # of a text that is neither
            return TransformerManager().transform_cell(source)
        return source


def _symbols(table: symtable.SymbolTable) -> set[str]:
    """The global names that a cell binds, at its top or by `global` in a function."""
    bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    return bound | {
        symbol.get_name()
        for inner in _inner(table)
        for symbol in inner.get_symbols()
        if symbol.is_global() and symbol.is_assigned()
    }


def _symbols_read(table: symtable.SymbolTable) -> set[str]:
    """The global names that a cell, or a function in it, reads."""
    loaded = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    return loaded | {
        symbol.get_name()
        for inner in _inner(table)
        for symbol in inner.get_symbols()
        if symbol.is_global() and not symbol.is_assigned()
    }


def _inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    tables = table.get_children()
    while tables:
        inner = tables.pop()
        tables += inner.get_children()
        yield inner


def _assigned_into(statement: ast.stmt) -> Iterator[str]:
    """Names whose attribute or item a statement assigns: `Value.tanh = tanh` changes Value."""
    for node in ast.walk(statement):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            yield from _names(node.value)


def _called_upon(statement: ast.stmt) -> Iterator[str]:
    """Names that a call standing for itself may change: `table.update(x=1)`, `shuffle(rows)`."""
    for node in ast.walk(statement):
        match node:
            case ast.Expr(ast.Call(ast.Attribute(value=owner), args)):
                yield from _names(owner)
                yield from (arg.id for arg in args if isinstance(arg, ast.Name))
            case ast.Expr(ast.Call(ast.Name(name), args)) if name not in _ONLY_LOOK:
                yield from (arg.id for arg in args if isinstance(arg, ast.Name))


def _names(node: ast.AST) -> Iterator[str]:
    return (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))


def _imports_everything(statement: ast.stmt) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        for node in ast.walk(statement)
    )


def _magics(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    """Each magic of a transformed cell, with its code if that runs as the cell's own."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="run_line_magic"), args=[ast.Constant(str(name)), ast.Constant(str(line))]
            ):
                yield name, line if name in RUN_BY_LINE else None
            case ast.Call(
                func=ast.Attribute(attr="run_cell_magic"),
                args=[ast.Constant(str(name)), _, ast.Constant(str(body))],
            ):
                yield name, body if name in RUN_BY_CELL else None
