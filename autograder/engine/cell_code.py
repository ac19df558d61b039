"""A cell's code as plain Python, and what it binds and reads.

A learner's code is parsed in the examinee alone; a parser can be driven to use all the time or memory that there is.
"""

import ast
import hashlib
import re
import symtable

_HARMLESS_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")
_LINE_MAGIC = re.compile(r"\s*[%!?]|[\w\s,]+=\s*[%!]|.*\?\s*$")


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
            line = lines[index]
            lines[index] = line[: len(line) - len(line.lstrip())] + "pass"
        except (ValueError, RecursionError, MemoryError):
            break
        else:
            break
    return "\n".join(lines)
