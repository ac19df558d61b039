"""What the reader wants to know of a piece of Python: is it valid, and which names does it bind."""

import ast

MAGIC_SIGNS = ("%", "!", "?")


def syntax_problem(source: str) -> tuple[str, int] | None:
    """Why a source does not compile.

    Returns:
        (the compiler's message, 1-based line of the source), or None if it compiles.
    """
    try:
        compile(source, "<cell>", "exec", dont_inherit=True)
    except SyntaxError as error:
        line = error.lineno or 1
        text = source.split("\n")[line - 1 : line]
        if text and (text[0].lstrip().startswith(MAGIC_SIGNS) or text[0].rstrip().endswith("?")):
            return "IPython's magics are not Python", line
        return error.msg, line
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__, 1
    return None


def bound_names(source: str) -> tuple[str, ...]:
    """The names that a valid source binds at its top level, in order and once each.

    These are functions, classes and assigned names; an assigned attribute (`Value.tanh = tanh`) binds none.
    Imports do not count: what they bring in is not the cell's own.
    """
    names = _BoundNames()
    names.visit(ast.parse(source))
    return tuple(names.found)


class _BoundNames(ast.NodeVisitor):
    def __init__(self):
        self.found: dict[str, None] = {}

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.found[node.id] = None

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self.found[node.name] = None

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.expr) -> None:
        """Has a scope of its own."""

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_Lambda
