"""What can be changed in an answer, node by node: the small mistakes that a mutant makes."""

import ast
import re
from collections.abc import Callable, Iterator

_SMALL, _LARGE = 1e-3, 1e6  # a number beyond these is a guard or a stand-in; doubling it changes nothing that matters
_SIGN = re.compile(r"[-+*/%@&|]+")
_OPERATORS = {
    ast.Add: ("-",),
    ast.Sub: ("+",),
    ast.Mult: ("/",),
    ast.Div: ("*",),
    ast.FloorDiv: ("/",),
    ast.Mod: ("//",),
    ast.MatMult: ("*",),
    ast.Pow: ("*",),
    ast.BitAnd: ("|",),
    ast.BitOr: ("&",),
}
_COMPARISONS = {
    ast.Lt: ("<=", ">"),
    ast.LtE: ("<", ">="),
    ast.Gt: (">=", "<"),
    ast.GtE: (">", "<="),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
}
_PAIRS = (
    ("sum", "mean"), ("max", "min"), ("argmax", "argmin"), ("maximum", "minimum"), ("zeros", "ones"),
    ("zeros_like", "ones_like"), ("any", "all"), ("floor", "ceil"), ("sin", "cos"), ("std", "var"),
    ("cumsum", "cumprod"), ("logical_and", "logical_or"), ("triu", "tril"), ("append", "extend"), ("amax", "amin"),
)  # fmt: skip
_OTHER_FUNCTION = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_TO_ARGUMENT = {
    "transpose", "swapaxes", "abs", "absolute", "sqrt", "exp", "log", "square", "tanh", "sigmoid", "softmax", "relu",
    "sort", "flip", "stop_gradient", "cast", "clip", "expand_dims", "squeeze", "reshape", "copy", "conj", "roll",
}  # fmt: skip
_TO_OBJECT = {"copy", "astype", "transpose", "reshape", "clip", "squeeze", "sort", "swapaxes"}
_PRODUCTS = ("matmul", "dot")
_SYMMETRIC = {
    "max", "min", "maximum", "minimum", "add", "multiply", "logical_and", "logical_or", "equal", "not_equal",
    "swapaxes",
}  # fmt: skip
_LAST_AXIS_BY_DEFAULT = {"softmax", "log_softmax", "sort", "argsort"}
_OTHER_AXES = {"0": ("1",), "1": ("0",), "-1": ("0", "-2"), "-2": ("-1",)}
_ATOMS = (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict, ast.Set)
_DROPPABLE = (ast.AugAssign, ast.Expr, ast.If, ast.For, ast.While, ast.Raise, ast.Delete, ast.Break, ast.Continue)

_Node = ast.expr | ast.stmt | ast.keyword
Change = tuple[_Node, str]


class Text:
    """The answer's text, with parts of it replaced by the place of a node."""

    def __init__(self, source: str):
        self._bytes = source.encode()
        self._starts = [0]
        for line in self._bytes.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def _span(self, node: _Node) -> tuple[int, int]:
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def __call__(self, node: _Node) -> str:
        """The text of a node."""
        start, end = self._span(node)
        return self._bytes[start:end].decode()

    def with_operator(self, node: ast.BinOp, sign: str) -> str:
        """The text of an operation with its sign replaced."""
        (start, end), (_, left), (right, _) = map(self._span, (node, node.left, node.right))
        between = _SIGN.sub(sign, self._bytes[left:right].decode(), count=1)
        return self._bytes[start:left].decode() + between + self._bytes[right:end].decode()

    def replaced(self, node: _Node, text: str) -> str:
        start, end = self._span(node)
        return (self._bytes[:start] + text.encode() + self._bytes[end:]).decode()

    def inserted_before(self, statement: ast.stmt, line: str) -> str:
        start, _ = self._span(statement)
        indent = " " * statement.col_offset
        return (self._bytes[:start] + f"{line}\n{indent}".encode() + self._bytes[start:]).decode()


def changes(node: ast.expr | ast.stmt, parent: ast.AST | None, text: Text) -> Iterator[Change]:
    """(node to replace, its replacement) for each change that begins at this node."""
    if type(node) in _CHANGED:
        for changed in _CHANGED[type(node)](node, text):
            yield (node, _grouped(changed, parent)) if isinstance(changed, str) else changed
    if isinstance(node, _DROPPABLE) or (isinstance(node, ast.Assign) and _is_update(node)):
        yield node, "pass"


def _changed_operation(node: ast.BinOp, text) -> Iterator[str | Change]:
    for sign in _OPERATORS.get(type(node.op), ()):
        changed = text.with_operator(node, sign)
        yield changed if isinstance(node.op, (ast.Pow, ast.BitAnd)) else (node, changed)  # those bind less afterwards
    yield text(node.left)
    yield text(node.right)
    if isinstance(node.op, ast.MatMult):
        yield from ((side, f"{_operand(side, text)}.T") for side in (node.left, node.right))


def _changed_sign(node: ast.UnaryOp, text) -> Iterator[str]:
    yield text(node.operand)


def _changed_conjunction(node: ast.BoolOp, text) -> Iterator[str]:
    sign = " or " if isinstance(node.op, ast.And) else " and "
    yield sign.join(f"({text(value)})" for value in node.values)
    yield from map(text, node.values)


def _changed_comparison(node: ast.Compare, text) -> Iterator[str]:
    if len(node.ops) == 1:
        for sign in _COMPARISONS[type(node.ops[0])]:
            yield f"{text(node.left)} {sign} {text(node.comparators[0])}"


