"""What test code may do to learners' names: the same as if they were its own."""

import math
import operator
import types

import numpy as np
import pytest

import deepdays as dd
from autograder.engine.remote import LearnerError, Remote, Unusable

VALUE = """
class Value:
    def __init__(self, data, parents=(), label=""):
        self.data, self.parents, self.label, self.grad = float(data), parents, label, 0.0

    def _with(self, other, data):
        return Value(data, (self, other))

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self._with(other, self.data + other.data)

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self._with(other, self.data - other.data)

    def __rsub__(self, other):
        return Value(other) - self

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self._with(other, self.data * other.data)

    def __pow__(self, exponent):
        return Value(self.data**exponent, (self,))

    def __truediv__(self, other):
        return self * (other if isinstance(other, Value) else Value(other)) ** -1

    def __rtruediv__(self, other):
        return Value(other) * self**-1

    def __matmul__(self, other):
        return "plain text"

    def __neg__(self):
        return self * -1

    def __lt__(self, other):
        return self.data < other.data

    def __float__(self):
        return self.data

    def __repr__(self):
        return f"Value({self.data})"

    def __format__(self, spec):
        return format(self.data, spec)

    __radd__ = __add__
    __rmul__ = __mul__
"""
VALUE_OPERATORS = [
    "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__pow__", "__truediv__", "__rtruediv__",
    "__matmul__", "__neg__",
]  # fmt: skip


@pytest.fixture
def value(converse):
    return converse(VALUE, operators=VALUE_OPERATORS).name("Value")


@pytest.mark.parametrize(
    "left", [2, 2.5, np.float64(2.5), np.float32(2.5), np.int64(3)], ids=lambda x: type(x).__name__
)
def test_operators_both_ways_round(value, left):
    a = value(4.0)
    for combine in (operator.add, operator.sub, operator.mul, operator.truediv):
        assert combine(a, left).data == combine(4.0, left)
        assert combine(left, a).data == combine(left, 4.0)
    assert (a**2).data == 16.0
    assert (-a).data == -4.0


def test_operators_between_two(value):
    a, b = value(3.0, label="a"), value(-2.0)
    c = a * b + a - b / 4
    assert c.data == -2.5
    assert c.parents[0].parents[1] is a or c.parents[0].parents[1].label == "a"
    assert (a < b) is False and (b < a) is True
    assert sum([a, b, a]).data == 4.0
    assert math.isclose(float(a), 3.0)
    assert f"{a:.2f} {a!r} {a}" == "3.00 Value(3.0) 3.0"


def test_one_object_is_one_stand_in(value):
    a = value(1.0)
    b = a + value(2.0)
    assert b.parents[0] is a
    assert a == b.parents[0] and hash(a) == hash(b.parents[0])
    assert a != b
    assert len({a, b, b.parents[0]}) == 2


def test_operators_that_the_day_does_not_define_are_refused(converse):
    session = converse(VALUE)
    a = session.name("Value")(3.0)
    for attempt in (lambda: a + 1, lambda: 1 + a, lambda: np.ones(2) * a, lambda: a - np.float64(3)):
        with pytest.raises(Unusable, match="a Value came where a number or an array was due"):
            attempt()
    assert (a + a).data == 6.0


def test_an_operator_must_give_an_object_that_is_no_number(value):
    with pytest.raises(Unusable, match="another Value was due"):
        value(1.0) @ 2
    difference = value(1.0) - 1.0
    for attempt in (float, int, bool, np.asarray, lambda x: float(-x), lambda x: float(x + value(1.0)), len):
        with pytest.raises(Unusable, match="an operator gave a Value where"):
            attempt(difference)
    assert difference.data == 0.0


def test_no_comparison_with_plain_data(value):
    for attempt in (
        lambda a: a == 1.0,
        lambda a: a != 1.0,
        lambda a: operator.eq(1.0, a),
        lambda a: a < 2,
        lambda a: operator.gt(2, a),
        lambda a: a == np.ones(3),
        lambda a: a == "x",
        lambda a: a in (1, 2),
    ):
        with pytest.raises(Unusable, match=r"^Value\(1\.0\) came where"):
            attempt(value(1.0))
    assert value(1.0) is not None and value(1.0) != None  # noqa: E711 - what a test may write


def test_attributes(value):
    a = value(1.0)
    a.grad = np.array([1.0, 2.0])
    assert isinstance(a.grad, np.ndarray)
    a.extra = {"x": [a]}
    assert a.extra["x"][0] is a
    del a.extra
    assert not hasattr(a, "extra")
    assert hasattr(a, "data") and "grad" in dir(a)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        a.nonsense  # noqa: B018 - the access is what is tested
    assert value.__name__ == "Value"


