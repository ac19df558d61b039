"""Which named mistake a wrong answer is: the calls of the day's tests, replayed on the answer and on each mistake.

The test of an exercise runs once against the reference answer, in an examinee of its own, and every request it makes is
recorded with the reply. The same requests go to each mistake, and then to the learner's failed answer, until its
replies are no mistake's any more. If they are one mistake's on every request, and not the reference's, the learner is
told that mistake's hint. Where none fits throughout, a symptom is told that accounts for all that is wrong; else the
mistake that clearly explains most of it is named as likely.
"""

import ast
import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass

from autograder.day import Exercise, Kind, Mistake
from autograder.engine import wire
from autograder.engine.client import Zygote
from autograder.engine.limits import Limits
from autograder.engine.line import Line, Lost
from autograder.engine.notebook_code import day_cells, needed_cells, schedule
from autograder.engine.remote import LearnerError
from autograder.engine.resemblance import same_reply, share_explained
from autograder.engine.sandbox import BEST_EFFORT
from autograder.engine.session import Session
from autograder.engine.symptoms import symptom
from autograder.engine.trusted import SEED, TrustedDay
from autograder.errors import DayError

MAX_REQUESTS = 400
_LIMITS = Limits(seconds_per_call=10, seconds=3600)
_REQUESTS_FOR_LIKELY = 60  # replies that are asked for, on top of what a sure hint takes, to find a likely one
_LIKELY, _RIVAL = 0.5, 0.7  # of what is wrong a likely mistake explains this share; the next, less than that of its
LIKELY = "It looks as if, besides something else: "


@dataclass(frozen=True)
class Recording:
    """What a test asks of the reference answer: requests with their replies, and the session that made them."""

    exchanges: list
    session: Session


class Diagnosis:
    """The mistakes of one day, with their replies to the recorded requests; made as they are needed.

    Nothing that a learner's answer does here outlives its own diagnosis: functions that a test passes on, which may
    keep state, are made afresh for every replay.
    """

    def __init__(self, day: TrustedDay, zygote: Zygote):
        self._day = day
        self._line = Line(zygote, _LIMITS, BEST_EFFORT)
        self._first_stale = 0
        self._recordings: dict[str, Recording] = {}
        self._replies: dict[tuple[str, Mistake], list | None] = {}
        cells = day_cells(day.day)
        self._cells = schedule(day.day, needed_cells(day.day, day.given, cells, day.known.__getitem__))

    def hint(self, exercise: Exercise, converse: Callable[[], Session]) -> str | None:
        """The hint of the mistake that the learner's answer matches, or None.

        Args:
            converse: opens a conversation with the learner's examinee.
        """
        due = [reply for _, reply in self._recording(exercise).exchanges]
        replies_of = ((mistake, self._mistake_replies(exercise, mistake)) for mistake in exercise.mistakes)
        known = [(mistake, given) for mistake, given in replies_of if given is not None]
        candidates, replies = known, []
        for index, reply in enumerate(self._replayed(exercise, converse())):
            replies.append(reply)
            candidates = [
                (mistake, given) for mistake, given in candidates if same_reply(reply, given[index], due[index])
            ]
            if not candidates and index >= _REQUESTS_FOR_LIKELY:
                break
        if candidates and not all(map(same_reply, replies, due, due)):
            return candidates[0][0].hint
        requests = [request for request, _ in self._recording(exercise).exchanges]
        return symptom(requests, replies, due, _parameters(exercise)) or _likely(replies, known, due)

    def end(self) -> None:
        """End the process that holds the reference answers."""
        self._line.end()

    def _recording(self, exercise: Exercise) -> Recording:
        if exercise.name not in self._recordings:
            self._recordings[exercise.name] = self._record(exercise)
        return self._recordings[exercise.name]

    def _record(self, exercise: Exercise) -> Recording:
        """Run the test against the reference answer."""
        exchanges: list = []
        try:
            self._have_answers({})
        except LearnerError as error:
            raise DayError(
                f"with the day's own answers the cell `{error.place[0] if error.place else '?'}` raised "
                f"{error.kind}: {error.text}",
                "`deepdays verify` must be clean before a day can grade.",
                self._day.day.path,
            ) from error
        namespace = self._day.namespace()
        session = Session(self._line.exchange, self._day.operators, namespace, exchanges)
        with contextlib.suppress(Exception):
            session.begin(SEED)
            self._day.bind(exercise, session, namespace)
            self._day.run(exercise, namespace, self._line.clock.left(self._line.clock.now() + _LIMITS.seconds))
        return Recording(exchanges[:MAX_REQUESTS], session)

    def _replayed(self, exercise: Exercise, session: Session, recorded: Recording | None = None):
        """Yield the replies of a session's examinee to the recorded requests, one by one."""
        recording = self._recording(exercise)
        if recording.session.callbacks:
            recorded = recorded or self._record(exercise)
        session.begin(SEED)
        for request, _ in recording.exchanges:
            yield session.replay(request, (recorded or recording).session)

    def _mistake_replies(self, exercise: Exercise, mistake: Mistake) -> list | None:
        """How the mistake replies; None if it has no replies, because it never ends or ends its process."""
        key = exercise.name, mistake
        if key not in self._replies:
            self._replies[key] = None
            try:
                recorded = self._record(exercise) if self._recording(exercise).session.callbacks else None
                self._have_answers({exercise.name: mistake.answer})
                self._replies[key] = list(self._replayed(exercise, Session(self._line.exchange), recorded))
            except (Lost, LearnerError, wire.WireError):
                self._line.end()
        return self._replies[key]

    def _have_answers(self, replaced: dict[str, str]) -> None:
        """Have a running examinee with the day's own answers, or with some of them replaced."""
        if not self._line.alive:
            self._line.start(math.inf)
            self._first_stale = 0
            Session(self._line.exchange).provide(self._day.earlier)
        session = Session(self._line.exchange)
        places = [
            index for index, cell in enumerate(self._cells) if cell.kind == Kind.EXERCISE and cell.name in replaced
        ]
        for cell in self._cells[min([self._first_stale, *places]) :]:
            own = cell.kind == Kind.EXERCISE and cell.name in replaced
            source = replaced[cell.name] if own else cell.source
            session.run(source, cell.name or cell.kind, SEED, cell.kind.value)
        self._first_stale = min([len(self._cells), *places])


def _parameters(exercise: Exercise) -> list[str]:
    """The names of the parameters of the exercise's only function; none if it has several or a class."""
    functions = [node for node in ast.parse(exercise.answer).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    match functions:
        case [ast.FunctionDef(args=ast.arguments(posonlyargs, args))]:
            return [each.arg for each in (*posonlyargs, *args)]
    return []


def _likely(replies: list, known: list[tuple[Mistake, list]], due: list) -> str | None:
    """The hint of the one mistake that explains most of what is wrong, the first wrong reply before all; else None."""
    shares: dict[str, float] = {}
    for mistake, given in known:
        share, accounts_for_first = share_explained(replies, given, due)
        if accounts_for_first:
            shares[mistake.hint] = max(share, shares.get(mistake.hint, 0.0))
    if not shares:
        return None
    best, *others = sorted(shares, key=shares.__getitem__, reverse=True)
    is_clear = all(shares[other] <= _RIVAL * shares[best] for other in others)
    return f"{LIKELY}{best}" if shares[best] >= _LIKELY and is_clear else None