def _changed_constant(node: ast.Constant, _) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield node, str(not value)
    elif isinstance(value, int):
        yield from ((node, str(other)) for other in (value + 1, value - 1))
    elif isinstance(value, float):
        others = (0.0, 2 * value, value + 1) if value == 0 or _SMALL <= abs(value) < _LARGE else (0.0,)
        yield from ((node, repr(other)) for other in others)


def _changed_attribute(node: ast.Attribute, text) -> Iterator[Change]:
    if node.attr == "T":
        yield node, text(node.value)


def _changed_slice(node: ast.Slice, _) -> Iterator[Change]:
    given = [part for part in (node.lower, node.upper, node.step) if part is not None]
    yield from ((part, "") for part in given if not (part is node.lower and _is_zero(part)))


def _changed_choice(node: ast.IfExp, text) -> Iterator[str]:
    yield text(node.body)
    yield text(node.orelse)


def _changed_condition(node: ast.If | ast.While, text) -> Iterator[Change]:
    yield node.test, f"not ({text(node.test)})"


def _changed_update(node: ast.AugAssign, text) -> Iterator[Change]:
    for sign in ("", *_OPERATORS.get(type(node.op), ())):
        yield node, f"{text(node.target)} {sign}= {text(node.value)}"


def _changed_return(node: ast.Return, text) -> Iterator[Change]:
    if node.value is None:
        return
    items = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    zeros = [f"0 * {_operand(item, text)}" for item in items]
    yield from zip(items, zeros, strict=True)
    if len(items) > 1:
        yield node.value, ", ".join(zeros)
        yield from ((node.value, ", ".join(swapped)) for swapped in _swapped([text(item) for item in items]))


def _changed_call(node: ast.Call, text) -> Iterator[str | Change]:
    function, arguments = node.func, node.args
    if isinstance(function, ast.Attribute):
        owner, name = text(function.value), function.attr
    else:
        owner, name = "", getattr(function, "id", "")
    if name in _OTHER_FUNCTION:
        yield function, text(function).removesuffix(name) + _OTHER_FUNCTION[name]
    if arguments and name in _TO_ARGUMENT:
        yield text(arguments[0])
    if owner and name in _TO_OBJECT:
        yield owner
    if owner and name in _PRODUCTS:
        yield from ((argument, f"{owner}.swapaxes({text(argument)}, -1, -2)") for argument in arguments)
    keywords = [text(keyword) for keyword in node.keywords]
    if name not in _SYMMETRIC:
        for swapped in _swapped([text(argument) for argument in arguments]):
            yield f"{text(function)}({', '.join(swapped + keywords)})"
    yield from _changed_keywords(node, name, text)


def _changed_keywords(node: ast.Call, name: str, text) -> Iterator[str | Change]:
    arguments, keywords = [text(argument) for argument in node.args], [text(keyword) for keyword in node.keywords]
    for index, keyword in enumerate(node.keywords):
        is_default = name in _LAST_AXIS_BY_DEFAULT and keywords[index] == "axis=-1"
        if keyword.arg in ("axis", "keepdims", "dtype") and not is_default:
            yield f"{text(node.func)}({', '.join(arguments + keywords[:index] + keywords[index + 1 :])})"
        if keyword.arg == "axis":
            yield from ((keyword.value, axis) for axis in _OTHER_AXES.get(text(keyword.value), ()))
            if all(other.arg != "keepdims" for other in node.keywords):
                yield f"{text(node.func)}({', '.join([*arguments, *keywords, 'keepdims=True'])})"


_CHANGED: dict[type[ast.AST], Callable[..., Iterator[str | Change]]] = {
    ast.BinOp: _changed_operation,
    ast.UnaryOp: _changed_sign,
    ast.BoolOp: _changed_conjunction,
    ast.Compare: _changed_comparison,
    ast.Constant: _changed_constant,
    ast.Attribute: _changed_attribute,
    ast.Slice: _changed_slice,
    ast.IfExp: _changed_choice,
    ast.If: _changed_condition,
    ast.While: _changed_condition,
    ast.AugAssign: _changed_update,
    ast.Return: _changed_return,
    ast.Call: _changed_call,
}


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def _swapped(texts: list[str]) -> Iterator[list[str]]:
    """The texts with each two neighbours exchanged."""
    for first in range(len(texts) - 1):
        yield [*texts[:first], texts[first + 1], texts[first], *texts[first + 2 :]]


def _is_update(node: ast.Assign) -> bool:
    """Whether an assignment changes something that was there: an item, an attribute, or a name by its old value."""
    read = {inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name)}
    return any(not isinstance(target, ast.Name) or target.id in read for target in node.targets)


def _operand(node: ast.expr, text) -> str:
    """A node's text as it can stand beside any operator."""
    simple = isinstance(node, _ATOMS) or (isinstance(node, ast.Constant) and not isinstance(node.value, str))
    return text(node) if simple else f"({text(node)})"


def _grouped(text: str, parent: ast.AST | None) -> str:
    """An expression's text as it can stand in its parent."""
    tight = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Attribute, ast.Subscript, ast.Starred, ast.IfExp)
    if not isinstance(parent, tight) or isinstance(ast.parse(f"({text})", mode="eval").body, (*_ATOMS, ast.Constant)):
        return text
    return f"({text})"
