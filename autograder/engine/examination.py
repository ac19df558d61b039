"""Examining one submission: its cells run in an examinee, the day's tests run here against stand-ins."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from autograder.basics.plain_text import visible
from autograder.day import Exercise
from autograder.engine import wire
from autograder.engine.client import Zygote
from autograder.engine.inheritance import rests_on, with_reference
from autograder.engine.limits import Limits
from autograder.engine.line import Lost
from autograder.engine.notebook_code import Facts
from autograder.engine.recording import Attempt, Begun
from autograder.engine.remote import LearnerError, Unusable
from autograder.engine.rendering import brief, render
from autograder.engine.running import Files, RunningCells
from autograder.engine.session import Session
from autograder.engine.trusted import SEED, TrustedDay
from autograder.errors import DeepDaysError
from autograder.result import ExerciseResult, Status
from autograder.submission import SubmittedCell

MAX_MESSAGE = 3000  # characters
_DIAGNOSED = (Status.FAILED, Status.ERROR)


class Examination:
    """One submission of one day, examined exercise by exercise.

    Args:
        cells: the submission's exercise, demo and extra cells in notebook order.
        files: the modules beside the notebook, names and contents.
    """

    def __init__(
        self,
        day: TrustedDay,
        cells: tuple[SubmittedCell, ...],
        zygote: Zygote,
        limits: Limits,
        mode: str,
        files: Files = (),
    ):
        self._day, self._zygote, self._limits, self._mode = day, zygote, limits, mode
        self._running = RunningCells(day, cells, files, zygote, limits, mode)
        self._line = self._running.line
        self._clock = self._line.clock
        self._begun: tuple[str, Begun] = "", Begun()

    def results(self, names: Collection[str], diagnose=None):
        """Yield one ExerciseResult an exercise, in the day's order, and then those again to which there is more to say.

        Replays, which show the learner's process what the reference was asked, come when every verdict is there.

        Args:
            names: the exercises to examine.
            diagnose: called with a failed exercise and the Attempt at it; returns a hint or None.
        """
        exercises = [exercise for exercise in self._day.day.exercises if exercise.name in names]
        found: dict[str, ExerciseResult] = {}
        try:
            for position, exercise in enumerate(exercises):
                started = self._clock.now()
                status, message = self._verdict(exercise, len(exercises) - position)
                points = exercise.test.points if status == Status.PASSED else 0.0
                seconds = round(self._clock.now() - started, 4)
                message = visible(message, MAX_MESSAGE)
                result = ExerciseResult(exercise.name, points, exercise.test.points, status, message, None, seconds)
                found[exercise.name] = result
                yield result
            failed = [exercise for exercise in exercises if found[exercise.name].status in _DIAGNOSED]
            used = {exercise.name: self._lost_below(exercise, found) for exercise in failed}
            for exercise in reversed(failed):  # the last one's test can be gone on with
                if not used[exercise.name] and (hint := self._hint(exercise, diagnose)):
                    yield replace(found[exercise.name], hint=hint)
            for lost in dict.fromkeys(filter(None, used.values())):
                yield from self._by_themselves([name for name in used if used[name] == lost], lost, found, diagnose)
        finally:
            self.end()

    def end(self) -> None:
        self._line.end()

    def _verdict(self, exercise: Exercise, remaining: int) -> tuple[Status, str]:
        """Status and message of one exercise, of `remaining` with it, which share the time that is left."""
        running = self._running
        own = running.sources(exercise)
        is_untouched = all(source.strip() == exercise.stub.strip() for source in own)
        if is_untouched and not running.may_be_elsewhere(exercise):
            return self._unanswered(exercise)
        try:
            running.make_ready()
        except Lost as lost:
            return lost.status, lost.message
        if running.is_stub(exercise) and not running.is_answered_below(exercise):
            return self._unanswered(exercise)
        if own and (trouble := running.troubles.get(own[-1])) and trouble.status != Status.ERROR:
            return trouble.status, trouble.message
        if taken := running.rebinds(self._day.fixtures_of(exercise)):
            return Status.FAILED, (
                f"a cell of yours binds `{taken}`, a name that the notebook's own cells define and the tests need: "
                "give yours another name"
            )
        now = self._clock.now()
        deadline = self._line.deadline = now + max(running.deadline - now, 0) / remaining
        status, message = self._tested(exercise)
        if status != Status.PASSED and running.lacks_a_name and not running.runs_everything:
            running.run_everything()
            try:
                running.make_ready()
                status, message = self._tested(exercise)
            except Lost as lost:
                status, message = lost.status, lost.message
        running.deadline += max(self._clock.now() - deadline, 0)  # what it ran over is no one else's loss
        if own and status != Status.PASSED and (trouble := running.troubles.get(own[-1])):
            return trouble.status, trouble.message  # it may have failed after it had defined what the test needs
        return status, message

    def _tested(self, exercise: Exercise) -> tuple[Status, str]:
        namespace = self._day.namespace()
        self._begun = exercise.name, Begun()
        session = Session(self._line.exchange, self._day.operators, namespace, self._begun[1])
        try:
            session.begin(SEED)
            absent = self._day.bind(exercise, session, namespace)
            own = [name for name in absent if name in exercise.names]
            if own:
                return Status.MISSING, f"`{own[0]}` is not defined after the cell of `{exercise.name}` has run"
            for name in self._day.callables[exercise.name]:
                if not callable(namespace.get(name, print)):
                    return Status.FAILED, f"`{name}` is {render(namespace[name])}, which cannot be called"
            self._day.run(exercise, namespace, self._clock.left(self._line.deadline))
            return Status.PASSED, ""
        except Lost as lost:
            self.end()
            return lost.status, _with_call(session, lost.message)
        except LearnerError as error:  # also when the test asserts: the learner's own AssertionError is no verdict
            return self._raised(exercise, session, error)
        except wire.WireError as error:
            self.end()
            return Status.FAILED, _with_call(session, f"it returned what can't be read: {error}")
        except Unusable as error:
            return Status.FAILED, _with_call(session, str(error))
        except AssertionError as error:
            return Status.FAILED, _with_outcome(session, str(error) or "the result is not what was due")
        except Exception as error:
            if isinstance(error, NameError) and error.name in self._all_names():
                self._running.lacks_a_name = True
                return Status.ERROR, f"it builds on `{error.name}`, which is not defined"
            problem = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            return Status.FAILED, _with_outcome(session, f"the test could not use what came ({problem})")

    def _raised(self, exercise: Exercise, session: Session, error: LearnerError) -> tuple[Status, str]:
        cell = error.place[0] if error.place else None
        if error.kind == "NotImplementedError" and any(
            self._running.is_stub(exercise) for exercise in self._day.day.exercises if exercise.name == cell
        ):
            return Status.ERROR, f"it builds on `{cell}`, which has no answer yet"
        where = f", in line {error.place[1]} of {self._called(cell, exercise)}: {error.place[2]}" if error.place else ""
        text = f": {brief(error.text)}" if error.text else ""
        if error.kind == "NameError":
            self._running.lacks_a_name = True
            where += self._why_not_defined(error.text)
        return Status.ERROR, _with_call(session, f"raised {error.kind}{text}{where}")

    def _called(self, cell: str, exercise: Exercise) -> str:
        """What a message calls a cell; one that is not the exercise's is told apart from it."""
        if cell == exercise.name:
            return f"the cell `{cell}`"
        others = [other.name for other in self._day.day.exercises]
        return f"another cell, that of `{cell}`" if cell in others else "a cell of your own"

    def _why_not_defined(self, text: str) -> str:
        """What is known of a name that a NameError speaks of: the learner's cell that should bind it has failed."""
        match text.split("'"):
            case [_, name, *_] if trouble := self._running.trouble_with(name):
                return f". A cell of yours should define it, but {trouble.message}"
        return ""

    def _lost_below(self, exercise: Exercise, found: Mapping[str, ExerciseResult]) -> tuple[str, ...]:
        """The earlier exercises that an answer rests on and that are lost."""
        before = list(found)[: list(found).index(exercise.name)]
        lost = [self._day.day.exercise(name) for name in before if found[name].status != Status.PASSED]
        used = rests_on(exercise, lost, self._running.cells, lambda source: self._running.facts.get(source, Facts()))
        return tuple(each.name for each in used)

    def _by_themselves(self, names: list[str], lost: tuple[str, ...], found: Mapping[str, ExerciseResult], diagnose):
        """Yield the failed exercises that rest on the same lost ones, with what to mend.

        They are examined once more, together, with the reference in the place of what is lost.
        """
        reference = [self._day.day.exercise(name) for name in lost]
        cells = with_reference(self._running.cells, reference)
        alone = Examination(self._day, cells, self._zygote, self._limits, self._mode, self._running.files)
        alone._running.facts = dict(self._running.facts)
        again = {result.name: result for result in alone.results(names, diagnose)}
        has_no_answer = found[lost[0]].status in (Status.UNANSWERED, Status.MISSING)
        why = "has no answer yet" if has_no_answer else "is not right yet"
        mend = f"It uses `{lost[0]}`, which {why}: mend that first."
        for name in names:
            if again[name].status == Status.PASSED:
                hint = f"{mend} This answer itself is right."
                yield replace(found[name], hint=hint, right_by_itself=True)
            else:
                yield replace(found[name], hint=again[name].hint or mend)

    def _hint(self, exercise: Exercise, diagnose) -> str | None:
        sources = self._running.sources(exercise)
        if not diagnose or any(source in self._running.troubles for source in sources):
            return None
        (tested, begun), self._begun = self._begun, ("", Begun())
        if tested != exercise.name or not self._line.alive:
            begun = Begun()
        begun.forget_message()
        try:
            return diagnose(exercise, Attempt("".join(sources), begun, self._conversation))
        except DeepDaysError:
            raise
        except (Lost, Exception):  # replies that make no sense have no hint
            self.end()
            return None

    def _conversation(self) -> Session:
        """A conversation for finding a hint, which may take as long as three calls."""
        self._running.deadline = self._clock.now() + self._limits.seconds
        self._running.make_ready()
        self._line.deadline = self._clock.now() + 3 * self._limits.seconds_per_call
        return Session(self._line.exchange)

    def _unanswered(self, exercise: Exercise) -> tuple[Status, str]:
        if not self._running.sources(exercise):
            return Status.MISSING, f"the cell of `{exercise.name}` is not in the notebook"
        message = "the cell is as it was handed out"
        if self._running.facts and self._running.is_answered_elsewhere(exercise):
            message += ", and takes the place of the answer in a cell above it: move that answer into this cell"
        return Status.UNANSWERED, message

    def _all_names(self) -> set[str]:
        return {name for exercise in self._day.day.exercises for name in exercise.names}


def _with_call(session: Session, message: str) -> str:
    call = session.last_call()
    return f"{call}: {message}" if call else message


def _with_outcome(session: Session, message: str) -> str:
    call = session.last_call()
    return f"{message}\nLast call: {call} {session.last_outcome()}" if call else message
