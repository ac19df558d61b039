"""Reading values of every kind, arrays, tensors, scalars and lists, as plain NumPy arrays.

No framework is imported here: a tensor exists only if its framework has been imported already.
"""

import sys

import numpy as np

_PLAIN_NUMBERS = frozenset({bool, int, float, complex})
_TENSOR_TYPES = (("tensorflow", "Tensor"), ("jax", "Array"), ("torch", "Tensor"))


class NotAnArray(TypeError):
    """The value cannot be read as one rectangular array; the text is a clause that says why."""


def is_tensor(value) -> bool:
    """Whether value is a TensorFlow, JAX or PyTorch tensor; asks only frameworks that are already imported."""
    return any(is_instance(value, module, name) for module, name in _TENSOR_TYPES)


def is_instance(value, module: str, name: str) -> bool:
    """Whether value is an instance of module.name; False, without importing it, if the module is not imported."""
    cls = getattr(sys.modules.get(module), name, None)
    return cls is not None and isinstance(value, cls)


def is_small_number(dtype: np.dtype) -> bool:
    """Whether dtype is bfloat16 or another number of ml_dtypes, which NumPy itself counts as raw bytes."""
    return dtype.type.__module__ == "ml_dtypes"


def to_array(value) -> np.ndarray:
    """Read a value once, as an array that owes nothing to what the value claims about itself.

    Args:
        value: an array, a tensor of any Keras backend, a variable, a scalar, a string, nested lists or tuples
            of these, or any object with `__array__`. PyTorch tensors are detached.

    Returns:
        A real ndarray, never a subclass and never of object dtype. It may share memory with value. A bfloat16
        tensor keeps its dtype, which is that of the ml_dtypes package.

    Raises:
        NotAnArray: the value holds arbitrary objects, is ragged, or fails when read.
    """
    try:
        if is_instance(value, "torch", "Tensor"):
            value = _detached(value)
        elif isinstance(value, list | tuple):
            value = _stacked(list(value))
        array = np.asarray(value)
    except NotAnArray:
        raise
    except Exception as error:  # whatever a foreign __array__ may raise
        raise NotAnArray(f"cannot be read as an array ({type(error).__name__}: {error})") from error
    if array.dtype.kind in "OV" and not is_small_number(array.dtype):
        raise NotAnArray(f"holds {_contents(value, array)} and not numbers")
    return array


def _detached(tensor) -> np.ndarray:
    """A PyTorch tensor as an array."""
    torch = sys.modules["torch"]
    if tensor.dtype == torch.bfloat16:  # unknown to NumPy, so the bits are carried over
        import ml_dtypes  # noqa: PLC0415

        return tensor.detach().view(torch.int16).numpy(force=True).view(ml_dtypes.bfloat16)
    return tensor.numpy(force=True)


def _stacked(items: list) -> np.ndarray:
    """The items, each read once, as one array with a new first axis."""
    if all(type(item) in _PLAIN_NUMBERS for item in items):
        return np.array(items)
    arrays = [to_array(item) for item in items]
    shapes = list(dict.fromkeys(array.shape for array in arrays))
    if len(shapes) > 1:
        listed = ", ".join(map(str, shapes[:4])) + (", …" if len(shapes) > 4 else "")
        raise NotAnArray(f"has parts of different shapes, {listed}, which form no single array")
    if len({array.dtype.kind in "US" for array in arrays}) > 1:
        raise NotAnArray("mixes text and numbers")
    return np.array(arrays)


def _contents(value, array: np.ndarray) -> str:
    """What an array that cannot be used is made of, in words."""
    if array.dtype.kind == "V":
        return f"records of dtype {array.dtype}"
    first = next(iter(array.flat), value) if array.ndim else value
    return f"Python objects (such as {type(first).__name__})"
