"""Values on the wire between examiner and examinee: msgpack with explicit tags, never pickle.

Plain data travels as itself; every container and every special value is a list whose first item is its tag,
so nothing a sender writes can turn into anything but the kinds listed here. What has no tag crosses as a
handle (see `autograder.engine.handles`). Messages are framed by an 8-byte big-endian length.
"""

import math
import socket
import struct
import sys
import time

import msgpack
import numpy as np

MAX_MESSAGE = 260 * 2**20  # bytes: an array of 256 MB and its envelope
MAX_DEPTH = 64
_HEADER = struct.Struct(">Q")
_ARRAY_KINDS = "biufcSUmM"
_TENSOR_MODULES = ("tensorflow", "jax", "jaxlib", "torch")


class WireError(Exception):
    """A message that is not what the protocol allows; the text says what was wrong with it."""


class Closed(WireError):
    """The other side hung up."""


class TimedOut(WireError):
    """No whole message came before the deadline."""


def send(sock: socket.socket, message, deadline: float | None = None) -> None:
    """Send one packed message (msgpack-able plain data)."""
    payload = msgpack.packb(message, unicode_errors="surrogatepass")
    if len(payload) > MAX_MESSAGE:
        raise WireError(f"a message of {len(payload):,} bytes; at most {MAX_MESSAGE:,} may cross")
    try:
        sock.settimeout(_time_left(deadline))
        sock.sendall(_HEADER.pack(len(payload)) + payload)
    except TimeoutError:
        raise TimedOut("it did not take the message in time") from None
    except OSError:
        raise Closed("the other side is gone") from None


def receive(sock: socket.socket, deadline: float | None = None):
    """Receive one message; raises WireError for anything malformed, Closed at the end, TimedOut at the deadline."""
    (length,) = _HEADER.unpack(_exactly(sock, _HEADER.size, deadline))
    if length > MAX_MESSAGE:
        raise WireError(f"a message of {length:,} bytes; at most {MAX_MESSAGE:,} may cross")
    payload = _exactly(sock, length, deadline)
    try:
        return msgpack.unpackb(payload, strict_map_key=False, unicode_errors="surrogatepass")
    except Exception as error:
        raise WireError(f"a message that cannot be read ({type(error).__name__})") from None


def _exactly(sock: socket.socket, count: int, deadline: float | None) -> bytearray:
    data = bytearray()
    while len(data) < count:
        try:
            sock.settimeout(_time_left(deadline))
            chunk = sock.recv(min(count - len(data), 2**20))
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except OSError:
            raise Closed("the other side is gone") from None
        if not chunk:
            raise Closed("the other side is gone")
        data += chunk
    return data


def _time_left(deadline: float | None) -> float | None:
    return None if deadline is None else max(deadline - time.monotonic(), 1e-4)


