"""Examining one submission: its cells run in an examinee, the day's tests run here against stand-ins."""

from collections.abc import Collection
from dataclasses import dataclass

from autograder.basics.plain_text import visible
from autograder.day import Exercise, Kind
from autograder.engine import wire
from autograder.engine.client import Zygote
from autograder.engine.inheritance import rests_on, with_reference
from autograder.engine.limits import Limits
from autograder.engine.line import Line, Lost
from autograder.engine.notebook_code import Facts, needed_cells, schedule
from autograder.engine.remote import LearnerError, Unusable
from autograder.engine.rendering import render
from autograder.engine.session import Session
from autograder.engine.trusted import SEED, TrustedDay, as_facts
from autograder.errors import DayError, DeepDaysError
from autograder.result import ExerciseResult, Status
from autograder.submission import SubmittedCell

MAX_MESSAGE = 3000  # characters
_DIAGNOSED = (Status.FAILED, Status.ERROR)


@dataclass(frozen=True)
class Trouble:
    """Why a cell did not run to its end."""

    status: Status
    message: str


class Examination:
    """One submission of one day, examined exercise by exercise.

    Args:
        cells: the submission's exercise, demo and extra cells in notebook order.
    """

    def __init__(self, day: TrustedDay, cells: tuple[SubmittedCell, ...], zygote: Zygote, limits: Limits, mode: str):
        self._day, self._cells, self._zygote, self._limits, self._mode = day, cells, zygote, limits, mode
        self._facts: dict[str, Facts] = {}
        self._troubles: dict[str, Trouble] = {}
        self._line = Line(zygote, limits, mode)
        self._clock = self._line.clock
        self._deadline = self._clock.now() + limits.seconds

    def results(self, names: Collection[str], diagnose=None):
        """Yield one ExerciseResult an exercise, in the day's order.

        Args:
            names: the exercises to examine.
            diagnose: called with a failed exercise and a function that opens a conversation; returns a hint or None.
        """
        exercises = [exercise for exercise in self._day.day.exercises if exercise.name in names]
        lost: dict[str, Status] = {}
        try:
            for position, exercise in enumerate(exercises):
                started = self._clock.now()
                status, message = self._verdict(exercise, len(exercises) - position)
                points = exercise.test.points if status == Status.PASSED else 0.0
                seconds = round(self._clock.now() - started, 4)
                hint, is_right = None, False
                if status in _DIAGNOSED:
                    hint, is_right = self._explained(exercise, lost, diagnose)
                if status != Status.PASSED:
                    lost[exercise.name] = status
                message = visible(message, MAX_MESSAGE)
                yield ExerciseResult(
                    exercise.name, points, exercise.test.points, status, message, hint, seconds, is_right
                )
        finally:
            self.end()

    def end(self) -> None:
        self._line.end()

    def _verdict(self, exercise: Exercise, remaining: int) -> tuple[Status, str]:
        """Status and message of one exercise, of `remaining` with it, which share the time that is left."""
        own = self._own(exercise)
        if not own:
            return Status.MISSING, f"the cell of `{exercise.name}` is not in the notebook"
        if all(source.strip() == exercise.stub.strip() for source in own):
            return Status.UNANSWERED, "the cell is as it was handed out"
        try:
            self._make_ready()
        except Lost as lost:
            return lost.status, lost.message
        if self._is_stub(exercise):
            return Status.UNANSWERED, "the cell is as it was handed out"
        trouble = self._troubles.get(own[-1])
        if trouble and trouble.status != Status.ERROR:
            return trouble.status, trouble.message
        now = self._clock.now()
        deadline = self._line.deadline = now + max(self._deadline - now, 0) / remaining
        status, message = self._tested(exercise)
        self._deadline += max(self._clock.now() - deadline, 0)  # what it ran over is no one else's loss
        if trouble and status != Status.PASSED:  # it may have failed after it had defined what the test needs
            return trouble.status, trouble.message
        return status, message

    def _tested(self, exercise: Exercise) -> tuple[Status, str]:
        namespace = self._day.namespace()
        session = Session(self._line.exchange, self._day.operators, namespace)
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
            return self._raised(session, error)
        except wire.WireError as error:
            self.end()
            return Status.FAILED, _with_call(session, f"its process sent {error}")
        except Unusable as error:
            return Status.FAILED, _with_call(session, str(error))
        except AssertionError as error:
            return Status.FAILED, _with_outcome(session, str(error) or "the result is not what was due")
        except Exception as error:
            if isinstance(error, NameError) and error.name in self._all_names():
                return Status.ERROR, f"it builds on `{error.name}`, which is not defined"
            problem = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            return Status.FAILED, _with_outcome(session, f"the test could not use what came ({problem})")

    def _raised(self, session: Session, error: LearnerError) -> tuple[Status, str]:
        cell = error.place[0] if error.place else None
        if error.kind == "NotImplementedError" and any(
            self._is_stub(exercise) for exercise in self._day.day.exercises if exercise.name == cell
        ):
            return Status.ERROR, f"it builds on `{cell}`, which has no answer yet"
        where = f", in line {error.place[1]} of the cell `{cell}`: {error.place[2]}" if error.place else ""
        text = f": {error.text}" if error.text else ""
        return Status.ERROR, _with_call(session, f"raised {error.kind}{text}{where}")

    def _hint(self, exercise: Exercise, diagnose) -> str | None:
        """The hint for a failed exercise; finding it costs none of the time that the others have."""
        if not diagnose or any(cell.name == exercise.name and cell.source in self._troubles for cell in self._cells):
            return None
        started = self._clock.now()
        try:
            return diagnose(exercise, self._conversation)
        except DeepDaysError:
            raise
        except (Lost, Exception):  # replies that make no sense have no hint
            self.end()
            return None
        finally:
            self._deadline += self._clock.now() - started

    def _explained(self, exercise: Exercise, lost: dict[str, Status], diagnose) -> tuple[str | None, bool]:
        """The hint for a failed exercise, and whether its answer is right by itself.

        Where it rests on earlier exercises that are lost, it is examined once more with the reference in their place.
        """
        earlier = [each for each in self._day.day.exercises if each.name in lost]
        used = rests_on(exercise, earlier, self._cells, lambda source: self._facts.get(source, Facts()))
        if not used:
            return self._hint(exercise, diagnose), False
        started = self._clock.now()
        cells = with_reference(self._cells, used)
        alone = Examination(self._day, cells, self._zygote, self._limits, self._mode)
        (again,) = alone.results([exercise.name], diagnose)
        self._deadline += self._clock.now() - started
        name = used[0].name
        why = "has no answer yet" if lost[name] in (Status.UNANSWERED, Status.MISSING) else "is not right yet"
        mend = f"It uses `{name}`, which {why}: mend that first."
        if again.status == Status.PASSED:
            return f"{mend} This answer itself is right.", True
        return again.hint or mend, False

    def _conversation(self) -> Session:
        """A conversation for finding a hint, which may take as long as three calls."""
        self._make_ready()
        self._line.deadline = self._clock.now() + 3 * self._limits.seconds_per_call
        return Session(self._line.exchange)

    def _own(self, exercise: Exercise) -> list[str]:
        """The sources of the submission's cells for the exercise."""
        return [cell.source for cell in self._cells if cell.kind == Kind.EXERCISE and cell.name == exercise.name]

    def _all_names(self) -> set[str]:
        return {name for exercise in self._day.day.exercises for name in exercise.names}

    def _is_stub(self, exercise: Exercise) -> bool:
        """Whether the exercise's cells are the program that was handed out."""
        stub = self._day.known[exercise.stub].digest
        return all(self._facts[source].digest == stub for source in self._own(exercise))

    def _make_ready(self) -> None:
        """Have a running examinee in which every cell that can run has run; raises Lost where there is no time."""
        while not self._line.alive:
            self._line.start(self._deadline)
            session = Session(self._line.exchange)
            session.provide(self._day.earlier)
            if self._learn_facts(session):
                needed = needed_cells(self._day.day, self._day.given, self._cells, self._facts.__getitem__)
                self._run_cells(session, schedule(self._day.day, needed))
        self._line.deadline = self._deadline

    def _learn_facts(self, session: Session) -> bool:
        """Find out about the cells, before any of them runs; False if one of them cost the examinee its life."""
        for cell in self._cells:
            if cell.source in self._facts:
                continue
            self._facts[cell.source] = self._day.known.get(cell.source, Facts())
            if cell.source not in self._day.known:
                try:
                    self._facts[cell.source] = as_facts(session.facts(cell.source))
                except Lost as lost:
                    self._lose(cell, lost)
                    return False
        return True

    def _run_cells(self, session: Session, cells: list[SubmittedCell]) -> None:
        """Run the cells in order; one that ends the process is left out of the next."""
        for cell in cells:
            if cell.source in self._troubles and self._troubles[cell.source].status != Status.ERROR:
                continue
            try:
                session.run(cell.source, cell.name or cell.kind, SEED)
            except Lost as lost:
                self._lose(cell, lost)
                return
            except wire.WireError as error:
                self._lose(cell, Lost(Status.FAILED, f"its process sent {error}"))
                return
            except LearnerError as error:
                if cell.kind.is_given:
                    raise DayError(
                        f"in the sandbox the cell `{cell.name}` raised {error.kind}: {error.text}",
                        "It must run on its own, without a network, a terminal or other programs.",
                        self._day.day.path,
                    ) from None
                self._troubles[cell.source] = Trouble(Status.ERROR, _cell_error(error))

    def _lose(self, cell: SubmittedCell, lost: Lost) -> None:
        """Note which cell cost the examinee its life; raises Lost if there is no going on without it."""
        self.end()
        if cell.kind.is_given or self._clock.now() >= self._deadline:
            raise lost
        self._troubles[cell.source] = Trouble(lost.status, f"running the cell: {lost.message}")


def _cell_error(error: LearnerError) -> str:
    where = f" in line {error.place[1]}: {error.place[2]}" if error.place else ""
    return f"running the cell raised {error.kind}: {error.text}{where}"


def _with_call(session: Session, message: str) -> str:
    call = session.last_call()
    return f"{call}: {message}" if call else message


def _with_outcome(session: Session, message: str) -> str:
    call = session.last_call()
    return f"{message}\nLast call: {call} {session.last_outcome()}" if call else message
