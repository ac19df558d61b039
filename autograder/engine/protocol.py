"""What examiner and examinee say to each other, as far as both have to know it.

A request is `[verb, arguments, keyword arguments, dropped handles]`, a reply one of
`["ok", value, changed arguments]`, `["raise", type names, text, place, the exception's handle or None]` and
`["unsendable", text]`.
"""

BINARY = (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift",
)  # fmt: skip
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
UNARY = ("neg", "pos", "abs", "invert")
PLAIN_VERBS = ("provide", "place", "facts", "run", "begin", "name")  # their arguments are plain, not tagged values

MAX_TEXT = 2000  # characters of an exception's message
