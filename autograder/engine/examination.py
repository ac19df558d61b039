"""Examining one submission: its cells run in an examinee, the day's tests run here against stand-ins."""

import ast
import time
from dataclasses import dataclass

from autograder import result as verdicts
from autograder.day import Cell, Day, Exercise
from autograder.engine import assertions, wire
from autograder.engine.client import Process, Zygote
from autograder.engine.limits import Limits
from autograder.engine.notebook_code import needed_cells, plain_python, same_code
from autograder.engine.remote import LearnerError, Session, Unusable
from autograder.engine.sandbox import MECHANISMS, REQUIRED
from autograder.errors import DayError, DeepDaysError
from autograder.python_source import bound_names
from autograder.result import ExerciseResult
from autograder.submission import SubmittedCell

SEED = 20_240_229
_DIAGNOSED = (verdicts.FAILED, verdicts.ERROR)


class Lost(BaseException):
    """The examinee is gone or no longer answers; not an Exception, so that no test swallows it.

    Attributes:
        status: timeout, crashed or failed. message: what happened, a clause.
    """

    def __init__(self, status: str, message: str):
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True)
class Trouble:
    """Why a cell did not run to its end."""

    status: str
    message: str


class Examinee:
    """The learner's process, as the examiner holds it: started, asked, ended."""

    def __init__(self, zygote: Zygote, limits: Limits, mode: str, deadline: float):
        self._limits, self._deadline = limits, deadline
        self._process: Process | None = zygote.spawn("examinee", limits=limits.model_dump(), mode=mode)
        try:
            _, missing = wire.receive(self._process.work, time.monotonic() + 30)
        except wire.WireError:
            self.end()
            raise DeepDaysError(
                "The sandbox could not be entered. `deepdays doctor` tells what this machine lacks."
            ) from None
        if missing and mode == REQUIRED:
            self.end()
            lacking = "; ".join(MECHANISMS[name] for name in missing)
            raise DeepDaysError(
                f"This machine cannot lock learners' code in: it lacks {lacking}. "
                "Grade on a Linux machine that has it, or pass --sandbox=best-effort if you trust the submissions."
            )

    def exchange(self, message, answer_callback):
        """Send a request, answer callbacks, return the reply; raises Lost."""
        deadline = min(time.monotonic() + self._limits.seconds_per_call, self._deadline)
        if self._process is None:
            raise Lost(verdicts.CRASHED, "the process had already ended")
        try:
            wire.send(self._process.work, message, deadline)
            while True:
                reply = wire.receive(self._process.work, deadline)
                if not isinstance(reply, list) or not reply or reply[0] != "callback":
                    return reply
                wire.send(self._process.work, answer_callback(*reply[1:]), deadline)
        except wire.TimedOut:
            self.end()
            raise Lost(verdicts.TIMEOUT, self._out_of_time()) from None
        except wire.Closed:
            raise Lost(verdicts.CRASHED, self._how_it_ended()) from None
        except (wire.WireError, TypeError, ValueError, IndexError) as error:
            self.end()
            raise Lost(verdicts.FAILED, f"sent {error}") from None

    def _out_of_time(self) -> str:
        if time.monotonic() >= self._deadline:
            return f"the {self._limits.seconds:g} s for the whole notebook were used up"
        return f"did not finish within {self._limits.seconds_per_call:g} s; is there a loop that never ends?"

    def _how_it_ended(self) -> str:
        status = self._process.how_it_ended()
        self.end()
        if status is None:
            return "the process stopped answering"
        if status < 0:
            return f"the process was killed by signal {-status}"
        return f"the process ended itself with exit status {status}"

    @property
    def alive(self) -> bool:
        return self._process is not None

    def end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


