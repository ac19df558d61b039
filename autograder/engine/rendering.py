"""Values and calls as short text for messages; never longer than a line or two, whatever the value."""

import re
import reprlib

import numpy as np

from autograder.engine.wire.arrays import is_tensor

SMALL = 6  # arrays of so many elements are shown and larger ones described; so are the first items of a container


class _Repr(reprlib.Repr):
    """Short texts of plain values; of anything else its type."""

    def __init__(self):
        super().__init__()
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdict = self.maxdeque = SMALL
        self.maxstring = self.maxother = 80

    def repr1(self, value, level):
        if hasattr(type(value), "_type_name"):
            return _stand_in(value)
        if callable(value) and isinstance(getattr(value, "__name__", None), str):
            return value.__name__
        return super().repr1(value, level)

    def repr_int(self, value, _):
        return repr(value) if abs(value) < 10**40 else f"a whole number of {value.bit_length()} bits"


_REPR = _Repr()
_LONGEST_TEXT = 400  # characters
_FRAMEWORKS_OWN = (
    re.compile(r"\x1b\[[0-9;]*m"),
    re.compile(r"\{\{.*?\}\}"),
    re.compile(r"\[Op:\w+\].*|name: ?$", re.DOTALL),
    re.compile(r"(Call arguments|Arguments) received by .*", re.DOTALL),
    re.compile(r"Stack trace .*", re.DOTALL),
)
"""Colours, TensorFlow's node names and ops, Keras's lists of a call's arguments."""


def brief(text: str) -> str:
    """An exception's text in a line or two, without what a framework adds for its own developers."""
    for pattern in _FRAMEWORKS_OWN:
        text = pattern.sub(" ", text)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def render(value, digits: int = 6, depth: int = 2) -> str:
    """One value: plain data as Python writes it, with so many digits; a large array as its dtype and shape."""
    if is_tensor(value):
        return _array(np.asarray(value), "tensor", digits)
    if isinstance(value, np.ndarray):
        return _array(value, "array", digits)
    if isinstance(value, np.generic):
        item = value.item()
        return str(value) if isinstance(item, np.generic) else render(item, digits)
    if isinstance(value, float):
        return repr(float(f"{value:.{digits}g}"))
    if type(value).__name__ in ("DataFrame", "Series") and hasattr(value, "shape"):
        return f"a {type(value).__name__} of shape {value.shape}"
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, (list, tuple, dict)) and depth:
        return _container(value, digits, depth - 1)
    return _REPR.repr(value)


def render_pair(first, second) -> tuple[str, str]:
    """Two values with as many digits as it takes to tell them apart."""
    for digits in (6, 9, 12, 17):
        pair = render(first, digits), render(second, digits)
        if pair[0] != pair[1]:
            break
    return pair


def _stand_in(remote) -> str:
    return remote._shown() if remote._label.startswith("the ") else remote._label


def _array(array, word: str, digits: int) -> str:
    if array.size and array.size <= SMALL:
        numbers = np.array2string(array, precision=digits, separator=", ", max_line_width=200)
        return f"{word}({' '.join(numbers.split())})" if array.ndim else numbers
    return f"{array.dtype} {word} of shape {array.shape}"


def _container(value, digits: int, depth: int) -> str:
    cut = ", …" if len(value) > SMALL else ""
    if isinstance(value, dict):
        pairs = [f"{_REPR.repr(key)}: {render(item, digits, depth)}" for key, item in [*value.items()][:SMALL]]
        return "{" + ", ".join(pairs) + cut + "}"
    items = ", ".join(render(item, digits, depth) for item in value[:SMALL]) + cut
    if isinstance(value, tuple):
        return f"({items},)" if len(value) == 1 else f"({items})"
    return f"[{items}]"


def call_text(label: str, args, kwargs) -> str:
    """A call as a reader would write it, with large arguments described."""
    parts = [render(arg) for arg in args] + [f"{key}={render(value)}" for key, value in kwargs.items()]
    text = f"{label}({', '.join(parts)})"
    return text if len(text) <= 400 else text[:399] + "…"
