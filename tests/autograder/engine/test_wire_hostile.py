"""Messages that no honest program sends: every one is a WireError, and none costs memory or time."""

import math
import socket
import struct
import threading
import tracemalloc

import msgpack
import numpy as np
import pytest

from autograder.engine import wire
from autograder.engine.wire.frames import MAX_BLOCKS, MAX_ENVELOPE, Block

ONES = b"\x01" * 8


@pytest.mark.parametrize(
    "tagged",
    [
        {}, {"a": 1}, [], [1, 2], [["list", []]], [None], ["nonsense", 1], ["handle", 0, "x", [], None], ["list"],
        ["list", 3], ["list", "abc"], ["list", [], []], ["tuple", {"a": 1}], ["list", [[1]]], ["dict", [[1]]],
        ["dict", [[1, 2, 3]]], ["dict", [[["list", []], 1]]], ["dict", "ab"], ["set", [["list", []]]],
        ["complex", "1", "2"], ["complex", 1.0], ["int", "0x" + "f" * 100_001], ["int", 5], ["int", b"0x1"],
        ["int", "nonsense"], ["bytearray", 10**11], ["bytearray", "text"], ["bytes", 10**11], ["slice", [1, 2, 3, 4]],
        ["range", [0, 1, 0]], ["range", ["a", 1, 1]], ["deque", "x", []], ["defaultdict", "eval", []],
        ["namedtuple", "a b", ["x"], [1]], ["namedtuple", "T", ["_x"], [1]], ["namedtuple", "T", ["x", "y"], [1]],
        ["namedtuple", "T", [["list", []]], [1]], ["namedtuple", "T", ["x" * 200], [1]], ["datetime", "yesterday"],
        ["datetime", 5], ["timedelta", "a", 1, 1], ["same", 0], ["same", ["list", []]],
    ],
    ids=repr,
)  # fmt: skip
def test_plain_data(tagged):
    with pytest.raises(wire.WireError):
        wire.decode(tagged)


@pytest.mark.parametrize(
    "tagged",
    [
        ["array"], ["array", "<f8", [1], "C", True], ["array", "|O", [1], "C", True, ONES],
        ["array", "O", [0], "C", True, b""], ["array", "f8,O", [1], "C", True, ONES * 2],
        ["array", "V8", [1], "C", True, ONES], ["array", "(2,3)f8", [1], "C", True, ONES * 6],
        ["array", "nonsense", [1], "C", True, ONES], ["array", "f8,", [1], "C", True, ONES],
        ["array", "__import__('os')", [1], "C", True, ONES], ["array", 5, [1], "C", True, ONES],
        ["array", "<f8" * 99, [1], "C", True, ONES], ["array", "<f8", [2], "C", True, ONES],
        ["array", "<f8", [-1], "C", True, ONES], ["array", "<f8", [2**62], "C", True, ONES],
        ["array", "<f8", [2**62, 0], "C", True, b""], ["array", "<f8", [1.0], "C", True, ONES],
        ["array", "<f8", [True], "C", True, ONES], ["array", "<f8", 1, "C", True, ONES],
        ["array", "<f8", [1] * 40, "C", True, ONES], ["array", "<f8", [1], "K", True, ONES],
        ["array", "<f8", [1], "C", True, "12345678"], ["array", "<f8", [1], "C", True, ["list", []]],
        ["array", "<U0", [2**20], "C", True, b""], ["array", "|S0", [2**20], "C", True, b""],
        ["array", "|S2000000000", [0], "C", True, b""], ["array", "|b1", [2], "C", True, b"\x01\x02"],
        ["array", "<U1", [1], "C", True, b"\xff\xff\xff\x7f"], ["array", ">U1", [1], "C", True, b"\x7f\xff\xff\xff"],
        ["scalar", "<f8", b""], ["scalar", "|O", ONES], ["scalar", "|b1", b"\x07"], ["dtype", "O"], ["dtype", None],
        ["tensor", "<f8", [3], ONES], ["strings", [1], [10**11]], ["strings", [2], [b"a"]],
        ["strings", [1], ["text"]], ["objects", [2], [1]], ["objects", [2**40], []], ["objects", [1], [["array"]]],
        ["rng", 5], ["rng", ["dict", []]], ["rng", ["dict", [["bit_generator", "MT19937"]]]],
    ],
    ids=lambda tagged: repr(tagged)[:50],
)  # fmt: skip
def test_arrays(tagged):
    with pytest.raises(wire.WireError):
        wire.decode(tagged)


GIVEN = {0: np.zeros(4), 1: [1], 2: np.zeros(4, np.uint8), 3: np.zeros((4, 4))[:, ::2]}