def test_isinstance(converse):
    namespace = {}
    exec("class Config:\n    pass", {"__name__": "__test__"}, namespace)
    session = converse(
        VALUE + "class Config:\n    pass\nclass Mine(Config):\n    pass\n"
        "def count(n):\n    yield from range(n)\nmine, plain = Mine(), object()",
        namespace=namespace,
    )
    value = session.name("Value")
    assert isinstance(value(1.0), value)
    assert not isinstance(3.0, value) and not isinstance(session.name("plain"), value)
    assert isinstance(session.name("count"), types.FunctionType)
    assert isinstance(session.name("count")(2), types.GeneratorType)
    assert isinstance(session.name("mine"), namespace["Config"])
    for kind in (np.ndarray, float, int, list, str, dict, tuple):
        assert not isinstance(value(1.0), kind)
    assert value(1.0).__class__.__name__ == "Value"


CONTAINER = """
class Bag:
    def __init__(self, items):
        self.items = list(items)
    def __len__(self):
        return len(self.items)
    def __getitem__(self, key):
        return self.items[key]
    def __setitem__(self, key, item):
        self.items[key] = item
    def __delitem__(self, key):
        del self.items[key]
    def __contains__(self, item):
        return item in self.items
    def __reversed__(self):
        return reversed(self.items)
    def __index__(self):
        return len(self.items)
    def __bool__(self):
        return bool(self.items)
    def __array__(self, dtype=None, copy=None):
        import numpy as np
        return np.array(self.items, dtype)
"""


def test_containers(converse):
    bag = converse(CONTAINER, operators=["__contains__"]).name("Bag")([3.0, 1.0, 2.0])
    assert len(bag) == 3 and bag[0] == 3.0 and bag[-1] == 2.0 and bag[1:] == [1.0, 2.0]
    bag[0] = 5.0
    del bag[1]
    assert list(bag) == [5.0, 2.0] and list(reversed(bag)) == [2.0, 5.0]
    assert 5.0 in bag and 7.0 not in bag
    assert bag and range(3)[bag:] == range(2, 3)
    np.testing.assert_array_equal(np.asarray(bag), [5.0, 2.0])
    dd.check.close(bag, [5.0, 2.0])
    with pytest.raises(IndexError):
        bag[9]


def test_contains_is_the_days_own_or_nobodys(converse):
    bag = converse(CONTAINER).name("Bag")([3.0])
    with pytest.raises(Unusable, match="a Bag came where a container was due"):
        assert 3.0 in bag


TRAINER = """
class Trainer:
    def __init__(self, params, learning_rate=0.1, *, clip=None):
        self.params, self.learning_rate, self.clip, self.history = params, learning_rate, clip, []

    def fit(self, loss_fn, num_steps, on_step=None):
        for step in range(num_steps):
            loss, grads = loss_fn(self.params)
            self.params = {name: value - self.learning_rate * grads[name] for name, value in self.params.items()}
            self.history.append(loss)
            if on_step and on_step(step, loss=loss):
                break
        return self
"""


def test_a_trainer_with_callbacks(converse):
    trainer = converse(TRAINER).name("Trainer")({"w": np.array([4.0, -2.0])}, learning_rate=0.5, clip=None)
    steps = []

    def on_step(step, *, loss):
        steps.append((step, loss))
        return step == 2

    same = trainer.fit(lambda params: (np.sum(params["w"] ** 2), {"w": 2 * params["w"]}), 10, on_step=on_step)
    assert same is trainer
    assert [step for step, _ in steps] == [0, 1, 2] and steps[0][1] == 20.0
    dd.check.close(trainer.params["w"], [0.0, 0.0])
    assert isinstance(trainer.history[0], np.float64) and len(trainer.history) == 3


FUNCTIONS = """
import contextlib
import functools
import numpy as np

def apply(f, *args, **kwargs):
    return f(*args, **kwargs)

def twice(f):
    return lambda x: f(f(x))

def counter():
    count = 0
    def step(by=1):
        nonlocal count
        count += by
        return count
    return step

def batches(x, size):
    for start in range(0, len(x), size):
        yield x[start : start + size]

@contextlib.contextmanager
def opened(log):
    log.append("in")
    try:
        yield len(log)
    except ValueError:
        log.append("failed")
    finally:
        log.append("out")

def swallow(f):
    try:
        return f()
    except ZeroDivisionError as error:
        return f"caught {error}"

def number_types():
    return int, float, np.float32, ValueError

def make(kind, *args):
    return kind(*args)

def tail(x):
    return x[1:]

def itself(x):
    return x

add_three = functools.partial(lambda a, b: a + b, 3)
"""


@pytest.fixture
def functions(converse):
    return converse(FUNCTIONS)


