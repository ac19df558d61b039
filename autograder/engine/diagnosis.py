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

from autograder.day import Exercise, Kind, Mistake
from autograder.engine import wire
from autograder.engine.client import Zygote
from autograder.engine.limits import Limits
from autograder.engine.line import Line, Lost
from autograder.engine.notebook_code import day_cells, needed_cells, schedule
from autograder.engine.recording import Attempt, Begun, Exchanges, Recording, Shelf
from autograder.engine.remote import LearnerError
from autograder.engine.resemblance import same_reply, share_explained
from autograder.engine.sandbox import BEST_EFFORT
from autograder.engine.session import Session
from autograder.engine.symptoms import first_symptom, symptom
from autograder.engine.trusted import SEED, TrustedDay
from autograder.errors import DayError
from autograder.result import Status

MAX_REQUESTS = 400
_LIMITS = Limits(seconds_per_call=10, seconds=3600)
_REQUESTS_FOR_LIKELY = 60  # replies that are asked for, on top of what a sure hint takes, to find a likely one
_LIKELY, _RIVAL = 0.5, 0.7  # of what is wrong a likely mistake explains this share; the next, less than that of its
LIKELY = "It looks as if, besides something else: "


class Diagnosis:
    """The mistakes of one day, with their replies to the recorded requests; made as they are needed.

    Nothing that a learner's answer does here outlives its own diagnosis: functions that a test passes on, which may
    keep state, are made afresh for every replay.

    Args:
        shelf: packed recordings by exercise, of this day and code; new ones are put there.
    """

    def __init__(self, day: TrustedDay, zygote: Zygote, shelf: Shelf):
        self._day, self._shelf = day, shelf
        self._line = Line(zygote, _LIMITS, BEST_EFFORT)
        self._first_stale = 0
        self._recordings: dict[str, Recording] = {}
        cells = day_cells(day.day)
        self._cells = schedule(day.day, needed_cells(day.day, day.given, cells, day.known.__getitem__))

    def hint(self, exercise: Exercise, attempt: Attempt) -> str | None:
        """The hint of the mistake that the learner's answer matches, or None."""
        recording = self._recording(exercise)
        requests, due = ([exchange[part] for exchange in recording.exchanges] for part in (0, 1))
        replies_of = ((mistake, recording.replies.get(mistake.answer)) for mistake in exercise.mistakes)
        known = [(mistake, given) for mistake, given in replies_of if given is not None]
        candidates, replies = known, []
        for index, reply in enumerate(_recorded(attempt, recording) or self._replayed(exercise, recording, attempt)):
            replies.append(reply)
            candidates = [
                (mistake, given) for mistake, given in candidates if same_reply(reply, given[index], due[index])
            ]
            if not candidates and index >= _REQUESTS_FOR_LIKELY:
                break
        if candidates and not all(map(same_reply, replies, due, due)):
            return candidates[0][0].hint
        if said := symptom(requests, replies, due, _parameters(exercise)):
            return said
        likely = _likely(replies, known, due) or first_symptom(replies, due)
        return f"{LIKELY}{likely}" if likely else None

    def end(self) -> None:
        """End the process that holds the reference answers."""
        self._line.end()

    def _recording(self, exercise: Exercise) -> Recording:
        """The recording of an exercise's test, with the replies of all its mistakes."""
        if exercise.name not in self._recordings:
            recalled = self._recalled(exercise)
            recording = recalled or self._record(exercise)
            if self._complete(exercise, recording) or not recalled:
                with contextlib.suppress(wire.WireError):
                    self._shelf[exercise.name] = recording.packed()
            self._recordings[exercise.name] = recording
        return self._recordings[exercise.name]

    def _recalled(self, exercise: Exercise) -> Recording | None:
        """The recording that lies on the shelf, if there is one that can be read."""
        try:
            return Recording.unpacked(self._shelf[exercise.name], Session(self._line.exchange))
        except (KeyError, wire.WireError):
            return None

    def _complete(self, exercise: Exercise, recording: Recording) -> bool:
        """Add the replies of mistakes that it lacks; whether there were any.

        A crash may be the machine's fault: that mistake stays without replies here, and is tried again elsewhere.
        """
        had = len(recording.replies)
        for mistake in exercise.mistakes:
            if mistake.answer not in recording.replies:
                with contextlib.suppress(Lost):
                    recording.replies[mistake.answer] = self._mistake_replies(exercise, mistake, recording)
        return len(recording.replies) > had

    def _record(self, exercise: Exercise) -> Recording:
        """Run the test against the reference answer."""
        exchanges = Exchanges()
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
        return Recording(exchanges[:MAX_REQUESTS], session, bool(session.callbacks))

    def _replayed(self, exercise: Exercise, recording: Recording, attempt: Attempt):
        """Yield an attempt's replies to the recorded requests, one by one."""
        answering = (self._record(exercise) if recording.passes_functions else recording).session
        session, asked = attempt.converse(), 0
        if attempt.begun.begins(recording) and not recording.passes_functions:
            yield from (reply for _, reply in attempt.begun)
            asked = len(attempt.begun)
        else:
            session.begin(SEED)
        for request, _ in recording.exchanges[asked:]:
            yield session.replay(request, answering)

    def _mistake_replies(self, exercise: Exercise, mistake: Mistake, recording: Recording) -> list | None:
        """How the mistake replies; None if it has no replies, because it never ends or cannot be run.

        Raises:
            Lost: its process ended.
        """

        def converse() -> Session:
            self._have_answers({exercise.name: mistake.answer})
            return Session(self._line.exchange)

        try:
            return list(self._replayed(exercise, recording, Attempt(mistake.answer, Begun(), converse)))
        except (Lost, LearnerError, wire.WireError) as error:
            self._line.end()
            if isinstance(error, Lost) and error.status == Status.CRASHED:
                raise
            return None

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


def _recorded(attempt: Attempt, recording: Recording) -> list | None:
    """The replies that are known of an attempt: it is a mistake word for word, and replied like it so far."""
    replies = recording.replies.get(attempt.source)
    if replies is None or not attempt.begun.begins(recording):
        return None
    so_far = zip(attempt.begun, replies, recording.exchanges, strict=False)
    return replies if all(same_reply(mine, known, due) for (_, mine), known, (_, due) in so_far) else None


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
    return best if shares[best] >= _LIKELY and is_clear else None
