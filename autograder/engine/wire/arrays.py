"""NumPy arrays, scalars, dtypes and generators, and the tensors of Keras's backends, as tags."""

import math
import sys
from functools import lru_cache
from typing import Literal

import numpy as np

from autograder.engine.wire.frames import MAX_BLOCKS, Block, WireError, block_or_bytes
from autograder.engine.wire.plain import exactly

MUTABLE = (np.ndarray, np.random.Generator)
_INLINE = 512  # bytes of an array, up to which it travels in the envelope
_SNAPSHOT = 4096  # bytes of an array, up to which its tagged form is a copy and not a view of its memory
_KINDS = "biufcSUmM"
_TENSOR_MODULES = ("tensorflow", "jax", "jaxlib", "torch")
_TENSOR_NAMES = ("EagerTensor", "_EagerTensorBase", "ArrayImpl", "Tensor")


def is_tensor_type(kind: type) -> bool:
    """Whether instances are concrete tensors of TensorFlow, JAX or PyTorch (not variables, not symbols)."""
    return kind.__name__ in _TENSOR_NAMES and kind.__module__.partition(".")[0] in _TENSOR_MODULES


def is_tensor(value) -> bool:
    return is_tensor_type(type(value))


def writer(kind: type):
    """How instances of a type of NumPy's or of a backend's own are written; None if it is none of them."""
    if issubclass(kind, np.generic):
        return _write_scalar
    if is_tensor_type(kind):
        return _write_tensor
    if kind.__name__ == "TensorShape" and kind.__module__.startswith("tensorflow."):
        return _write_tensor_shape
    return None


def _write_array(array: np.ndarray, encoder, depth: int):
    array = np.asarray(array)
    if array.dtype == object:
        return ["objects", list(array.shape), encoder.items(array.ravel().tolist(), depth)]
    _require_plain(array.dtype)
    view = _as_view(array, encoder.arrays)
    if view:
        return view
    order: Literal["C", "F"] = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    facts = [_name(array.dtype), list(array.shape), order, array.flags.writeable]
    return ["array", *facts, _raw(array, order)]


def _as_view(array: np.ndarray, given):
    for key, original in given:
        if not array.size or not original.flags.c_contiguous or not np.may_share_memory(array, original):
            continue
        offset = array.__array_interface__["data"][0] - original.__array_interface__["data"][0]
        if 0 <= offset < original.nbytes:
            facts = [_name(array.dtype), list(array.shape), list(array.strides), array.flags.writeable]
            return ["view", key, offset, *facts]
    return None


def _raw(array: np.ndarray, order: Literal["C", "F"] = "C"):
    """The array's bytes: within the envelope, beside it as a copy, or beside it as they lie in memory."""
    if array.nbytes <= _INLINE:
        return array.tobytes(order)
    if array.nbytes <= _SNAPSHOT or not (array.flags.c_contiguous or array.flags.f_contiguous):
        return Block(array.tobytes(order))
    return Block((array.T if order == "F" else array).reshape(-1).view(np.uint8))


def _write_scalar(value: np.generic, _, __):
    array = np.asarray(value)
    _require_plain(array.dtype)
    return ["scalar", _name(array.dtype), array.tobytes()]


def _write_tensor(value, _, __):
    if hasattr(value, "detach"):
        return _write_torch(value.detach().cpu())
    try:
        array = np.asarray(value)
    except Exception:
        return None  # a variant or a resource: a handle
    if array.dtype == object:
        return ["strings", list(array.shape), [bytes(item) for item in array.ravel().tolist()]]
    return ["tensor", _name(array.dtype), list(array.shape), _raw(array)]


def _write_torch(tensor):
    if str(tensor.dtype) == "torch.bfloat16":
        array = tensor.float().numpy().astype(_dtype("bfloat16"))
    else:
        array = tensor.contiguous().numpy()
    return ["tensor", _name(array.dtype), list(array.shape), _raw(array)]


def _write_tensor_shape(value, _, __):
    return None if value.rank is None else ["tensorshape", value.as_list()]


def _write_rng(value: np.random.Generator, encoder, depth: int):
    state = value.bit_generator.state
    return ["rng", encoder.value(state, depth)] if state["bit_generator"] == "PCG64" else None


def _write_dtype(value: np.dtype, _, __):
    _require_plain(value)
    return ["dtype", _name(value)]


def _require_plain(dtype: np.dtype) -> None:
    if dtype.kind not in _KINDS and dtype.name != "bfloat16":
        raise WireError(f"an array of dtype {dtype} cannot cross")


@lru_cache(maxsize=256)
def _name(dtype: np.dtype) -> str:
    return "bfloat16" if dtype.name == "bfloat16" else dtype.str


WRITERS = {np.ndarray: _write_array, np.dtype: _write_dtype, np.random.Generator: _write_rng}


def _dtype(name) -> np.dtype:
    if not isinstance(name, str) or len(name) > 32:
        raise WireError("a dtype that is not one")
    return _dtype_called(name)


@lru_cache(maxsize=256)
def _dtype_called(name: str) -> np.dtype:
    if name == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    try:
        dtype = np.dtype(name)
    except Exception:
        raise WireError(f"an unknown dtype {name!r}") from None
    if dtype.hasobject or dtype.kind not in _KINDS or dtype.itemsize > MAX_BLOCKS:
        raise WireError(f"an array of dtype {name} cannot cross")
    return dtype


