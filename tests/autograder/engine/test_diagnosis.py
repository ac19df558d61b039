"""Hints: found for the mistakes that a day names, and for nothing else."""

import time
from dataclasses import replace

import pandas as pd
import pytest

from autograder.days.reader import read_day
from autograder.engine import recording, wire
from autograder.engine.client import Zygote
from autograder.engine.diagnosis import Diagnosis
from autograder.engine.examination import Examination
from autograder.engine.limits import Limits
from autograder.engine.line import Line
from autograder.engine.notebook_code import day_cells
from autograder.engine.recording import Begun, Exchanges, Recording
from autograder.engine.resemblance import same_reply, share_explained
from autograder.engine.sandbox import BEST_EFFORT
from autograder.engine.session import Session
from autograder.engine.trusted import TrustedDay

DAY = '''# ---
# day: 0
# title: Hints
# week: 0
# minutes: 5
# backend: numpy
# needs: []
# data: []
# papers: []
# ---

# %% [markdown]
# # Hints

# %% setup
import numpy as np


# %% exercise: descend
def descend(gradient, x, num_steps):
    """Go downhill."""
    ### BEGIN SOLUTION
    x = np.array(x, dtype=float)
    for _ in range(num_steps):
        x = x - 0.1 * gradient(x)
    return x
    ### END SOLUTION


# %% test: descend, points=1
calls = []


def gradient(x):
    calls.append(x)
    return 2 * x * len(calls)


assert np.allclose(descend(gradient, [1.0, 2.0], 2), [0.48, 0.96])
### BEGIN HIDDEN TESTS
assert len(calls) == 2
### END HIDDEN TESTS

# %% mistakes: descend
# - replace: x - 0.1
#   with: x + 0.1
#   hint: "Uphill."
# - replace: range(num_steps)
#   with: range(num_steps + 1)
#   hint: "One step too many."
# - replace: x - 0.1 * gradient(x)
#   with: x - 0.1 * gradient(x) * (1 + 1e9 * (num_steps > 5))
#   hint: "Looks like the right one."


# %% exercise: mean
def mean(x):
    """The mean of the rows."""
    ### BEGIN SOLUTION
    return x.mean(axis=0)
    ### END SOLUTION


# %% test: mean, points=1
assert np.allclose(mean(np.array([[1.0, 2.0], [3.0, 5.0]])), [2.0, 3.5])
### BEGIN HIDDEN TESTS
assert np.allclose(mean(np.ones((1, 3))), 1)
### END HIDDEN TESTS

# %% mistakes: mean
# - replace: x.mean(axis=0)
#   with: x.mean(axis=1)
#   hint: "The other axis."
# - replace: x.mean(axis=0)
#   with: x.sum(axis=0)
#   hint: "A sum."
# - replace: x.mean(axis=0)
#   with: x.sum(axis=0, keepdims=False)
#   hint: "A sum, said again."
# - replace: return x.mean(axis=0)
#   with: "while True: x = x"
#   hint: "Endless."
# - replace: x.mean(axis=0)
#   with: x.average(axis=0)
#   hint: "Arrays have no average."
'''


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    path = tmp_path_factory.mktemp("hints") / "day_000_hints.py"
    path.write_text(DAY)
    return TrustedDay(read_day(path))


@pytest.fixture(scope="module")
def diagnosis(day, zygote):
    found = Diagnosis(day, zygote, {})
    yield found
    found.end()


def hint(day, diagnosis, zygote, name: str, answer: str) -> str | None:
    limits = Limits(seconds_per_call=5, seconds=60)
    examination = Examination(day, day_cells(day.day, {name: answer}), zygote, limits, BEST_EFFORT)
    *_, verdict = examination.results([name], diagnosis.hint)
    assert verdict.status in ("failed", "error"), verdict
    return verdict.hint


def answer(day, name, old, new):
    source = day.day.exercise(name).answer
    assert old in source
    return source.replace(old, new)


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("return x.mean(axis=1)", "The other axis."),
        ("return np.einsum('nd->n', x) / x.shape[1]", "The other axis."),
        ("return x.sum(0).astype('float32')", "A sum."),
        ("return [float(v) for v in x.sum(0)]", None),
        ("return x.sum(axis=0) + 1", None),
        ("return None", "Nothing comes back: a function that ends without `return` gives None."),
        ("return x.average()", "Arrays have no average."),
        ("raise AttributeError('another')", None),
        ("raise KeyError('another')", None),
        ("return x.sum(axis=0) + 0.5 * (len(x) == 1)", None),
    ],
)
def test_hints(day, diagnosis, zygote, written, due):
    assert hint(day, diagnosis, zygote, "mean", f"def mean(x):\n    {written}") == due


def test_an_endless_mistake_is_no_ones_and_ends(day, diagnosis, zygote):
    started = time.monotonic()
    assert hint(day, diagnosis, zygote, "mean", "def mean(x):\n    return x.sum(axis=0) + len(x) ** 2") is None
    assert hint(day, diagnosis, zygote, "mean", "def mean(x):\n    return x.sum(axis=0) + len(x) ** 2") is None
    assert time.monotonic() - started < 60


