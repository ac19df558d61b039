"""Python's own containers and values as tags."""

import collections
import datetime
from functools import lru_cache

from autograder.engine.wire.frames import MAX_RANGE, Block, WireError, block_or_bytes

_INLINE = 512  # bytes
_SAME_HASH = 1000  # keys of one container that may share a hash
_FACTORIES = {kind.__name__: kind for kind in (int, float, str, list, dict, set)}
MUTABLE = (list, dict, set, bytearray, collections.deque)


def write_int(value: int, _, __):
    value = int(value)
    return value if -(2**63) <= value < 2**64 else ["int", hex(value)]


def _write_bytes(value: bytes, _, __):
    return bytes(value) if len(value) <= _INLINE else ["bytes", Block(bytes(value))]


def _write_tuple(value: tuple, encoder, depth: int):
    items = encoder.items(value, depth)
    fields = getattr(type(value), "_fields", None)
    if fields and len(fields) == len(items):
        return ["namedtuple", type(value).__name__, list(fields), items]
    return ["tuple", items]


def _write_dict(value: dict, encoder, depth: int):
    pairs = [encoder.items(pair, depth) for pair in value.items()]
    if isinstance(value, collections.Counter):
        return ["counter", pairs]
    if isinstance(value, collections.defaultdict):
        name = getattr(value.default_factory, "__name__", "")
        if _FACTORIES.get(name) is value.default_factory:
            return ["defaultdict", name, pairs]
    return ["dict", pairs]


def _write_bounds(value, encoder, depth: int):
    return [type(value).__name__, encoder.items((value.start, value.stop, value.step), depth)]


def _write_datetime(value: datetime.datetime, _, __):
    return ["datetime", value.isoformat()] if value.tzinfo is None else None


def _sequence(tag: str):
    return lambda value, encoder, depth: [tag, encoder.items(value, depth)]


WRITERS = {
    int: write_int,
    str: lambda value, _, __: str.__str__(value),
    float: lambda value, _, __: float.__float__(value),
    complex: lambda value, _, __: ["complex", value.real, value.imag],
    bytes: _write_bytes,
    bytearray: lambda value, _, __: ["bytearray", Block(bytes(value))],
    list: _sequence("list"),
    tuple: _write_tuple,
    dict: _write_dict,
    set: _sequence("set"),
    frozenset: _sequence("frozenset"),
    collections.deque: lambda value, encoder, depth: ["deque", value.maxlen, encoder.items(value, depth)],
    slice: _write_bounds,
    range: _write_bounds,
    type(...): lambda _, __, ___: ["ellipsis"],
    type(NotImplemented): lambda _, __, ___: ["notimplemented"],
    datetime.datetime: _write_datetime,
    datetime.date: lambda value, _, __: ["date", value.isoformat()],
    datetime.timedelta: lambda value, _, __: ["timedelta", value.days, value.seconds, value.microseconds],
}


def abridged(tagged, most: int):
    """Tagged data with at most so many items in each of its containers."""
    match tagged:
        case [tag, list(items)] if tag in ("list", "tuple", "set", "frozenset", "dict", "counter"):
            return [tag, [abridged(item, most) for item in items[:most]]]
        case [_, _]:  # the key and the value of a dict
            return [abridged(item, most) for item in tagged]
    return tagged


def exactly(kind: type, value):
    """The value, if it is of this very type."""
    if type(value) is not kind:
        raise WireError(f"a {type(value).__name__} where a {kind.__name__} was due")
    return value


def _read_int(_, __, digits):
    if len(exactly(str, digits)) > 100_000:
        raise WireError("a whole number of more than 100,000 hexadecimal digits")
    return int(digits, 16)


def _read_namedtuple(decoder, depth, name, fields, items):
    fields = tuple(exactly(str, field) for field in fields)
    return _named_tuple(exactly(str, name), fields)(*decoder.items(items, depth))


@lru_cache(maxsize=256)
def _named_tuple(name: str, fields: tuple[str, ...]):
    if len(fields) > 256 or max(map(len, (name, *fields))) > 100:
        raise WireError("a named tuple with too many or too long names")
    return collections.namedtuple(name, fields)


def _pairs(decoder, depth, pairs) -> dict:
    pairs = [(key, value) for key, value in (decoder.items(pair, depth) for pair in exactly(list, pairs))]
    _require_distinct_hashes([key for key, _ in pairs])
    return dict(pairs)


def _members(decoder, depth, items) -> list:
    members = decoder.items(items, depth)
    _require_distinct_hashes(members)
    return members


def _require_distinct_hashes(keys: list) -> None:
    """Refuse keys chosen to share a hash, which would take time quadratic in their number."""
    if len(keys) > _SAME_HASH and max(collections.Counter(map(hash, keys)).values()) > _SAME_HASH:
        raise WireError("keys that all have the same hash")


def _read_range(decoder, depth, items) -> range:
    bounds = range(*(exactly(int, item) for item in decoder.items(items, depth)))
    try:
        length = len(bounds)
    except OverflowError:
        length = MAX_RANGE + 1
    if length > MAX_RANGE:  # small as it came: what fills memory is the list that a test makes of it
        raise WireError("a range of more numbers than may cross")
    return bounds


def _read_defaultdict(decoder, depth, factory, pairs):
    return collections.defaultdict(_FACTORIES[factory], _pairs(decoder, depth, pairs))


READERS = {
    "int": _read_int,
    "complex": lambda _, __, real, imag: complex(exactly(float, real), exactly(float, imag)),
    "bytes": lambda _, __, raw: bytes(block_or_bytes(raw)),
    "bytearray": lambda _, __, raw: bytearray(block_or_bytes(raw)),
    "list": lambda decoder, depth, items: decoder.items(items, depth),
    "tuple": lambda decoder, depth, items: tuple(decoder.items(items, depth)),
    "namedtuple": _read_namedtuple,
    "dict": _pairs,
    "counter": lambda decoder, depth, pairs: collections.Counter(_pairs(decoder, depth, pairs)),
    "defaultdict": _read_defaultdict,
    "set": lambda decoder, depth, items: set(_members(decoder, depth, items)),
    "frozenset": lambda decoder, depth, items: frozenset(_members(decoder, depth, items)),
    "deque": lambda decoder, depth, maxlen, items: collections.deque(decoder.items(items, depth), maxlen),
    "slice": lambda decoder, depth, items: slice(*decoder.items(items, depth)),
    "range": _read_range,
    "ellipsis": lambda _, __: ...,
    "notimplemented": lambda _, __: NotImplemented,
    "same": lambda decoder, _, key: decoder.same(key),
    "datetime": lambda _, __, text: datetime.datetime.fromisoformat(text),
    "date": lambda _, __, text: datetime.date.fromisoformat(text),
    "timedelta": lambda _, __, days, seconds, micro: datetime.timedelta(days, seconds, micro),
}
