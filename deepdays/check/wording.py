"""How a comparer says things: numbers, places, kinds of value and whole failures, in words."""

import re
import reprlib
import sys
from types import TracebackType

import numpy as np

from deepdays.tensors import is_tensor

_OPENERS = frozenset(["a", "an", "as", "at", "by", "if", "in", "is", "it", "no", "of", "on", "to", "we"])
_SINGULAR = frozenset(["alias", "atlas", "bias", "canvas", "gas", "lens", "series"])
_PREPOSITION = re.compile(r" (?:of|for|with|without|in|at|after|before|from|by|on|under|to|as|over) ")
_PLURALS = {"is": "are", "has": "have", "was": "were", "lacks": "lack"}
_brief = reprlib.Repr()
_brief.maxstring = _brief.maxother = _brief.maxlong = 60


class CheckFailed(AssertionError):
    """A comparer's failure; a notebook shows it at the line of the test, without the comparer's own lines."""

    def _render_traceback_(self) -> list[str]:
        """The lines that IPython shows; it looks for a method of this name."""
        shell = sys.modules["IPython"].get_ipython()
        shown = _callers(self.__traceback__)
        return shell.InteractiveTB.structured_traceback(type(self), self, shown, tb_offset=1)


def _callers(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback up to the line that called this package."""
    if traceback is None or _is_inside(traceback) or _is_left(traceback):
        return None
    return TracebackType(_callers(traceback.tb_next), traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno)


def _is_inside(traceback: TracebackType) -> bool:
    return traceback.tb_frame.f_globals.get("__name__", "").startswith(f"{__package__}.")


def _is_left(traceback: TracebackType) -> bool:
    """Whether it is the frame in which the standard library ends the block of a context manager of this package."""
    inner = traceback.tb_next
    return traceback.tb_frame.f_globals.get("__name__") == "contextlib" and inner is not None and _is_inside(inner)


def failure(text: str, *remarks: str) -> CheckFailed:
    """The error to raise: text, which opens with a name, then each remark that is not empty, as sentences."""
    return CheckFailed(" ".join(map(_closed, [text, *map(_opened, filter(None, remarks))])))


def _opened(clause: str) -> str:
    """The clause with a capital, unless its first word may be a name in code."""
    clause = clause.strip()
    first = clause.split(maxsplit=1)[0].rstrip(",:;")
    if first in _OPENERS or (first.isalpha() and first.islower() and len(first) > 2):
        return clause[0].upper() + clause[1:]
    return clause


def _closed(clause: str) -> str:
    return clause if clause.endswith((".", "?")) else clause + "."


def subject(what: str, verb: str) -> str:
    """A subject with its form of is, has, was or lacks: the weights have, the loss has."""
    word = _PREPOSITION.split(what)[0].rpartition(" ")[2]
    is_plural = word.isalpha() and len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    is_plural = (is_plural and word not in _SINGULAR) or " and " in what
    return f"{what} {_PLURALS[verb] if is_plural else verb}"


def place(index) -> str:
    """An index as code writes it, such as [2, 0]."""
    return "[" + ", ".join(str(int(i)) for i in index) + "]"


def number(value, digits: int = 6) -> str:
    """A number, Python's or NumPy's, as short text; a string or bytes as its repr."""
    value = plain_scalar(value)
    if isinstance(value, float):
        return f"{value:.{digits}g}".replace("nan", "NaN")
    return f"{value:.{digits}g}" if isinstance(value, complex) else text(value)


def number_pair(first, second) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart."""
    for digits in (6, 9, 12, 17):
        pair = number(first, digits), number(second, digits)
        if pair[0] != pair[1]:
            break
    return pair


def plain_scalar(value):
    """The Python number, string or bytes that a NumPy scalar or 0-d array holds; other values as they are."""
    if not isinstance(value, np.generic | np.ndarray):
        return value
    if value.dtype.kind in "fV":  # V: bfloat16 and its like
        return float(value)
    return complex(value) if value.dtype.kind == "c" else value.item()


def text(value) -> str:
    """A plain value's repr, cut short if it is long."""
    return _brief.repr(value)


def class_name(cls) -> str:
    """The name of a class, or of what stands in for one."""
    name = getattr(cls, "__name__", None)
    return name if isinstance(name, str) else "object"


def with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeioAEIO' else 'a'} {noun}"


def describe_shape(shape: tuple) -> str:
    return f"an array of shape {shape}" if shape else "a single number"


def describe(value) -> str:
    """What a value is, such as "a list", "a NumPy array of shape (3,)" or "a bool (True)"."""
    cls = type(value)
    if value is None:
        return "None"
    if cls in (bool, int, float, complex, str, bytes):
        return f"{with_article(cls.__name__)} ({text(value)})"
    if issubclass(cls, np.ndarray):
        return f"a NumPy array of shape {np.asarray(value).shape}"
    if issubclass(cls, np.generic):
        return f"a NumPy {cls.__name__}"
    return "a tensor" if is_tensor(value) else with_article(class_name(value.__class__))
