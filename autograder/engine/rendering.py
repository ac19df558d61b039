"""Values and calls as short text for messages; never longer than a line or two, whatever the value."""

import reprlib

import numpy as np

from autograder.engine.wire import is_tensor

_SMALL = 6  # arrays up to this many elements are shown, larger ones described
_REPR = reprlib.Repr()
_REPR.maxlist = _REPR.maxtuple = _REPR.maxset = _REPR.maxdict = 6
_REPR.maxstring = _REPR.maxother = 80


def render(value, depth: int = 2) -> str:
    """One value: plain data as Python writes it, a large array as its dtype and shape."""
    if is_tensor(value):
        return _array(np.asarray(value), "tensor")
    if isinstance(value, np.ndarray):
        return _array(value, "array")
    if isinstance(value, np.generic):
        return render(value.item())
    if isinstance(value, float):
        return f"{value:.6g}"
    if hasattr(value, "_type_name") and hasattr(value, "_label"):
        return f"a {value._type_name} object" if value._label.startswith("the ") else value._label
    if isinstance(value, (list, tuple, dict)) and depth:
        return _container(value, depth - 1)
    return _REPR.repr(value)


def _array(array, word: str) -> str:
    if array.size and array.size <= _SMALL:
        numbers = np.array2string(array, precision=6, separator=", ", max_line_width=200)
        return f"{word}({' '.join(numbers.split())})" if array.ndim else numbers
    return f"{array.dtype} {word} of shape {array.shape}"


def _container(value, depth: int) -> str:
    cut = ", …" if len(value) > _SMALL else ""
    if isinstance(value, dict):
        pairs = [f"{_REPR.repr(key)}: {render(item, depth)}" for key, item in [*value.items()][:_SMALL]]
        return "{" + ", ".join(pairs) + cut + "}"
    items = ", ".join(render(item, depth) for item in value[:_SMALL]) + cut
    if isinstance(value, tuple):
        return f"({items},)" if len(value) == 1 else f"({items})"
    return f"[{items}]"


def call_text(label: str, args, kwargs) -> str:
    """A call as a reader would write it, with large arguments described."""
    parts = [render(arg) for arg in args] + [f"{key}={render(value)}" for key, value in kwargs.items()]
    text = f"{label}({', '.join(parts)})"
    return text if len(text) <= 400 else text[:399] + "…"
