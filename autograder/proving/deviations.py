"""How far the results of a day's answers on one backend and device lie from TensorFlow's on the processor.

Each test runs as in grading, its calls go to a process that holds the day's own answers, and the numbers in the replies
are kept. Numbers that change with the seed are left out: each backend draws random numbers of its own.
"""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from autograder.day import Day, Exercise
from autograder.days.earlier import needed_modules
from autograder.engine import wire
from autograder.engine.notebook_code import day_cells, needed_cells, schedule
from autograder.engine.recording import Exchanges
from autograder.engine.session import Session
from autograder.engine.trusted import SEED, TrustedDay
from autograder.proving.backends import TENSORFLOW
from deepdays.quieting import quiet
from deepdays.tensors import widened

TEST_SECONDS = 300
_SERVE = "import socket, sys; from autograder.engine.examinee import serve; serve(socket.socket(fileno={}))"
_NO_NUMBERS = ("handle", "callback", "class", "name", "dtype", "rng", "same")

Replies = list[list[np.ndarray]]


@contextlib.contextmanager
def answering(variables: dict[str, str]) -> Iterator[Callable]:
    """A process that answers requests and is not locked in, which is for the project's own code alone.

    Args:
        variables: environment variables of the process, on top of this one's.

    Yields:
        What a Session exchanges messages with.
    """
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-c", _SERVE.format(theirs.fileno())]
    with subprocess.Popen(
        command, env=os.environ | variables, pass_fds=[theirs.fileno()], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ), ours:  # fmt: skip
        theirs.close()

        def exchange(message, answer_callback):
            wire.send(ours, message)
            while True:
                match wire.receive(ours):
                    case ["callback", number, args, kwargs]:
                        wire.send(ours, answer_callback(number, args, kwargs))
                    case reply:
                        return reply

        yield exchange


def device(variables: dict[str, str]) -> str:
    """The device that Keras computes on in a process with those environment variables, as `deepdays` names it."""
    with answering(variables) as exchange:
        session = Session(exchange)
        session.run("import keras\nimport deepdays as dd\nname = dd.device()", "device", SEED)
        return session.name("name")


def be_examiner() -> None:
    """Make this process the one that tests run in: TensorFlow, and a graphics processor left to the others."""
    os.environ["KERAS_BACKEND"] = TENSORFLOW
    with quiet():
        import tensorflow

        tensorflow.config.set_visible_devices([], "GPU")


def replies(day: Day, variables: dict[str, str], seed: int = SEED) -> list[Replies]:
    """The numbers in the replies that the day's answers give to its tests.

    Args:
        variables: environment variables of the process that holds the answers.
        seed: starts the random numbers of that process before each cell and each test.

    Returns:
        An item an exercise: for each request of its test the arrays in the reply, in order. A test that does not pass
        ends early.
    """
    trusted = TrustedDay(day, needed_modules(day.needs_code))
    cells = schedule(day, needed_cells(day, trusted.given, day_cells(day), trusted.known.__getitem__))
    with answering(variables) as exchange:
        for cell in cells:
            Session(exchange).run(cell.source, cell.name or cell.kind, seed)
        return [_tested(trusted, exercise, exchange, seed) for exercise in day.exercises]


def _tested(day: TrustedDay, exercise: Exercise, exchange: Callable, seed: int) -> Replies:
    exchanges = Exchanges()
    namespace = day.namespace()
    session = Session(exchange, day.operators, namespace, exchanges)
    session.begin(seed)
    with contextlib.suppress(Exception):
        day.bind(exercise, session, namespace)
        day.run(exercise, namespace, wire.within(TEST_SECONDS))
    return [list(_numbers(reply)) for _, reply in exchanges]


def _numbers(tagged) -> Iterator[np.ndarray]:
    """The arrays and numbers in a tagged value, widened."""
    if isinstance(tagged, bool | int | float):
        yield np.asarray(tagged, np.float64)
    elif isinstance(tagged, list) and tagged and tagged[0] in ("array", "tensor", "scalar", "complex"):
        yield widened(np.asarray(wire.decode(tagged)))
    elif isinstance(tagged, list) and not (tagged and tagged[0] in _NO_NUMBERS):
        for item in tagged:
            yield from _numbers(item)


def largest_deviation(due: Sequence[Replies], reseeded: Sequence[Replies], found: Sequence[Replies]) -> float:
    """The largest difference of numbers found from those due, relative to what was due where that is over 1.

    Args:
        due: what TensorFlow replied. reseeded: what it replied with another seed; where the two differ, nothing is due.
        found: what another backend or device replied.

    Returns:
        Infinity where a result has another shape, or is missing.
    """
    largest = 0.0
    for exercise_due, exercise_reseeded, exercise_found in zip(due, reseeded, found, strict=True):
        if len(exercise_found) < len(exercise_due) == len(exercise_reseeded):
            return np.inf
        for expected, other, actual in zip(exercise_due, exercise_reseeded, exercise_found):  # noqa: B905
            if _difference(expected, other) == 0:
                largest = max(largest, _difference(expected, actual))
    return largest


def _difference(due: list[np.ndarray], found: list[np.ndarray]) -> float:
    if [array.shape for array in due] != [array.shape for array in found]:
        return np.inf
    return max((_elementwise(expected, actual) for expected, actual in zip(due, found, strict=True)), default=0.0)


def _elementwise(due: np.ndarray, found: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        difference = np.abs(found - due) / np.maximum(np.abs(due), 1)
    same = (due == found) | (np.isnan(due) & np.isnan(found))
    return float(np.where(same, 0, np.where(np.isnan(difference), np.inf, difference)).max(initial=0))