def test_hints_where_a_test_passes_functions_on(day, diagnosis, zygote):
    for _ in range(2):  # the function counts its calls; every replay begins with a fresh one
        assert hint(day, diagnosis, zygote, "descend", answer(day, "descend", "x - 0.1", "x + 0.1")) == "Uphill."
        more = answer(day, "descend", "range(num_steps)", "range(1 + num_steps)")
        assert hint(day, diagnosis, zygote, "descend", more) == "One step too many."


def test_a_hostile_answer_leaves_nothing_behind_for_the_next(day, diagnosis, zygote):
    flood = "def descend(gradient, x, num_steps):\n    [gradient(np.zeros(2)) for _ in range(50)]\n    return x"
    said = "What comes back is the argument itself, where something new is due."
    assert hint(day, diagnosis, zygote, "descend", flood) == said
    assert hint(day, diagnosis, zygote, "descend", answer(day, "descend", "x - 0.1", "x + 0.1")) == "Uphill."


def test_a_recording_on_the_shelf_serves_another_grader(day, zygote):
    shelf: dict[str, bytes] = {}
    first = Diagnosis(day, zygote, shelf)
    assert hint(day, first, zygote, "mean", "def mean(x):\n    return x.sum(0)") == "A sum."
    first.end()
    kept, nobody = dict(shelf), Zygote("a flavour that there is not")
    assert hint(day, Diagnosis(day, nobody, shelf), zygote, "mean", "def mean(x):\n    return x.mean(1)") is not None
    assert shelf == kept
    damaged = {"mean": kept["mean"][:-1]}
    again = Diagnosis(day, zygote, damaged)
    assert hint(day, again, zygote, "mean", "def mean(x):\n    return x.sum(0)") == "A sum."
    again.end()
    assert Recording.unpacked(damaged["mean"], Session(None)).replies.keys() == {
        mistake.answer for mistake in day.day.exercise("mean").mistakes
    }


def test_a_mistake_that_the_machine_killed_is_tried_again_by_the_next_grader(day, zygote, monkeypatch):
    shelf: dict[str, bytes] = {}
    sums, asked = "def mean(x):\n    return x.sum(0)", Line.exchange

    def killed(line, message, answer_callback):
        if message[0] == "run" and "x.sum(axis=0)" in message[1][0]:
            message[1][0] = "import os\nos._exit(9)"
        return asked(line, message, answer_callback)

    with monkeypatch.context() as patched:
        patched.setattr(Line, "exchange", killed)
        first = Diagnosis(day, zygote, shelf)
        assert hint(day, first, zygote, "mean", sums) == "A sum, said again."
        first.end()
    kept = dict(shelf)
    again = Diagnosis(day, zygote, shelf)
    assert hint(day, again, zygote, "mean", sums) == "A sum."
    again.end()
    assert shelf != kept


def test_a_hint_goes_on_from_where_the_test_came_to(day, diagnosis, zygote):
    counts = "def mean(x, calls=[]):\n    calls.append(1)\n    return x.sum(0) if len(calls) <= 2 else 0 * x.sum(0)"
    assert hint(day, diagnosis, zygote, "mean", counts) == "A sum."


def test_a_mistake_word_for_word_needs_no_replay(day, diagnosis, zygote):
    exercise = day.day.exercise("mean")
    mistake = exercise.mistakes[1]
    examination = Examination(day, day_cells(day.day, {"mean": mistake.answer}), zygote, Limits(), BEST_EFFORT)
    found = []

    def diagnose(exercise, attempt):
        found.append(diagnosis.hint(exercise, replace(attempt, converse=None)))
        other = Begun()
        other.append((attempt.begun[0][0], ["ok", None, []]))  # as something beside the cell may have it reply
        found.append(diagnosis.hint(exercise, replace(attempt, begun=other)))

    list(examination.results(["mean"], diagnose))
    assert found == ["A sum.", None]


def test_where_the_test_can_not_be_gone_on_with_it_begins_again(day, diagnosis, zygote, monkeypatch):
    monkeypatch.setattr(recording, "MAX_BEGUN", 0)
    assert hint(day, diagnosis, zygote, "mean", "def mean(x):\n    return x.sum(0)") == "A sum."


def test_what_is_kept_of_a_test_is_bounded_and_begins_its_recording_only():
    def call(size: int, verb: str = "call") -> tuple:
        return [verb, [wire.Block(bytes(size))], [], []], ["ok", None, []]

    recorded = Recording([call(8), call(16), call(8)], Session(None), passes_functions=False)
    begun = Begun()
    assert not begun.begins(recorded)
    begun.append(call(8))
    begun.append(call(16))
    assert begun.begins(recorded)
    begun.append(call(8, "repr"))
    begun.append(call(8, "repr"))
    assert not begun.begins(recorded)
    begun.forget_message()
    assert begun.begins(recorded)
    begun.append(call(8, "len"))
    assert not begun.begins(recorded)
    begun.append(call(recording.MAX_BEGUN))
    begun.append(call(8))
    assert len(begun) == 0


