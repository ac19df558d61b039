"""Values of every kind, arrays, tensors, numbers and lists, read as plain NumPy arrays.

No framework is imported here: a tensor exists only where its framework has been imported already.
"""

import sys
from functools import lru_cache

import numpy as np

_NUMBERS = frozenset({bool, int, float, complex})
_READABLE = (int, float, complex, str, bytes, range)
_TENSORS = (("tensorflow", "Tensor"), ("jax", "Array"), ("torch", "Tensor"))


class NotAnArray(TypeError):
    """A value that cannot be read as one array; the text is a predicate, such as "is no number and no array"."""


def to_array(value) -> np.ndarray:
    """Read a value once, as an array that owes nothing to what the value claims about itself.

    Args:
        value: an array, a tensor of any Keras backend, a variable, a number, a string, a range, nested lists or
            tuples of these, or any object with `__array__`. PyTorch tensors are detached.

    Returns:
        A real ndarray, never a subclass and never of object dtype. It may share memory with value. A bfloat16
        tensor keeps its dtype, which is one of the ml_dtypes package.

    Raises:
        NotAnArray: value is something else, holds arbitrary objects, is ragged, or fails when read.
    """
    cls = type(value)
    try:
        if issubclass(cls, list | tuple):
            array = _stacked(list(value))
        elif _is_a(cls, "torch", "Tensor"):
            array = _detached(value)
        elif issubclass(cls, _READABLE) or hasattr(value, "__array__"):
            array = np.asarray(value)
        else:
            raise NotAnArray("is no number and no array")
    except NotAnArray:
        raise
    except Exception as error:  # a foreign __array__ may raise anything
        raise NotAnArray(f"cannot be read as an array ({type(error).__name__}: {error})") from error
    if array.dtype.kind == "O":
        raise NotAnArray("holds Python objects that are no plain numbers")
    if array.dtype.kind == "V" and not is_small_number(array.dtype):
        raise NotAnArray("holds records")
    return array


def widened(array: np.ndarray) -> np.ndarray:
    """Numbers of any dtype in float64 or complex128, or in the wider one that they have already; perhaps not a copy."""
    return array.astype(_wide(array.dtype), copy=False)


@lru_cache(maxsize=256)
def _wide(dtype: np.dtype) -> np.dtype:
    return np.dtype(np.float64) if is_small_number(dtype) else np.result_type(dtype, np.float64)


def is_number(dtype: np.dtype) -> bool:
    """Whether arrays of this dtype hold numbers; bool counts as one."""
    return dtype.kind in "biufc" or is_small_number(dtype)


def is_small_number(dtype: np.dtype) -> bool:
    """Whether dtype is bfloat16 or another one of ml_dtypes, whose kind NumPy cannot tell."""
    return dtype.type.__module__ == "ml_dtypes"


def is_tensor(value) -> bool:
    """Whether value is a tensor of TensorFlow, JAX or PyTorch, of those that are imported."""
    return any(is_instance(value, module, name) for module, name in _TENSORS)


def is_instance(value, module: str, name: str) -> bool:
    """Whether value is an instance of module.name; False if the module is not imported, and it stays so."""
    cls = getattr(sys.modules.get(module), name, None)
    return cls is not None and isinstance(value, cls)


def _is_a(cls: type, module: str, name: str) -> bool:
    """As is_instance, of the true class, whatever the value's __class__ says."""
    base = getattr(sys.modules.get(module), name, None)
    return base is not None and issubclass(cls, base)


def _stacked(items: list) -> np.ndarray:
    """The items, each read once, as one array with a new first axis."""
    if all(type(item) in _NUMBERS for item in items):
        return np.array(items)
    arrays = [to_array(item) for item in items]
    shapes = list(dict.fromkeys(array.shape for array in arrays))
    if len(shapes) > 1:
        raise NotAnArray(f"has parts of the shapes {shapes[0]} and {shapes[1]}, which form no single array")
    if len({array.dtype.kind in "US" for array in arrays}) > 1:
        raise NotAnArray("mixes text and numbers")
    return np.array(arrays)


def _detached(tensor) -> np.ndarray:
    """A PyTorch tensor as an array."""
    torch = sys.modules["torch"]
    if tensor.dtype == torch.bfloat16:  # unknown to NumPy, so the bits are carried over
        import ml_dtypes

        return tensor.detach().view(torch.int16).numpy(force=True).view(ml_dtypes.bfloat16)
    return tensor.numpy(force=True)
