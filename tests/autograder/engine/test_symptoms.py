"""What replies show by themselves, and what they don't."""

import numpy as np
import pytest

from autograder.engine import wire
from autograder.engine.server import describe_exception
from autograder.engine.symptoms import first_symptom, symptom

RNG = np.random.default_rng(5)
INPUTS = [RNG.normal(size=shape) for shape in ((3, 4), (5, 2), (7, 6))]


def told(answer, reference, inputs=INPUTS, parameters=("x",), named=({},)):
    """The symptom of an answer, called on each input and with each set of keyword arguments as a test would."""
    requests, replies, due = [], [], []
    for x in inputs:
        for kwargs in named:
            tagged = [[key, wire.encode(value)] for key, value in kwargs.items()]
            requests.append(["call", [["handle", 0], wire.encode(x)], tagged, []])
            for function, into in ((answer, replies), (reference, due)):
                into.append(reply_of(function, x, kwargs))
    return symptom(requests, replies, due, list(parameters))


def reply_of(function, x, kwargs) -> list:
    passed = x.copy() if isinstance(x, np.ndarray) else x
    try:
        value = function(passed, **kwargs)
    except ValueError as error:
        return describe_exception(error)
    changes = [] if np.array_equal(passed, x) else [[0, wire.encode(passed)]]
    return wire.frozen(["ok", wire.encode(value, given=[(0, passed)]), changes])


def total(x):
    return x.sum(axis=0)


def mean(x):
    return x.mean(axis=0)


def in_place(x):
    x -= x.mean(axis=0)
    return x.copy()


@pytest.mark.parametrize(
    ("answer", "reference", "sentence"),
    [
        (lambda x: None, mean, "Nothing comes back: a function that ends without `return` gives None."),
        (in_place, lambda x: x - x.mean(axis=0), "Your code changes one of its arguments in place"),
        (lambda x: x, lambda x: x.copy(), "What comes back is the argument itself"),
        (lambda x: x.T, lambda x: x.T.copy(), "What comes back shares its memory with an argument"),
        (lambda x: -mean(x), mean, "The numbers that are wrong have the opposite sign of those due."),
        (total, mean, "it is summed where a mean is due"),
        (mean, total, "it is averaged where a sum is due"),
        (lambda x: 2 * mean(x), mean, "The numbers that are wrong are twice those due"),
        (lambda x: 0.5 * mean(x), mean, "are half those due"),
        (lambda x: 0.3 * mean(x), mean, "are 0.3 times those due"),
        (lambda x: np.outer(mean(x), np.arange(3.0)), lambda x: np.outer(np.arange(3.0), mean(x)), "rows and columns"),
        (mean, lambda x: x.mean(axis=0, keepdims=True), "an axis of length 1 is missing"),
        (lambda x: x.reshape(x.shape[::-1]).copy(), np.copy, "but the shape is another than the one due"),
        (lambda x: x.argmax(axis=0) + 1, lambda x: x.argmax(axis=0), "Every whole number is one too large"),
        (lambda x: x.argmax(axis=0) - 1, lambda x: x.argmax(axis=0), "Every whole number is one too small"),
        (lambda x: (10 * mean(x)).astype(int), lambda x: 10 * mean(x), "Fractions are cut off"),
        (lambda x: np.roll(x[:, 0], 1), lambda x: x[:, 0].copy(), "Every entry comes one place too late"),
        (lambda x: np.roll(x[:, 0], -1), lambda x: x[:, 0].copy(), "Every entry comes one place too early"),
        (lambda x: np.sort(x[:, 0])[::-1], lambda x: np.sort(x[:, 0]), "their order is another"),
        (lambda x: mean(x).tolist(), mean, "The numbers are right. What is not is what holds them"),
        (lambda x: (len(x), mean(x).tolist()), lambda x: (len(x), mean(x)), "What is not is what holds them"),
        (lambda x: np.array(x[0, 0]), lambda x: float(x[0, 0]), "What is not is what holds them"),
        (lambda x: np.array(x[0, 0], np.float32), lambda x: float(x[0, 0]), "What is not is what holds them"),
        (lambda x: float(len(x)), len, "What is not is what holds them"),
        (lambda x: mean(x) * (1 + 1e-5), mean, "The numbers are right to some digits and no further"),
        (lambda x: x.astype(np.float32).sum(0).astype(np.float64), total, "right to some digits and no further"),
        (lambda x: mean(x).astype(np.float32), mean, "they are float32 where float64 is due"),
        (lambda x: x.argmax(axis=0).astype(np.int32), lambda x: x.argmax(axis=0), "they are int32 where int64 is due"),
    ],
)  # fmt: skip
def test_what_is_told(answer, reference, sentence):
    said = told(answer, reference)
    assert said is not None and sentence in said