def test_functions_as_arguments(functions):
    assert functions.name("apply")(lambda x, *, y: x * y, 3, y=np.float64(2)) == 6.0
    assert functions.name("apply")(np.tanh, 0.0) == 0.0
    assert functions.name("apply")(max, [1, 5, 2]) == 5
    assert functions.name("apply")(math.sqrt, 4) == 2.0
    assert functions.name("twice")(lambda x: x + 1)(3) == 5
    assert functions.name("make")(np.float32, 2).dtype == np.float32
    assert functions.name("make")(list, (1, 2)) == [1, 2]


def test_a_function_comes_back_as_itself(functions):
    def own(x):
        return x

    assert functions.name("itself")(own) is own
    assert functions.name("itself")(np.tanh) is np.tanh


def test_closures_partials_and_classes(functions):
    step = functions.name("counter")()
    assert (step(), step(by=4), step()) == (1, 5, 6)
    assert functions.name("add_three")(4) == 7
    assert functions.name("number_types")() == (int, float, np.float32, ValueError)


def test_learners_functions_as_arguments(functions):
    apply, tail = functions.name("apply"), functions.name("tail")
    assert apply(tail, [1, 2, 3]) == [2, 3]
    assert apply(lambda f: f([4, 5]), tail) == [5]


def test_generators(functions):
    batches = functions.name("batches")(np.arange(7), 3)
    assert next(batches).tolist() == [0, 1, 2]
    assert [batch.tolist() for batch in batches] == [[3, 4, 5], [6]]
    with pytest.raises(StopIteration):
        next(batches)
    assert [len(b) for b in zip(functions.name("batches")([1, 2, 3], 2), "ab", strict=True)] == [2, 2]


def test_context_managers(functions):
    log = functions.name("make")(list)
    with functions.name("opened")(log) as length:
        assert length == 1
    manager = functions.name("opened")([])
    with manager:
        raise ValueError  # swallowed by the learner's code


def test_exceptions_of_a_callback_reach_the_learners_code(functions):
    def divide():
        return 1 / 0

    assert functions.name("swallow")(divide) == "caught division by zero"

    def fail():
        raise KeyError("inner")

    with pytest.raises(KeyError, match="inner"):
        functions.name("swallow")(fail)


RAISING = """
class PipelineError(ValueError):
    def __init__(self, message, line):
        super().__init__(message)
        self.line = line

def fail(kind, *args):
    raise kind(*args)

def fail_own():
    raise PipelineError("line 3 is empty", 3)

def fail_group():
    raise ExceptionGroup("several", [ValueError("x")])

def fail_decoding():
    b"\\xff".decode()

def leave():
    raise SystemExit(3)

def interrupt():
    raise KeyboardInterrupt
"""


@pytest.mark.parametrize(
    "kind",
    [ValueError, KeyError, IndexError, ZeroDivisionError, TypeError, RuntimeError, OSError, StopIteration,
     AssertionError, NotImplementedError, ImportError, MemoryError],
)  # fmt: skip
def test_exceptions_keep_type_and_text(converse, kind):
    with pytest.raises(kind) as caught:
        converse(RAISING).name("fail")(kind, "a reason")
    assert isinstance(caught.value, LearnerError)
    assert "a reason" in str(caught.value) and caught.value.kind == kind.__name__
    assert caught.value.place == ("answer", 8, "raise kind(*args)")


def test_exceptions_of_the_learners_own(converse):
    session = converse(RAISING)
    own = session.name("PipelineError")
    with dd.check.raises(own, match="line 3"):
        session.name("fail_own")()
    with dd.check.raises(ValueError, match="empty"):
        session.name("fail_own")()
    with pytest.raises(AssertionError, match="PipelineError was due, KeyError"), dd.check.raises(own):
        session.name("fail")(KeyError, "x")
    try:
        session.name("fail_own")()
    except ValueError as error:
        assert error.line == 3 and error.kind == "PipelineError"


def test_exceptions_that_are_awkward_to_make(converse):
    session = converse(RAISING)
    for name, kind in (("fail_group", Exception), ("fail_decoding", ValueError), ("leave", RuntimeError),
                       ("interrupt", RuntimeError)):  # fmt: skip
        with pytest.raises(kind):
            session.name(name)()
    assert session.name("fail") is not None


IN_PLACE = """
def double(x):
    x *= 2

def relu_(x):
    x[x < 0] = 0
    return x

def step(params, grads, learning_rate=0.1):
    for name in params:
        params[name] -= learning_rate * grads[name]
    params["steps"] = params.get("steps", 0) + 1

def shuffle(items, rng):
    rng.shuffle(items)

def grow(items):
    items.append(len(items))
    items[0] = "first"

def forget(seen):
    seen.clear()

def each(pair):
    pair[0][:] = 7

def fill(layers):
    layers[0][0]["w"] = 3

def reshape(x):
    x.shape = (x.size,)

def transposed(x):
    return x.T

def doubled_column(x):
    x[:, 1] *= 2
    return x[:, 1]
"""