class Examination:
    """One submission of one day, examined exercise by exercise.

    Args:
        cells: the submission's exercise, demo and extra cells in notebook order.
    """

    def __init__(self, day: Day, cells: tuple[SubmittedCell, ...], zygote: Zygote, limits: Limits, mode: str):
        self.day, self._zygote, self._limits, self._mode = day, zygote, limits, mode
        self._deadline = time.monotonic() + limits.seconds
        self._submitted = {cell.name for cell in cells if cell.kind == "exercise"}
        self._unanswered = {exercise.name for exercise in day.exercises if _is_stub(exercise, cells)}
        self._schedule = schedule(day, needed_cells(day, cells))
        self._troubles: dict[int, Trouble] = {}
        self._examinee: Examinee | None = None

    def results(self, diagnose=None, only: str | None = None):
        """Yield one ExerciseResult an exercise, in the day's order.

        Args:
            diagnose: called with a failed exercise and a fresh session; returns a hint or None.
            only: the one exercise to examine; all if None.
        """
        try:
            for exercise in self.day.exercises:
                if only not in (None, exercise.name):
                    continue
                started = time.monotonic()
                status, message = self._verdict(exercise)
                points = exercise.test.points if status == verdicts.PASSED else 0.0
                seconds = round(time.monotonic() - started, 4)
                hint = self._hint(exercise, diagnose) if diagnose and status in _DIAGNOSED else None
                yield ExerciseResult(exercise.name, points, exercise.test.points, status, message, hint, seconds)
        finally:
            self.end()

    def _hint(self, exercise: Exercise, diagnose) -> str | None:
        if self._cell_trouble(exercise.name):
            return None
        try:
            return diagnose(exercise, self.session())
        except (Lost, wire.WireError):
            self.end()
            return None

    def end(self) -> None:
        if self._examinee is not None:
            self._examinee.end()

    def session(self) -> Session:
        """A conversation with a running examinee in which every cell that can run has run."""
        if self._examinee is None or not self._examinee.alive:
            self._start()
        return Session(self._examinee.exchange)

    def _verdict(self, exercise: Exercise) -> tuple[str, str]:
        if exercise.name not in self._submitted:
            return verdicts.MISSING, f"the cell of `{exercise.name}` is not in the notebook"
        if exercise.name in self._unanswered:
            return verdicts.UNANSWERED, "the cell is as it was handed out"
        try:
            session = self.session()
        except Lost as lost:
            return lost.status, lost.message
        trouble = self._cell_trouble(exercise.name)
        if trouble:
            return trouble.status, trouble.message
        namespace = run_setup(self.day)
        return self._run_test(exercise, session, namespace)

    def _run_test(self, exercise: Exercise, session: Session, namespace: dict) -> tuple[str, str]:
        try:
            session.begin(SEED)
            absent = bind_names(self.day, exercise, session, namespace)
            own = [name for name in absent if name in exercise.names]
            if own:
                return (
                    verdicts.MISSING,
                    f"`{own[0]}` is not defined after the cell of `{exercise.name}` has run",
                )
            exec(test_code(self.day, exercise), namespace)
            return verdicts.PASSED, ""
        except Lost as lost:
            return lost.status, _with_call(session, lost.message)
        except LearnerError as error:  # also when the test asserts: the learner's own AssertionError is no verdict
            return self._raised(session, error)
        except wire.WireError as error:
            self.end()
            return verdicts.FAILED, _with_call(session, f"it sent {error}")
        except Unusable as error:
            return verdicts.FAILED, _with_call(session, str(error))
        except AssertionError as error:
            return verdicts.FAILED, _with_outcome(session, str(error) or "the result is not what was due")
        except Exception as error:
            if isinstance(error, NameError) and error.name in self._all_names():
                return verdicts.ERROR, f"it builds on `{error.name}`, which is not defined"
            return verdicts.FAILED, _with_outcome(session, f"the test could not use that ({_sentence(error)})")

    def _raised(self, session: Session, error: LearnerError) -> tuple[str, str]:
        place = error.place
        if error.kind == "NotImplementedError" and place and place[0] in self._unanswered:
            return verdicts.ERROR, f"it builds on `{place[0]}`, which has no answer yet"
        where = f", in line {place[1]} of the cell `{place[0]}`: {place[2]}" if place else ""
        text = f": {error.text}" if error.text else ""
        return verdicts.ERROR, _with_call(session, f"raised {error.kind}{text}{where}")

    def _all_names(self) -> set[str]:
        return {name for exercise in self.day.exercises for name in exercise.names}

    def _cell_trouble(self, name: str) -> Trouble | None:
        found = [
            trouble for index, trouble in self._troubles.items() if self._schedule[index].name == name
            and self._schedule[index].kind == "exercise"
        ]  # fmt: skip
        return found[-1] if found else None

    def _start(self) -> None:
        """Start an examinee and run the cells; a cell that ends the process is left out of the next one."""
        while True:
            self._examinee = Examinee(self._zygote, self._limits, self._mode, self._deadline)
            session = Session(self._examinee.exchange)
            for index, cell in enumerate(self._schedule):
                if index in self._troubles and self._troubles[index].status != verdicts.ERROR:
                    continue
                try:
                    session.begin(SEED)
                    session.run(cell.source, cell.name or cell.kind)
                except Lost as lost:
                    if cell.kind in ("setup", "fixture") or time.monotonic() >= self._deadline:
                        raise
                    self._troubles[index] = Trouble(lost.status, f"running the cell: {lost.message}")
                    break
                except LearnerError as error:
                    if cell.kind in ("setup", "fixture"):
                        raise DayError(
                            f"in the sandbox the cell `{cell.name}` raised {error.kind}: {error.text}",
                            "It must run on its own, without a network, a terminal or other programs.",
                            self.day.path,
                        ) from None
                    self._troubles[index] = Trouble(verdicts.ERROR, _cell_error(cell, error))
            else:
                return