def _shape(shape) -> tuple[int, ...]:
    if not isinstance(shape, list) or len(shape) > 32:
        raise WireError("a shape that is not one")
    for size in shape:
        if type(size) is not int or not 0 <= size <= MAX_BLOCKS:
            raise WireError(f"a shape with the size {str(size)[:40]}")
    if math.prod(shape) > MAX_BLOCKS:
        raise WireError("a shape of more elements than may cross")
    return tuple(shape)


def _in_message(name, shape, raw, order="C") -> np.ndarray:
    """The array as it lies in the message; read-only if it lies in the envelope."""
    dtype, shape, raw = _dtype(name), _shape(shape), block_or_bytes(raw)
    if math.prod(shape) * dtype.itemsize != len(raw) or order not in ("C", "F"):
        raise WireError(f"an array that says it has shape {shape} but not the bytes for it")
    if not dtype.itemsize:
        raise WireError("an array of strings of no length")
    if len(raw) and dtype.kind == "b" and np.frombuffer(raw, np.uint8).max() > 1:
        raise WireError("truth values that are neither true nor false")
    if len(raw) and dtype.kind == "U" and np.frombuffer(raw, f"{dtype.byteorder}u4").max() > sys.maxunicode:
        raise WireError("text with characters that do not exist")
    return np.frombuffer(raw, dtype).reshape(shape, order=order)


def _read_array(decoder, _, name, shape, order, writeable, raw):
    array = _in_message(name, shape, raw, order)
    if decoder.copy or not array.flags.writeable:
        array = array.copy(order="K")
    array.flags.writeable = bool(writeable)
    return array


def _read_scalar(_, __, name, raw):
    return _in_message(name, [], raw)[()]


def _read_tensor(_, __, name, shape, raw):
    array = _in_message(name, shape, raw)
    return _as_tensor(array, array.dtype.name)


def _read_strings(_, __, shape, items):
    array = np.array([exactly(bytes, item) for item in items], dtype=object).reshape(_shape(shape))
    return _as_tensor(array, "string")


def _as_tensor(array: np.ndarray, dtype: str):
    """The array as a tensor of Keras's backend, if Keras is loaded on this side."""
    keras = sys.modules.get("keras")
    if keras is None:
        return array.copy()
    if keras.backend.backend() == "tensorflow":  # Keras's own way to the same tensor takes ten times as long
        return sys.modules["tensorflow"].constant(array.copy(), dtype)
    return keras.ops.convert_to_tensor(array.copy(), dtype=dtype)


def _read_tensor_shape(_, __, sizes):
    sizes = tuple(None if size is None else exactly(int, size) for size in exactly(list, sizes))
    tensorflow = sys.modules.get("tensorflow")
    return sizes if tensorflow is None else tensorflow.TensorShape(sizes)


def _read_view(decoder, _, key, offset, name, shape, strides, writeable):
    original, dtype = decoder.given[key], _dtype(name)
    if not isinstance(original, np.ndarray) or type(offset) is not int:
        raise WireError("a view of something that was not passed")
    if not original.flags.c_contiguous:  # what crossed was
        original = original.copy()
    if dtype.kind in "bU" and original.dtype.kind != dtype.kind:
        raise WireError("a view of bytes as another kind of value")
    shape, strides = _shape(shape), tuple(exactly(int, stride) for stride in exactly(list, strides))
    if len(shape) != len(strides) or not _lies_within(shape, strides, offset, dtype.itemsize, original.nbytes):
        raise WireError("an array that reaches beyond the one that it is a view of")
    try:
        view = np.ndarray(shape, dtype, original, offset, strides)
    except (TypeError, ValueError, OverflowError):
        raise WireError("a view that NumPy refuses") from None
    view.flags.writeable = bool(writeable) and original.flags.writeable
    return view


def _lies_within(shape: tuple[int, ...], strides: tuple[int, ...], offset: int, itemsize: int, nbytes: int) -> bool:
    """Whether all of a view lies in so many bytes; worked out here, since NumPy doesn't look where those are none."""
    if math.prod(shape) == 0:
        return 0 <= offset <= nbytes
    reaches = [(size - 1) * stride for size, stride in zip(shape, strides, strict=True)]
    first, last = (offset + sum(bound(0, reach) for reach in reaches) for bound in (min, max))
    return first >= 0 and last + itemsize <= nbytes


def _read_objects(decoder, depth, shape, items):
    items = decoder.items(items, depth)
    array = np.empty(len(items), dtype=object)
    for index, item in enumerate(items):
        array[index] = item
    return array.reshape(_shape(shape))


def _read_rng(decoder, depth, state):
    rng = np.random.Generator(np.random.PCG64(0))
    rng.bit_generator.state = decoder.value(state, depth)
    return rng


READERS = {
    "array": _read_array,
    "scalar": _read_scalar,
    "tensor": _read_tensor,
    "strings": _read_strings,
    "tensorshape": _read_tensor_shape,
    "view": _read_view,
    "objects": _read_objects,
    "dtype": lambda _, __, name: _dtype(name),
    "rng": _read_rng,
}
