"""Values there and back again, whatever they are."""

import collections
import datetime
import math
import socket
import threading

import ml_dtypes
import numpy as np
import pytest

from autograder.engine import wire


def crossed(value, **options):
    """The value after a journey through a real pair of sockets."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=wire.send, args=(ours, wire.encode(value)))
        sender.start()
        message = wire.receive(theirs)
        sender.join()
    return wire.decode(message, **options)


def assert_same(came, due):
    assert type(came) is type(due)
    if isinstance(due, np.ndarray):
        assert came.dtype == due.dtype
        assert came.shape == due.shape
        if due.dtype == object:
            for one, other in zip(came.ravel(), due.ravel(), strict=True):
                assert_same(one, other)
        else:
            np.testing.assert_array_equal(came, due)
    elif isinstance(due, (list, tuple)):
        assert len(came) == len(due)
        for one, other in zip(came, due, strict=True):
            assert_same(one, other)
    elif isinstance(due, dict):
        assert list(came) == list(due)
        for key in due:
            assert_same(came[key], due[key])
    else:
        assert came == due or (math.isnan(came) and math.isnan(due))


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, -1, 2**63 - 1, -(2**63), 2**64 - 1, 2**64, -(2**64), 10**300, 0.0, -1.5, math.inf,
        math.nan, 1 + 2j, "", "Grüße", "\x00\x1b[31m", "\ud800 alone", b"", b"\x00\xff", b"x" * 100_000,
        bytearray(b"ab"), [], [1, [2, [3]]], (), (1,), (1, (2.5, "x")), {}, {"a": 1, 2: [3]}, {(1, 2): {"x": None}},
        set(), {1, 2}, frozenset({"a"}), slice(1, None, 2), range(3, 30, 4), ..., NotImplemented,
        datetime.datetime(2024, 2, 29, 12, 30, 1, 5), datetime.date(1900, 1, 1), datetime.timedelta(-3, 4, 5),
        collections.deque([1, 2], maxlen=3),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_plain_data(value):
    assert_same(crossed(value), value)


def test_negative_zero_keeps_its_sign():
    assert math.copysign(1, crossed(-0.0)) == -1


@pytest.mark.parametrize(
    "dtype",
    ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
     "longdouble", "complex64", "complex128", ">i4", ">f8", ml_dtypes.bfloat16],
)  # fmt: skip
def test_arrays_and_scalars_keep_their_dtype(dtype):
    array = np.array([[0, 1, 2], [3, 4, 1]]).astype(dtype)
    assert_same(crossed(array), array)
    assert_same(crossed(array[1, 2]), array[1, 2])


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(()), np.zeros(0), np.zeros((0, 3)), np.zeros((2, 0, 3), "int32"), np.array("text"),
        np.array(["a", "Ωmega"]), np.array([b"ab", b"c"]), np.array("2024-02-29", "datetime64[D]"),
        np.array([1, 2], "timedelta64[ms]"), np.array(["NaT"], "datetime64[ns]"),
        np.arange(24).reshape(2, 3, 4)[:, ::2], np.arange(6).reshape(2, 3).T, np.arange(10)[::-3],
        np.array([1, "a", None, []], object), np.array([[np.float32(1), (2, 3)]], dtype=object).reshape(-1),
        np.random.default_rng(0).normal(size=(300, 70)),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)  # fmt: skip
def test_arrays(array):
    assert_same(crossed(array), array)


def test_order_and_writeability_of_arrays():
    fortran = np.asfortranarray(np.arange(600.0).reshape(20, 30))
    assert crossed(fortran).flags.f_contiguous and not crossed(fortran).flags.c_contiguous
    assert crossed(fortran).flags.writeable
    fixed = np.arange(3)
    fixed.flags.writeable = False
    assert not crossed(fixed).flags.writeable
    assert not crossed(np.broadcast_to(np.arange(3), (400, 3))).flags.writeable


def test_arrays_of_any_size_can_be_changed_and_are_aligned():
    for size in (1, 100, 1001, 100_000):
        array, longdouble, _ = crossed((np.ones(size, np.int8), np.ones(size, np.longdouble), np.ones(size, np.int8)))
        array += 1
        longdouble += 1
        assert array.sum() == longdouble.sum() == 2 * size
        assert longdouble.flags.aligned


def test_two_hundred_megabytes():
    array = np.arange(25_000_000, dtype=np.float64)
    np.testing.assert_array_equal(crossed(array), array)


def test_numpy_scalars_are_not_python_numbers():
    assert type(crossed(np.float64(2.5))) is np.float64
    assert type(crossed(np.bool_(True))) is np.bool_
    assert type(crossed({"loss": np.float32(0.1)})["loss"]) is np.float32
    assert type(crossed(np.str_("x"))) is np.str_
    assert type(crossed(0.1)) is float


def test_dtypes_and_subclasses():
    assert crossed(np.dtype("int16")) == np.dtype("int16")
    assert crossed(np.dtype(ml_dtypes.bfloat16)) == ml_dtypes.bfloat16

    class Celsius(float):
        pass

    class Row(list):
        pass

    assert_same(crossed(Celsius(3)), 3.0)
    assert_same(crossed(Row([1])), [1])
    assert_same(crossed(np.ones((1, 2)).view(np.recarray)), np.ones((1, 2)))


def test_named_tuples_keep_their_names():
    Split = collections.namedtuple("Split", "train test")
    came = crossed(Split(np.arange(2), [3]))
    assert isinstance(came, tuple) and type(came).__name__ == "Split"
    assert_same(tuple(came), (np.arange(2), [3]))
    assert_same(came.test, [3])


def test_counters_and_default_dicts_keep_what_is_missing():
    counter = crossed(collections.Counter("abca"))
    assert counter == {"a": 2, "b": 1, "c": 1} and counter["z"] == 0 and counter.most_common(1) == [("a", 2)]
    lists = crossed(collections.defaultdict(list, x=[1]))
    assert lists["new"] == [] and lists["x"] == [1]
    with pytest.raises(wire.WireError, match="cannot cross"):
        wire.encode(collections.defaultdict(lambda: 3, x=lambda: 1))


def test_random_generators_go_on_where_they_were():
    rng = np.random.default_rng(5)
    rng.random(7)
    copy = crossed(rng)
    np.testing.assert_array_equal(copy.normal(size=9), rng.normal(size=9))


def test_nested_values():
    value = {
        "weights": [np.ones((2, 3)), {"bias": np.float32(1)}],
        "shape": (2, (3, None)),
        ("a", 1): {"x": {frozenset({1}): [b"", 2**70]}},
    }
    assert_same(crossed(value), value)


def test_arrays_given_and_returned_stay_the_same_memory():
    array, table = np.arange(12.0).reshape(3, 4), {"w": [1]}
    passed = {0: array, "table": table}

    def back_again(value):
        return wire.decode(wire.encode(value, given=passed.items()), given=passed.items())

    for view in (array[1:, ::2], array.T, array.reshape(-1)[3:], array.view(np.int64)):
        back = back_again(view)
        assert back.base is not None and np.may_share_memory(back, array)
        assert_same(back, view)
    assert back_again((array, [table]))[0] is array
    assert back_again([table])[0] is table
    assert not np.may_share_memory(back_again(array + 1), array)


def test_what_cannot_cross_says_so():
    with pytest.raises(wire.WireError, match="a object cannot cross"):
        wire.encode(object())
    with pytest.raises(wire.WireError, match="dtype"):
        wire.encode(np.zeros(2, dtype=[("x", "i4")]))
    deep = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(wire.WireError, match="deep"):
        wire.encode(deep)


def test_a_frozen_message_no_longer_follows_the_array():
    array = np.zeros(10_000)
    live = wire.encode(array)
    still = wire.frozen(live)
    array += 1
    assert wire.decode(still)[0] == 0
    assert wire.decode(live)[0] == 1


def test_seeded_random_values():
    rng = np.random.default_rng(84)
    for _ in range(300):
        value = _random_value(rng, 4)
        assert_same(crossed(value), value)


def _random_value(rng, depth):
    kind = rng.integers(0, 12 if depth else 8)
    if kind < 4:
        shape = tuple(rng.integers(0, 5, rng.integers(0, 4)))
        dtype = rng.choice(["float64", "float32", "int8", "uint16", "bool", "complex64", "<U3", "S2"])
        return rng.integers(0, 100, shape).astype(dtype)
    if kind < 8:
        return [None, True, int(rng.integers(-(2**62), 2**62)), float(rng.normal()), "text", b"b", 2**80, 1j][
            rng.integers(0, 8)
        ]
    items = [_random_value(rng, depth - 1) for _ in range(rng.integers(0, 4))]
    return [items, tuple(items), {str(i): item for i, item in enumerate(items)}, {7: items}][kind - 8]