def test_what_is_kept_of_a_test_is_as_it_was_then():
    memory = bytearray(b"then")
    exchange = ["call", [wire.Block(memory)], [], []], ["ok", 1.5, []]
    for kept in (Begun(), Exchanges()):
        kept.append(exchange)
        memory[:] = b"now."
        assert kept[0][0][1] == [wire.Block(b"then")] and kept[0][1] == ["ok", 1.5, []]
        memory[:] = b"then"


def test_an_answer_that_replies_as_the_reference_gets_no_hint(day, diagnosis, zygote):
    passes_replay = answer(day, "descend", "gradient(x)", "gradient(x) if num_steps else 0 * gradient(x)")
    limits = Limits(seconds_per_call=5, seconds=60)
    cells = day_cells(day.day, {"descend": passes_replay})
    (verdict,) = Examination(day, cells, zygote, limits, BEST_EFFORT).results(["descend"], diagnosis.hint)
    assert verdict.status == "passed" and verdict.hint is None


ARRAY = ["array", "<f8", [2], "C", True]
ONE, NEAR, FAR = ([*ARRAY, raw] for raw in (b"\0" * 16, b"\1" + b"\0" * 15, b"\0" * 7 + b"\x40" + b"\0" * 8))


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (["ok", ONE, []], ["ok", NEAR, []], True),
        (["ok", ONE, []], ["ok", FAR, []], False),
        (["ok", ONE, []], ["ok", ["tensor", "<f4", [2], b"\0" * 8], []], True),
        (["ok", 1, []], ["ok", 1.0, []], False),
        (["ok", True, []], ["ok", 1, []], False),
        (["ok", float("nan"), []], ["ok", float("nan"), []], True),
        (["ok", ["tuple", [1.0, "a"]], []], ["ok", ["tuple", [1.0 + 1e-9, "a"]], []], True),
        (["ok", ["tuple", [1.0, "a"]], []], ["ok", ["list", [1.0, "a"]], []], False),
        (["ok", None, []], ["ok", None, [[0, ONE]]], False),
        (["ok", ["handle", 1, "Value", [], None], []], ["ok", ["handle", 7, "Value", [], None], []], True),
        (["ok", ["handle", 1, "Value", [], None], []], ["ok", ["handle", 1, "Layer", [], None], []], False),
        (["raise", ["ValueError"], "no 3 'x'", None, None], ["raise", ["ValueError"], "no 4 'y'", None, None], True),
        (["raise", ["ValueError"], "a", None, None], ["raise", ["ValueError"], "b", None, None], False),
        (["ok", ["dict", [["a", 1], ["b", 2]]], []], ["ok", ["dict", [["b", 2], ["a", 1]]], []], True),
        (["ok", ["dict", [["a", 1]]], []], ["ok", ["dict", [["a", 1], ["b", 2]]], []], False),
        (["ok", ["set", [1, 2]], []], ["ok", ["set", [2, 1]], []], True),
        (["raise", ["ValueError"], "a", None, None], ["raise", ["KeyError"], "a", None, None], False),
        (["raise", ["RecursionError"], "a", None, None], ["raise", ["RecursionError"], "b", None, None], True),
        (["raise", ["ValueError"], "a", None, None], ["ok", None, []], False),
        (["unsendable", "x"], ["unsendable", "y"], True),
    ],
)
def test_what_counts_as_the_same_reply(first, second, alike):
    assert same_reply(first, second, ["ok", None, []]) is alike


def test_a_refusal_that_is_due_may_say_what_it_likes():
    mine, due = (["raise", ["ValueError"], text, None, None] for text in ("no room", "the cache is full"))
    assert same_reply(mine, due, due)
    assert not same_reply(mine, due, ["raise", ["KeyError"], "the cache is full", None, None])


def test_values_that_come_where_a_refusal_is_due_are_explained_by_a_mistake_that_gives_them_too():
    refusal, value, other = ["raise", ["ValueError"], "no", None, None], ["ok", 1.5, []], ["ok", 2.5, []]
    assert share_explained([value], [value], [refusal]) == (1.0, True)
    assert share_explained([value], [other], [refusal])[1] is False
    assert share_explained([value], [refusal], [refusal]) == (0.0, False)


def test_a_table_is_compared_by_its_labels_and_columns():
    def reply(table) -> list:
        return wire.frozen(["ok", wire.encode(table), []])

    due = pd.Series([1.0, 2.0, 3.0], name="share")
    assert same_reply(reply(due.rename("other")), reply(due), reply(due))
    assert same_reply(reply(pd.Series([1.0, 2.0, 3.0], index=[0, 1, 2])), reply(due), reply(due))
    assert not same_reply(reply(due.set_axis(["a", "b", "c"])), reply(due), reply(due))
    frame = pd.DataFrame({"a": [1, 2], "b": [0.5, 0.25], "c": ["x", "y"]})
    halved, both = frame.assign(b=frame.b / 2), frame.assign(b=frame.b / 2, c=["x", "z"])
    assert share_explained([reply(both)], [reply(halved)], [reply(frame)]) == (0.5, False)
    assert share_explained([reply(halved)], [reply(halved)], [reply(frame)]) == (1.0, True)