@pytest.fixture
def in_place(converse):
    return converse(IN_PLACE)


def test_arrays_changed_in_place(in_place):
    x = np.arange(6.0).reshape(2, 3)
    alias = x[1]
    in_place.name("double")(x)
    assert x.tolist() == [[0, 2, 4], [6, 8, 10]] and alias.tolist() == [6, 8, 10]
    x -= 5
    assert in_place.name("relu_")(x) is x
    assert x.min() == 0
    large = np.full(100_000, -1.0)
    in_place.name("relu_")(large)
    assert not large.any()
    in_place.name("double")(x=alias)
    assert x[1].tolist() == [2, 6, 10]


def test_containers_changed_in_place(in_place):
    w = np.ones(2)
    params = {"w": w, "b": np.float64(1)}
    in_place.name("step")(params, {"w": np.ones(2), "b": 2.0}, learning_rate=0.5)
    assert params["w"] is w and w.tolist() == [0.5, 0.5]
    assert params["b"] == 0.0 and params["steps"] == 1
    items = [1, 2]
    in_place.name("grow")(items)
    assert items == ["first", 2, 2]
    seen = {1, 2}
    in_place.name("forget")(seen)
    assert seen == set()
    pair = (np.zeros(3), "label")
    in_place.name("each")(pair)
    assert pair[0].tolist() == [7, 7, 7]
    params = {"w": 1}
    layers = [(params, "dense")]
    in_place.name("fill")(layers)
    assert params == {"w": 3} and layers == [(params, "dense")] and layers[0][0] is params


def test_the_unchanged_check_sees_it(in_place):
    x = np.array([1.0, -2.0])
    with pytest.raises(AssertionError, match="was changed in place"), dd.check.unchanged(x):
        in_place.name("relu_")(x)


def test_random_generators_are_used_up(in_place):
    ours, theirs = np.random.default_rng(3), np.random.default_rng(3)
    items = list(range(10))
    in_place.name("shuffle")(items, theirs)
    due = list(range(10))
    ours.shuffle(due)
    assert items == due
    assert ours.random() == theirs.random()


def test_fixed_arrays_are_fixed_there_too(in_place):
    x = np.ones(3)
    x.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        in_place.name("double")(x)


def test_a_changed_shape_is_refused(in_place):
    with pytest.raises(Unusable, match="shape or the kind of one of its arguments"):
        in_place.name("reshape")(np.ones((2, 3)))


def test_views_stay_views(in_place):
    x = np.arange(6.0).reshape(2, 3)
    view = in_place.name("transposed")(x)
    assert np.may_share_memory(view, x)
    view[0, 1] = -1
    assert x[1, 0] == -1


def test_a_view_of_a_slice_comes_as_a_copy(in_place):
    x = np.arange(12.0).reshape(3, 4)
    part = x[:, :2]
    assert in_place.name("transposed")(part).tolist() == part.T.tolist()
    assert in_place.name("doubled_column")(part).tolist() == [2.0, 10.0, 18.0]
    assert part[:, 1].tolist() == [2.0, 10.0, 18.0]


def test_a_stand_in_cannot_be_smuggled_into_a_library(converse):
    session = converse("class Lying:\n    def __array__(self, *a, **k):\n        return 'text'\nlying = Lying()")
    lying = session.name("lying")
    assert type(lying) is Remote
    with pytest.raises(ValueError, match="not producing an array"):
        np.asarray(lying)
    with pytest.raises(TypeError, match="ufunc"):
        np.abs(lying)


def test_what_a_test_may_not_pass(functions):
    with pytest.raises(TypeError, match="a test passed a object, which cannot cross to the learner"):
        functions.name("itself")(object())


def test_the_last_call_in_words(functions):
    with pytest.raises(ZeroDivisionError):
        functions.name("apply")(lambda x: x / 0, 3)
    assert functions.last_call() == "apply(<lambda>, 3)"
    x = np.array([1.0, 2.0, 3.0])
    result = functions.name("make")(np.sort, x)
    x[:] = 0
    result[:] = 0
    assert functions.last_call() == "make(sort, array([1., 2., 3.]))"
    assert functions.last_outcome() == "returned array([1., 2., 3.])"
    functions.name("itself")(np.zeros((100, 100)))
    assert functions.last_call() == "itself(float64 array of shape (100, 100))"


def test_after_a_callback_the_last_call_is_the_outer_one(functions):
    tail = functions.name("tail")
    functions.name("apply")(lambda: tail([1, 2]))
    assert functions.last_call().startswith("apply(")
    assert functions.last_outcome() == "returned [2]"
