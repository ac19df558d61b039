"""How a comparer says things: numbers, places, kinds of value and whole failures, in words."""

import reprlib

import numpy as np

from deepdays.tensors import is_tensor

_SHORT_WORDS = {"a", "an", "as", "at", "by", "if", "in", "is", "it", "no", "of", "on", "to", "we"}
_brief = reprlib.Repr()
_brief.maxstring = _brief.maxother = _brief.maxlong = 60


def failure(text: str, *remarks: str) -> AssertionError:
    """The error to raise: text, which may open with a name, then each remark that is not empty as a sentence."""
    return AssertionError(" ".join(_closed(part) for part in (text, *map(_opened, filter(None, remarks)))))


def _opened(clause: str) -> str:
    """The clause with a capital, unless it opens with what may be a name in code."""
    clause = clause.strip()
    first = clause.split(maxsplit=1)[0].rstrip(",")
    if first in _SHORT_WORDS or (first.isalpha() and first.islower() and len(first) > 2):
        return clause[0].upper() + clause[1:]
    return clause


def _closed(clause: str) -> str:
    return clause if clause.endswith((".", "?")) else clause + "."


def place(index: tuple) -> str:
    """An index as it is written in code: [2, 0]."""
    return "[" + ", ".join(str(int(i)) for i in index) + "]"


def number(value, digits: int = 6) -> str:
    """A number, Python's or NumPy's, as short text; anything else by its repr."""
    value = scalar(value)
    if isinstance(value, float):
        return "NaN" if value != value else f"{value:.{digits}g}"
    return f"{value:.{digits}g}" if isinstance(value, complex) else repr(value)


def scalar(value):
    """The Python number, string or bytes that a NumPy scalar or 0-d array holds."""
    if not isinstance(value, np.generic | np.ndarray):
        return value
    kind = value.dtype.kind
    if kind in "fV":  # V: bfloat16 and its like; f: longdouble too, whose item() is no Python float
        return float(value)
    return complex(value) if kind == "c" else value.item()


def number_pair(first, second) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart."""
    for digits in (6, 9, 12, 17):
        texts = number(first, digits), number(second, digits)
        if texts[0] != texts[1]:
            break
    return texts


def text(value) -> str:
    """A plain value, cut short if it is long."""
    return _brief.repr(value)


def class_name(cls) -> str:
    name = getattr(cls, "__name__", None)
    return name if isinstance(name, str) else "object"


def article(noun: str) -> str:
    an = noun[0].lower() in "aeio" and not noun.startswith(("one", "uni"))
    return f"{'an' if an else 'a'} {noun}"


def describe(value) -> str:
    """What a value is, in words: "a list", "a NumPy array of shape (3,)"."""
    if value is None:
        return "None"
    cls = type(value)
    if issubclass(cls, np.ndarray):
        return f"a NumPy array of shape {value.shape}"
    if issubclass(cls, np.generic):
        return f"a NumPy {cls.__name__}"
    if is_tensor(value):
        return f"a tensor of shape {tuple(value.shape)}"
    if cls in (bool, int, float, complex, str):
        return f"{article(cls.__name__)} ({text(value)})"
    return article(class_name(getattr(value, "__class__", cls)))