@pytest.mark.parametrize(
    "view",
    [
        [9, 0, "<f8", [1], [8], True], [1, 0, "<f8", [1], [8], True], [0, -8, "<f8", [1], [8], True],
        [0, 0, "<f8", [5], [8], True], [0, 32, "<f8", [1], [8], True], [0, 0, "<f8", [2], [-8], True],
        [0, 0, "<f8", [2], [64], True], [0, 0, "<f8", [2**28, 2**28], [0, 0], True],
        [0, 0, "<f8", [2**40], [0], True], [0, 0, "|O", [1], [8], True], [0, 0, "|b1", [4], [1], True],
        [2, 0, "|b1", [4], [1], True], [0, 0, "<U1", [1], [4], True], [0, 0.0, "<f8", [1], [8], True],
        [0, 0, "<f8", [1], ["8"], True], [3, 64, "<f8", [1], [8], True], [["list", []], 0, "<f8", [1], [8], True],
    ],
    ids=repr,
)  # fmt: skip
def test_views_stay_within_what_was_passed(view):
    with pytest.raises(wire.WireError):
        wire.decode(["view", *view], given=GIVEN.items())


def test_views_of_fixed_arrays_are_fixed():
    fixed = np.zeros(3)
    fixed.flags.writeable = False
    view = wire.decode(["view", 0, 0, "<f8", [3], [8], True], given={0: fixed}.items())
    assert not view.flags.writeable


@pytest.mark.parametrize("given", [np.zeros(0), np.zeros((3, 0)), np.zeros(2)], ids=lambda array: str(array.shape))
@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [
        (0, [1000], [8]), (16, [1], [8]), (17, [0], [8]), (-8, [1], [8]), (8, [2], [-16]),
        (0, [2, 2], [8]), (0, [2], [2**62]), (0, [2], [-(2**62)]), (0, [3, 3], [8, 8]), (0, [1], [True]),
    ],
)  # fmt: skip
def test_no_view_reaches_beyond_what_was_passed_however_small_that_is(given, offset, shape, strides):
    with pytest.raises(wire.WireError):
        wire.decode(["view", 0, offset, "<f8", shape, strides, True], given={0: given}.items())


def test_views_that_lie_within_are_views():
    given = np.arange(6.0)
    back = wire.decode(["view", 0, 40, "<f8", [3], [-16], True], given={0: given}.items())
    assert back.tolist() == [5, 3, 1]
    assert np.shares_memory(back, given)
    same = wire.decode(["view", 0, 8, "<f8", [2, 2], [0, 8], True], given={0: given}.items())
    assert same.tolist() == [[1, 2], [1, 2]]
    assert wire.decode(["view", 0, 0, "<f8", [0], [8], True], given={0: np.zeros(0)}.items()).shape == (0,)


@pytest.mark.parametrize("bounds", [[0, 10**8, 1], [0, 10**30, 1], [10**9, 0, -1], [0.0, 1, 1], [0, 5, 0]])
def test_a_range_that_would_fill_memory_is_refused(bounds):
    with pytest.raises((wire.WireError, ValueError)):
        wire.decode(["range", bounds])
    assert wire.decode(["range", [10, 0, -2]]) == range(10, 0, -2)


@pytest.mark.parametrize("zone", ["../../../etc/passwd", "/etc/localtime", "dateutil//etc/passwd", "tzlocal()", "", 3])
def test_a_time_zone_is_one_that_there_is(zone):
    moment = ["scalar", "<M8[ns]", np.datetime64("2026-01-01", "ns").tobytes()]
    with pytest.raises(wire.WireError):
        wire.decode(["moment", moment, zone])
    assert str(wire.decode(["moment", moment, "Europe/Vienna"]).tz) == "Europe/Vienna"
    assert wire.decode(["moment", moment, "UTC+01:00"]).utcoffset().total_seconds() == 3600


def test_deep_nesting():
    deep = 1
    for _ in range(300):
        deep = ["list", [deep]]
    with pytest.raises(wire.WireError, match="nested more than 64"):
        wire.decode(deep)


@pytest.mark.parametrize("kind", ["set", "frozenset", "dict", "counter"])
def test_keys_made_to_collide(kind):
    keys = [["int", hex(n * (2**61 - 1))] for n in range(1, 50_000)]
    items = keys if kind in ("set", "frozenset") else [[key, 1] for key in keys]
    with pytest.raises(wire.WireError, match="the same hash"):
        wire.decode([kind, items])


def test_many_honest_keys():
    assert len(wire.decode(wire.encode(set(range(5000))))) == 5000


def received(raw: bytes, seconds: float = 5.0):
    """What `receive` makes of raw bytes, after which the sender hangs up."""
    ours, theirs = socket.socketpair()
    with theirs:
        sender = threading.Thread(target=lambda: (ours.sendall(raw), ours.close()))
        sender.start()
        try:
            return wire.receive(theirs, wire.within(seconds))
        finally:
            theirs.close()
            sender.join()