def encode(value, to_handle=None, aliases=(), depth: int = 0):
    """Turn a value into plain, tagged data.

    Args:
        value: anything; containers are walked, arrays copied.
        to_handle: called with an object that cannot cross by value; returns its tagged form. Without it such an
            object raises WireError.
        aliases: arrays that the other side holds too; an array that is a view into the k-th of them crosses as
            a description of the view, so that the other side sees the same memory.
    """
    if value is None or value is True or value is False or type(value) in (float, str, bytes):
        return value
    if depth > MAX_DEPTH:
        raise WireError(f"containers nested more than {MAX_DEPTH} deep")
    if isinstance(value, np.generic):
        return _encode_scalar(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = int(value)
        return value if -(2**63) <= value < 2**64 else ["int", hex(value)]
    tagged = _encode_array(value, aliases) if isinstance(value, np.ndarray) else None
    if tagged is None:
        tagged = _encode_builtin(value, to_handle, aliases, depth + 1)
    if tagged is None and is_tensor(value):
        tagged = _encode_tensor(value)
    if tagged is None:
        if to_handle is None:
            raise WireError(f"a {type(value).__name__} cannot cross by value")
        tagged = to_handle(value)
    return tagged


def _encode_builtin(value, to_handle, aliases, depth):
    def items(values):
        return [encode(item, to_handle, aliases, depth) for item in values]

    if isinstance(value, np.ndarray):  # what _encode_array left: an array of objects
        return ["objects", list(value.shape), items(value.ravel().tolist())]
    if isinstance(value, (str, float, bytes)):
        return encode({str: str, float: float, bytes: bytes}[_base(value, (str, float, bytes))](value))
    if isinstance(value, bytearray):
        return ["bytearray", bytes(value)]
    if isinstance(value, complex):
        return ["complex", value.real, value.imag]
    if isinstance(value, dict):
        return ["dict", [items(pair) for pair in value.items()]]
    for kind in (list, tuple, frozenset, set):
        if isinstance(value, kind):
            return [kind.__name__, items(value)]
    if isinstance(value, (slice, range)):
        return [type(value).__name__, items((value.start, value.stop, value.step))]
    if value is Ellipsis:
        return ["ellipsis"]
    if value is NotImplemented:
        return ["notimplemented"]
    if isinstance(value, np.dtype) and (value.kind in _ARRAY_KINDS or value.name == "bfloat16"):
        return ["dtype", _dtype_name(value)]
    return None


def _base(value, kinds):
    return next(kind for kind in kinds if isinstance(value, kind))


def _encode_scalar(value: np.generic):
    array = np.asarray(value)
    if array.dtype.kind not in _ARRAY_KINDS and array.dtype.name != "bfloat16":
        raise WireError(f"a NumPy scalar of dtype {array.dtype} cannot cross")
    return ["scalar", _dtype_name(array.dtype), array.tobytes()]


def _encode_array(array: np.ndarray, aliases):
    if array.dtype.hasobject:
        return None
    if array.dtype.kind not in _ARRAY_KINDS and array.dtype.name != "bfloat16":
        raise WireError(f"an array of dtype {array.dtype} cannot cross")
    view = _as_view(array, aliases)
    if view:
        return view
    order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    return ["array", _dtype_name(array.dtype), list(array.shape), order, array.tobytes(order)]


def _as_view(array, aliases):
    for position, original in aliases:
        if array is original or not array.size or not np.may_share_memory(array, original):
            continue
        offset = array.__array_interface__["data"][0] - original.__array_interface__["data"][0]
        if original.flags.c_contiguous and 0 <= offset < original.nbytes:
            dtype = _dtype_name(array.dtype)
            return [
                "view",
                position,
                offset,
                dtype,
                list(array.shape),
                list(array.strides),
                array.flags.writeable,
            ]
    return None


def is_tensor(value) -> bool:
    """Whether value is a concrete tensor of TensorFlow, JAX or PyTorch (not a variable, not a symbol)."""
    module = type(value).__module__.partition(".")[0]
    name = type(value).__name__
    return module in _TENSOR_MODULES and name in ("EagerTensor", "_EagerTensorBase", "ArrayImpl", "Tensor")


def _encode_tensor(value):
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    try:
        array = np.asarray(value)
    except Exception:
        return None  # a symbolic or sparse tensor: a handle
    if array.dtype == object:
        return ["strings", list(array.shape), [bytes(item) for item in array.ravel().tolist()]]
    return ["tensor", _dtype_name(array.dtype), list(array.shape), array.tobytes()]


def _dtype_name(dtype: np.dtype) -> str:
    return "bfloat16" if dtype.name == "bfloat16" else dtype.str


def _dtype(name) -> np.dtype:
    if name == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    if not isinstance(name, str) or len(name) > 32:
        raise WireError("a dtype that is not one")
    try:
        dtype = np.dtype(name)
    except TypeError:
        raise WireError(f"an unknown dtype {name!r}") from None
    if dtype.hasobject or dtype.kind not in _ARRAY_KINDS:
        raise WireError(f"an array of dtype {dtype} cannot cross")
    return dtype


def decode(data, from_tag=None, aliases=(), depth: int = 0):
    """Turn tagged data back into values; strict, because the sender may be hostile.

    Args:
        data: what `receive` returned.
        from_tag: called with (tag, rest) for tags this module does not know, such as handles; without it they
            raise WireError.
        aliases: the arrays that views refer to, by position.
    """
    if not isinstance(data, list):
        if data is None or isinstance(data, (bool, int, float, str, bytes)):
            return data
        raise WireError(f"a {type(data).__name__} where a tagged value was due")
    if depth > MAX_DEPTH:
        raise WireError(f"containers nested more than {MAX_DEPTH} deep")
    if not data or not isinstance(data[0], str):
        raise WireError("a list without a tag")
    tag, *rest = data
    reader = _READERS.get(tag)
    try:
        if reader is not None:
            return reader(rest, lambda item: decode(item, from_tag, aliases, depth + 1), aliases)
        if from_tag is not None:
            return from_tag(tag, rest)
    except WireError:
        raise
    except Exception as error:
        raise WireError(f"a malformed {tag!r} ({type(error).__name__}: {error})") from None
    raise WireError(f"an unknown tag {tag!r}")


def _shape(shape) -> tuple[int, ...]:
    if not isinstance(shape, list) or len(shape) > 32:
        raise WireError("a shape that is not one")
    for size in shape:
        if type(size) is not int or not 0 <= size <= 2**40:
            raise WireError(f"a shape with the size {size!r}")
    return tuple(shape)


def _read_array(rest, _, __):
    name, shape, order, raw = rest
    return _from_bytes(name, shape, raw, order).copy(order="K")


def _from_bytes(name, shape, raw, order="C"):
    dtype, shape = _dtype(name), _shape(shape)
    if not isinstance(raw, bytes) or len(raw) != math.prod(shape) * dtype.itemsize or order not in ("C", "F"):
        raise WireError(f"an array that says it has shape {shape} but not the bytes for it")
    return np.frombuffer(raw, dtype).reshape(shape, order=order) if dtype.itemsize else np.zeros(shape, dtype)


def _read_scalar(rest, _, __):
    name, raw = rest
    return _from_bytes(name, [], raw)[()]


def _read_tensor(rest, _, __):
    name, shape, raw = rest
    array = _from_bytes(name, shape, raw).copy()
    return _as_tensor(array, array.dtype.name)


def _read_strings(rest, _, __):
    shape, items = rest
    array = np.array([bytes(item) for item in items], dtype=object).reshape(_shape(shape))
    return _as_tensor(array, "string")


def _as_tensor(array, dtype):
    """The array as a tensor of Keras's backend, if Keras is loaded on this side."""
    keras = sys.modules.get("keras")
    return array if keras is None else keras.ops.convert_to_tensor(array, dtype=dtype)


def _read_view(rest, _, aliases):
    position, offset, name, shape, strides, writeable = rest
    original = dict(aliases)[position]
    if not isinstance(original, np.ndarray) or not original.flags.c_contiguous or type(offset) is not int:
        raise WireError("a view of something that was not passed")
    view = np.ndarray(_shape(shape), _dtype(name), original, offset, tuple(strides))
    view.flags.writeable = bool(writeable) and original.flags.writeable
    return view


def _read_objects(rest, inner, _):
    shape, items = rest
    array = np.empty(len(items), dtype=object)
    for index, item in enumerate(items):
        array[index] = inner(item)
    return array.reshape(_shape(shape))


def _read_dict(rest, inner, _):
    return {inner(key): inner(value) for key, value in rest[0]}


def _sequence(kind):
    return lambda rest, inner, _: kind(inner(item) for item in _list(rest[0]))


def _list(items):
    if not isinstance(items, list):
        raise WireError("a container without its items")
    return items


_READERS = {
    "list": _sequence(list),
    "tuple": _sequence(tuple),
    "set": _sequence(set),
    "frozenset": _sequence(frozenset),
    "dict": _read_dict,
    "slice": lambda rest, inner, _: slice(*map(inner, rest[0])),
    "range": lambda rest, inner, _: range(*map(inner, rest[0])),
    "complex": lambda rest, _, __: complex(*rest),
    "int": lambda rest, _, __: int(rest[0][:100_000], 16),
    "bytearray": lambda rest, _, __: bytearray(rest[0]),
    "ellipsis": lambda rest, _, __: Ellipsis,
    "notimplemented": lambda rest, _, __: NotImplemented,
    "dtype": lambda rest, _, __: _dtype(rest[0]),
    "scalar": _read_scalar,
    "array": _read_array,
    "tensor": _read_tensor,
    "strings": _read_strings,
    "view": _read_view,
    "objects": _read_objects,
}