def test_overflow_is_told_where_all_else_is_right():
    inputs = [np.array([1.0, 2.0, 3.0]), np.array([1.0, 1000.0, 3.0])]
    with np.errstate(all="ignore"):
        said = told(lambda x: np.log(np.exp(x)), lambda x: x + 0.0, inputs)
    assert said.startswith("Where it is a number it is right, but for some arguments it is NaN or infinite")


def test_an_argument_without_effect_is_named():
    def power(x, exponent=1.0):
        return np.abs(x) ** exponent

    said = told(lambda x, exponent=1.0: np.abs(x) ** 2, power, named=({"exponent": 3.0}, {"exponent": 1.5}))
    assert said == "The result is the same whatever `exponent` is: where is it used?"
    assert (
        told(lambda x: x, lambda x: x[:, :0] + len(x))
        == "What comes back is the argument itself, where something new is due."
    )
    assert told(lambda x: 3, lambda x: x.size) == "The result is the same whatever `x` is: where is it used?"


def test_an_argument_that_changes_what_comes_back_in_place_has_an_effect():
    """A reply that only says "the argument, as it is now" is not the same reply as another that says so."""

    def decayed(x, decay=0.0):
        x *= 1 - decay
        return x, decay

    def wrongly(x, decay=0.0):
        return decayed(x, decay)[0], 7.0

    assert told(wrongly, decayed, named=({"decay": 0.5}, {"decay": 0.25})) is None


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (mean, mean),
        (lambda x: mean(x) * (1 + 1e-12), mean),
        (lambda x: x[0, 0], lambda x: float(x[0, 0])),
        (lambda x: 2e-200 * x, lambda x: 1e-200 * x),
        (lambda x: mean(x) + 1.0, mean),
        (lambda x: (mean(x) + 1.0).tolist(), mean),
        (lambda x: mean(x).tolist() if len(x) == 3 else mean(x) + 1, mean),
        (lambda x: np.where(x > 0, x, -2 * x), lambda x: x + 0.0),
        (lambda x: x.mean(axis=1), mean),
        (lambda x: 2.0 * len(x) if len(x) == 3 else 5.0, lambda x: 1.0 * len(x) if len(x) == 3 else 5.0),
        (lambda x: bool(x[0, 0] > 0), lambda x: bool(x[0, 0] <= 0)),
    ],
)  # fmt: skip
def test_what_is_not_told(answer, reference):
    assert told(answer, reference) is None


def test_a_symptom_of_some_wrong_replies_is_none_of_all():
    def half_turned(x):
        return -mean(x) if x.shape == (3, 4) else mean(x) + 1

    assert told(half_turned, mean) is None


def refusing(x):
    if len(x) == 3:
        raise ValueError("three rows")
    return mean(x)


def test_what_is_not_refused_is_told():
    sentence = "Results are right where there is one. But what the docstring refuses is taken: an error is due there."
    assert told(mean, refusing) == sentence
    assert told(lambda x: mean(x) + (len(x) == 5), refusing) is None


def test_what_a_learners_own_raise_refuses_is_told(monkeypatch):
    raised = describe_exception

    def own(error) -> list:
        return [*raised(error)[:3], ["mean", 3, 'raise ValueError("three rows")'], None]

    assert told(refusing, mean) is None  # it may come from anywhere
    monkeypatch.setitem(globals(), "describe_exception", own)
    assert told(refusing, mean).startswith("Your own `raise` refuses what is allowed")
    assert told(lambda x: refusing(x) + 1, mean) is None


def test_the_same_call_with_another_result_is_told():
    rng = np.random.default_rng(0)
    twice = [INPUTS[0], INPUTS[1], INPUTS[0]]
    sentence = "The same call gives another result the second time, and shouldn't"
    assert told(lambda x: rng.permutation(x[:, 0]), lambda x: x[::-1, 0].copy(), twice).startswith(sentence)
    assert told(lambda x: rng.permutation(x[:, 0]), lambda x: x[::-1, 0].copy()).endswith("their order is another.")
    other = np.random.default_rng(1)
    assert told(lambda x: rng.normal(size=len(x)), lambda x: other.normal(size=len(x)), twice) is None
    assert told(lambda x: rng.normal(size=2), lambda x: x[::-1, 0].copy(), twice) is None


def test_of_the_first_wrong_reply_that_an_argument_was_changed_is_certain():
    def reply(value, changes=()) -> list:
        return ["ok", value, [*changes]]

    change = [0, wire.frozen(wire.encode(np.zeros(2)))]
    assert first_symptom([reply(1), reply(5, [change])], [reply(1), reply(2)]).startswith("Your code changes one of")
    assert first_symptom([reply(5), reply(5, [change])], [reply(1), reply(2)]) is None
    assert first_symptom([reply(5, [change])], [reply(1, [change])]) is None
    assert first_symptom([reply(1)], [reply(1)]) is None
