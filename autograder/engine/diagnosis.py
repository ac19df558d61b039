"""Which named mistake a wrong answer is: the calls of the day's tests, replayed on the answer and on each mistake.

The test of an exercise runs once against the reference answer, and every request it makes is recorded with the reply.
The same requests then go to each mistake, and to the learner's failed answer. If the learner's replies are one
mistake's on every request, and not the reference's, the learner is told that mistake's hint.
"""

import contextlib
import functools
import signal
from dataclasses import dataclass

import numpy as np

from autograder.day import Day, Exercise, Mistake
from autograder.engine import examination, wire
from autograder.engine.notebook_code import day_cells, needed_cells
from autograder.engine.remote import Session
from autograder.engine.server import Server
from autograder.errors import DayError

MAX_REQUESTS = 400
MISTAKE_SECONDS = 5
_RTOL, _ATOL = 1e-4, 1e-6  # mistakes differ by ideas, not by rounding; wide enough for float32


@dataclass(frozen=True)
class Recording:
    """The requests that a test makes of the reference answer, and the replies."""

    session: Session
    requests: list
    replies: list


class Diagnosis:
    """The mistakes of one day, with their replies to the recorded requests; made as they are needed."""

    def __init__(self, day: Day):
        self._day = day

    def hint(self, exercise: Exercise, session: Session) -> str | None:
        """The hint of the mistake that the learner's answer matches, or None.

        Args:
            session: a fresh conversation with the learner's examinee.
        """
        recording = self._recording(exercise.name)
        if not recording.requests:
            return None
        session.begin(examination.SEED)
        given = []
        for request in recording.requests:
            given.append(session.replay(request, recording.session))
        if same_replies(given, recording.replies):
            return None
        for mistake in exercise.mistakes:
            replies = self._mistake_replies(exercise.name, mistake)
            if replies is not None and same_replies(given, replies):
                return mistake.hint
        return None

    @functools.cache  # noqa: B019 - lives as long as the day it belongs to
    def _recording(self, name: str) -> Recording:
        exercise = self._day.exercise(name)
        session, replies = self._converse(exercise, exercise.answer)
        namespace = examination.run_setup(self._day)
        with contextlib.suppress(Exception):
            session.begin(examination.SEED)
            examination.bind_names(self._day, exercise, session, namespace)
            exec(examination.test_code(self._day, exercise), namespace)
        return Recording(session, session.requests[:MAX_REQUESTS], replies[1 : MAX_REQUESTS + 1])

    @functools.cache  # noqa: B019
    def _mistake_replies(self, name: str, mistake: Mistake) -> list | None:
        exercise = self._day.exercise(name)
        recording = self._recording(name)
        try:
            with _at_most(MISTAKE_SECONDS):
                session, _ = self._converse(exercise, mistake.applied_to(exercise.answer))
                session.begin(examination.SEED)
                return [session.replay(request, recording.session) for request in recording.requests]
        except Exception:
            return None

    def _converse(self, exercise: Exercise, answer: str) -> tuple[Session, list]:
        """A conversation, within this process, with the day's own answers; `answer` stands in for one of them."""
        replies = []

        def exchange(message, answer_callback):
            server.answer_callback = answer_callback
            replies.append(server.handle(message))
            return replies[-1]

        server = Server({"__name__": "__main__"}, lambda request: server.answer_callback(*request[1:]))
        cells = day_cells(self._day, {exercise.name: answer})
        for cell in examination.schedule(self._day, needed_cells(self._day, cells)):
            try:
                exec(examination.compiled(cell.source, f"<{cell.name or cell.kind}>"), server.namespace)
            except Exception as error:
                raise DayError(
                    f"with the day's own answers the cell raised {type(error).__name__}: {error}",
                    "`deepdays verify` must be clean before a day can grade.",
                    self._day.path,
                    cell=cell.name or cell.kind,
                ) from error
        return Session(exchange), replies


@contextlib.contextmanager
def _at_most(seconds: float):
    """Raise TimeoutError in the block when the time is up."""

    def stop(*_):
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def same_replies(first: list, second: list) -> bool:
    """Whether two answers replied alike: equal but for rounding, exceptions of the same type."""
    return len(first) == len(second) and all(map(_same_reply, first, second))


def _same_reply(first, second) -> bool:
    if first[0] != second[0]:
        return False
    if first[0] == "raise":
        return first[1][:1] == second[1][:1]
    return first[0] != "ok" or (_same(first[1], second[1]) and _same(first[2], second[2]))


def _same(first, second) -> bool:
    """Whether two tagged values are alike; an array, a tensor and a number count by their shape and values."""
    one, other = _numbers(first), _numbers(second)
    if one is not None and other is not None:
        return _close(one, other)
    if isinstance(first, list) and isinstance(second, list):
        if first[:1] == ["handle"] == second[:1]:
            return first[2] == second[2]
        return len(first) == len(second) and all(map(_same, first, second))
    return type(first) is type(second) and first == second


def _numbers(tagged) -> np.ndarray | None:
    """The array that a tagged value stands for, None if it is not numeric."""
    if isinstance(tagged, (bool, int, float)):
        return np.asarray(tagged)
    if isinstance(tagged, list) and tagged and tagged[0] in ("array", "tensor", "scalar", "complex"):
        with contextlib.suppress(Exception):
            array = np.asarray(wire.decode(tagged))
            return array if array.dtype.kind in "biufc" else array.astype(np.float64)
    return None


def _close(first: np.ndarray, second: np.ndarray) -> bool:
    kinds = ["b" if x.dtype.kind == "b" else "i" if x.dtype.kind in "iu" else "f" for x in (first, second)]
    if first.shape != second.shape or kinds[0] != kinds[1]:
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(first, second, _RTOL, _ATOL, equal_nan=True))