def schedule(day: Day, cells: list[SubmittedCell]) -> list[SubmittedCell]:
    """All cells to run, in order: each exercise after the set-up and fixture cells that the day puts before it."""
    locked = [(index, cell) for index, cell in enumerate(day.cells) if cell.kind in ("setup", "fixture")]
    position = {cell.name: index for index, cell in enumerate(day.cells) if cell.kind == "exercise"}
    ordered = []
    for index, cell in enumerate(cells):
        following = (position[other.name] for other in cells[index:] if other.kind == "exercise")
        limit = next(following, len(day.cells))
        while locked and locked[0][0] < limit:
            ordered.append(_as_submitted(locked.pop(0)[1]))
        ordered.append(SubmittedCell(cell.kind, cell.name, plain_python(cell.source)))
    return ordered + [_as_submitted(cell) for _, cell in locked]


def _as_submitted(cell: Cell) -> SubmittedCell:
    return SubmittedCell(cell.kind, cell.id, cell.source)


def run_setup(day: Day) -> dict:
    """The examiner's own namespace: the set-up cells, fresh for every test."""
    namespace = {"__name__": "__test__", assertions.EXPLAIN: assertions.explain_comparison}
    for cell in day.cells:
        if cell.kind == "setup":
            try:
                exec(compiled(cell.source, f"{day.path.name}:{cell.id}"), namespace)
            except Exception as error:
                raise DayError(
                    f"the set-up cell raised {_sentence(error)}",
                    "Set-up must run on its own, without a network.",
                    day.path,
                    cell.line,
                    cell.kind,
                ) from error
    return namespace


def bind_names(day: Day, exercise: Exercise, session: Session, namespace: dict) -> list[str]:
    """Put the learner's names that the test uses into its namespace; returns those that are not defined."""
    loaded = {node.id for node in ast.walk(ast.parse(exercise.test.source)) if isinstance(node, ast.Name)}
    offered = [name for other in day.exercises for name in other.names]
    offered += [name for cell in day.cells if cell.kind == "fixture" for name in bound_names(cell.source)]
    offered += exercise.test.uses
    absent = []
    for name in dict.fromkeys(offered):
        if name in loaded:
            try:
                namespace[name] = session.name(name)
            except NameError:
                absent.append(name)
    return absent


_CODE: dict[tuple[str, str], object] = {}


def compiled(source: str, filename: str):
    key = (filename, source)
    if key not in _CODE:
        _CODE[key] = compile(source, filename, "exec")
    return _CODE[key]


def test_code(day: Day, exercise: Exercise):
    """The compiled test, its bare assertions explained."""
    key = (f"{day.path.name}:test_{exercise.name}", exercise.test.source)
    if key not in _CODE:
        _CODE[key] = assertions.explained(exercise.test.source, key[0])
    return _CODE[key]


def _is_stub(exercise: Exercise, cells) -> bool:
    own = [cell.source for cell in cells if cell.kind == "exercise" and cell.name == exercise.name]
    return bool(own) and all(same_code(source, exercise.stub) for source in own)


def _cell_error(cell: SubmittedCell, error: LearnerError) -> str:
    where = f" in line {error.place[1]}: {error.place[2]}" if error.place else ""
    return f"running the cell raised {error.kind}: {error.text}{where}"


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _with_call(session: Session, message: str) -> str:
    return f"{session.calls[-1]}: {message}" if session.calls else message


def _with_outcome(session: Session, message: str) -> str:
    return f"{message}\nLast call: {session.calls[-1]} {session.outcomes[-1]}" if session.calls else message