def framed(envelope: bytes, blocks: bytes = b"") -> bytes:
    return struct.pack(">QQ", len(envelope), len(blocks)) + envelope + blocks


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00", struct.pack(">QQ", 2**63, 0), struct.pack(">QQ", MAX_ENVELOPE + 1, 0),
        struct.pack(">QQ", 1, MAX_BLOCKS + 1), struct.pack(">QQ", 100, 0) + b"short", framed(b""),
        framed(b"\xc1"), framed(b"\xc0\xc0"), framed(b"\x91" * 5000 + b"\xc0"), framed(b"\xdd\xff\xff\xff\xff"),
        framed(b"\xdb\xff\xff\xff\xffabc"), framed(b"\xc6\xff\xff\xff\xffabc"), framed(msgpack.packb({"a": 1})),
        framed(msgpack.packb(msgpack.ExtType(1, (16).to_bytes(8))), b"0" * 8),
        framed(msgpack.packb(msgpack.ExtType(1, (2**64 - 1).to_bytes(8))), b"0" * 16),
        framed(msgpack.packb(msgpack.ExtType(1, b"xy")), b"0" * 16),
        framed(msgpack.packb(msgpack.ExtType(2, (16).to_bytes(8))), b"0" * 16),
        framed(msgpack.packb(None), b"0" * 16),
    ],
    ids=lambda raw: repr(raw[:24]),
)  # fmt: skip
def test_frames(raw):
    with pytest.raises(wire.WireError):
        received(raw)


def test_a_lying_header_costs_no_memory():
    tracemalloc.start()
    try:
        with pytest.raises(wire.Closed):
            received(struct.pack(">QQ", MAX_ENVELOPE, 0) + b"x")
        assert tracemalloc.get_traced_memory()[1] < 2 * MAX_ENVELOPE
    finally:
        tracemalloc.stop()


def test_what_is_too_large_is_not_sent():
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(wire.WireError, match="too large to cross"):
        wire.send(ours, ["ok", "x" * (MAX_ENVELOPE + 1)])
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(wire.WireError, match="too large to cross"):
        wire.send(ours, ["ok", Block(np.zeros(MAX_BLOCKS + 1, np.uint8))])


def test_deadlines_hold_however_a_message_trickles_in():
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def trickle():
        ours.sendall(struct.pack(">QQ", 10_000, 0))
        while not stop.wait(0.01):
            ours.sendall(b"x")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        with pytest.raises(wire.TimedOut):
            wire.receive(theirs, wire.within(0.2))
    finally:
        stop.set()
        thread.join()
        ours.close()
        theirs.close()


def test_a_deadline_that_has_passed_counts_although_a_message_waits():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        wire.send(ours, ["ok"])
        with pytest.raises(wire.TimedOut):
            wire.receive(theirs, wire.within(-1))


def test_a_receiver_that_takes_nothing_is_not_waited_for():
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(wire.TimedOut):
        wire.send(ours, wire.encode(np.zeros(10**7)), wire.within(0.2))


def test_random_bytes_and_random_trees():
    rng = np.random.default_rng(26)
    words = ["list", "tuple", "dict", "array", "scalar", "tensor", "view", "same", "handle", "int", "frame", "series",
             "index", "rng", "objects", "namedtuple", "C", "<f8", "|O", b"12345678", 0, 1, -1, 2**40, None, True, 0.5,
             math.nan]  # fmt: skip

    def tree(depth):
        if depth == 0 or rng.random() < 0.4:
            return words[rng.integers(len(words))]
        return [tree(depth - 1) for _ in range(rng.integers(0, 6))]

    assert sum(_refused(wire.decode, tree(5), given=GIVEN.items()) for _ in range(3000)) > 1000
    assert sum(_refused(received, framed(rng.bytes(rng.integers(2, 60)))) for _ in range(200)) > 100


def _refused(read, *args, **kwargs) -> bool:
    try:
        read(*args, **kwargs)
    except wire.WireError:
        return True
    return False


def test_a_message_that_was_kept_comes_back_and_nothing_else_does():
    message = ["ok", wire.Block(bytes(range(40))), [1, "ü", None, 2.5]]
    kept = wire.to_bytes(message)
    assert wire.from_bytes(kept) == message
    for other in (b"", kept[:10], kept[:-1], kept + b"\0", kept[:16] + b"\xc1" + kept[17:]):
        with pytest.raises(wire.WireError):
            wire.from_bytes(other)
    huge = struct.pack(">QQ", MAX_ENVELOPE + 1, 0)
    with pytest.raises(wire.WireError, match="too large"):
        wire.from_bytes(huge)
