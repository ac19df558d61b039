"""Grading many submissions: a few threads, each with an examiner that examines one submission after another."""

import contextlib
import queue
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from autograder.day import Day, Exercise
from autograder.days.earlier import needed_modules
from autograder.engine import wire
from autograder.engine.client import Process, Zygote
from autograder.engine.clock import PATIENCE
from autograder.engine.limits import Limits
from autograder.engine.sandbox import REQUIRED
from autograder.errors import DeepDaysError
from autograder.grading.recordings import Recordings
from autograder.notebooks.reading import Ungradable, read_submission
from autograder.result import ExerciseResult, Outcome, Result, Status
from autograder.submission import Submission, SubmittedCell, SubmittedDay
from deepdays.devices import cores

Job = TypeVar("Job")
Made = TypeVar("Made")

UNCERTAIN = (Status.TIMEOUT, Status.CRASHED)
LOST = "the examiner itself went away while it examined this; grade again"
ENDLESS = "the test did not come to an end with what it was given"
_OF_SKLEARN = re.compile(r"\b(sklearn|scipy|dd\.data)\b")  # some data sets are made with the help of both
_GRACE_SECONDS = 60  # on top of a submission's time: for the first use of a library, and for diagnosis


@dataclass(frozen=True)
class Settings:
    """How to grade.

    Attributes:
        limits: overrides of the limits, on top of the day's own.
        mode: `required` refuses to run code where the sandbox is incomplete, `best-effort` does what it can.
        workers: examiners at work at once; each keeps about one core busy.
        backend: Keras's backend.
        account: what the warm process counts the processor time under.
        follow_through: whether an answer that fails only through an earlier one earns its points.
    """

    limits: tuple[tuple[str, float], ...] = ()
    mode: str = REQUIRED
    workers: int = field(default_factory=cores)
    backend: str = "tensorflow"
    account: str = ""
    follow_through: bool = False


def warm_process(day: Day, settings: Settings) -> Zygote:
    """The warm process that a day's examiners and examinees are forked from."""
    return Zygote(_flavour(day), settings.backend, account=settings.account)


def _flavour(day: Day) -> str:
    """What a day's warm process has imported: no more than its examinations need, since each fork copies it."""
    if day.backend != "numpy":
        return "keras"
    sources = [cell.source for cell in day.cells if cell.kind.is_given]
    sources += [source for exercise in day.exercises for source in (exercise.answer, exercise.test.source)]
    return "sklearn" if any(map(_OF_SKLEARN.search, sources)) else "numpy"


@dataclass(frozen=True)
class Graded:
    """A submission, its result, and what its notebook holds: None if it could not be read."""

    submission: Submission
    result: Result
    notebook: SubmittedDay | None

    @classmethod
    def elsewhere(cls, day: Day, submission: Submission, result: Result) -> "Graded":
        """One whose result is of an earlier run or of another machine; the notebook is read now."""
        notebook = None
        if result.status == Outcome.GRADED:
            with contextlib.suppress(Ungradable):
                notebook = read_submission(submission, day)
        return cls(submission, result, notebook)

    @classmethod
    def ungraded(cls, day: Day, submission: Submission, status: Outcome, message: str) -> "Graded":
        """One that can't be examined."""
        return cls(submission, Result(day.number, submission.student, day.max_score, status, (), message), None)

    @classmethod
    def failed(cls, day: Day, submission: Submission, problem: str) -> "Graded":
        """One for which the grading itself failed; nothing is stored of it."""
        return cls.ungraded(day, replace(submission, problem=problem), Outcome.UNREADABLE, problem)


def grade_submissions(day: Day, submissions: Sequence[Submission], settings: Settings) -> Iterator[Graded]:
    """Grade submissions side by side; `side_by_side` says how they come. A bad submission is a Result."""
    return (graded for _, graded in side_by_side(day, settings, submissions, _grade_apart))


def _grade_apart(grader: "Grader", submission: Submission) -> Graded:
    """A submission graded; whatever it brings about in the grader itself is its own row, and stops nobody else's."""
    try:
        return grader.grade(submission)
    except DeepDaysError:
        raise
    except Exception as error:
        return Graded.failed(grader.day, submission, failing(error))


def failing(error: Exception) -> str:
    """What is said of a submission at which the grader itself failed."""
    return f"the grader itself failed on it ({type(error).__name__}: {error}). Please report that."


def side_by_side(
    day: Day, settings: Settings, jobs: Sequence[Job], work: Callable[["Grader", Job], Made]
) -> Iterator[tuple[Job, Made]]:
    """Do jobs on a few graders, from now on; the iterator waits for each and gives it with what came of it.

    Args:
        work: called in a thread of the grader's own.

    Returns:
        (job, outcome) in the order in which they are done.

    Raises:
        DeepDaysError: a limit is wrong; from the iterator, if this machine cannot grade at all.
    """
    graders = [Grader(day, settings) for _ in range(min(settings.workers, len(jobs)))]
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    done: queue.SimpleQueue = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    stopping = threading.Event()

    def serve(grader: Grader) -> None:
        with grader:
            while not stopping.is_set():
                try:
                    job = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    done.put((job, work(grader, job), None))
                except BaseException as error:
                    done.put((job, None, error))

    for grader in graders:
        threading.Thread(target=serve, args=(grader,), daemon=True).start()
    return _as_they_are_done(len(jobs), done, stopping)


def _as_they_are_done(count: int, done: queue.SimpleQueue, stopping: threading.Event) -> Iterator:
    try:
        for _ in range(count):
            job, outcome, error = done.get()
            if error is not None:
                raise error
            yield job, outcome
    finally:
        stopping.set()


class Grader:
    """Grades submissions of one day, one at a time, with an examiner of its own.

    Attributes:
        day: which it grades.
    """

    def __init__(self, day: Day, settings: Settings):
        self.day, self._settings = day, settings
        self._zygote = warm_process(day, settings)
        limits = Limits().overridden(day.limits, day.path.name)
        self._limits = limits.overridden(dict(settings.limits), "the command line")
        self._recordings = Recordings(day, settings.backend)
        self._earlier = [list(item) for item in needed_modules(day.needs_code).items()]
        self._examiner: Process | None = None

    def __enter__(self) -> "Grader":
        return self

    def __exit__(self, *_) -> None:
        self._hang_up()

    def grade(self, submission: Submission) -> Graded:
        """Grade one submission; the result is the same for the same bytes.

        What ended by a signal or took too long is tried once more, since the machine may be to blame.
        """
        facts = self.day.number, submission.student, self.day.max_score
        try:
            notebook = read_submission(submission, self.day)
        except Ungradable as problem:
            return Graded.ungraded(self.day, submission, problem.status, str(problem))
        exercises = self.examine(notebook.cells, files=submission.files)
        for each in exercises:
            if each.status in UNCERTAIN:
                (second,) = self.examine(notebook.cells, only=each.name, files=submission.files)
                exercises = tuple(second if one.name == each.name else one for one in exercises)
        return Graded(submission, Result(*facts, Outcome.GRADED, tuple(map(self._credited, exercises))), notebook)

    def _credited(self, exercise: ExerciseResult) -> ExerciseResult:
        """The verdict with its points, where what is right by itself earns them."""
        if self._settings.follow_through and exercise.right_by_itself:
            return replace(exercise, points=exercise.max_points)
        return exercise

    def examine(
        self,
        cells: Iterable[SubmittedCell],
        diagnose: bool = True,
        only: str | None = None,
        files: Iterable[tuple[str, bytes]] = (),
    ) -> tuple[ExerciseResult, ...]:
        """Examine cells as a submission's.

        Args:
            diagnose: whether to look for the hint that a wrong answer deserves.
            only: the one exercise to examine; all if None.
            files: the modules that the cells may import, names and contents.
        """
        listed = [[cell.kind, cell.name, cell.source] for cell in cells], [list(file) for file in files]
        due = [exercise for exercise in self.day.exercises if only in (None, exercise.name)]
        results: dict[str, ExerciseResult] = {}
        while len(results) < len(due):  # an examiner that goes away costs one exercise; another goes on
            left = [exercise for exercise in due if exercise.name not in results]
            try:
                self._ask(listed, diagnose, [exercise.name for exercise in left], results)
            except wire.WireError as error:
                self._hang_up()
                lost = [exercise for exercise in left if exercise.name not in results]
                results |= {each.name: _lost(each, isinstance(error, wire.TimedOut)) for each in lost[:1]}
        return tuple(results[exercise.name] for exercise in due)

    def _ask(
        self, submitted: tuple[list, list], diagnose: bool, names: list[str], results: dict[str, ExerciseResult]
    ) -> None:
        """Have the examiner examine exercises, and add their results one by one."""
        if self._examiner is None:
            zygote = self._zygote
            self._examiner = zygote.spawn(
                "examiner", flavour=zygote.flavour, backend=zygote.backend, zygote_path=str(zygote.path)
            )
        limits = [list(item) for item in self._limits.model_dump().items()]
        source = [str(self.day.path.resolve()), self.day.content]
        task = [*source, self._earlier, *submitted, limits, self._settings.mode, diagnose, names]
        wire.send(self._examiner.work, task)
        while True:
            left = wire.within(self._limits.seconds * PATIENCE + _GRACE_SECONDS)
            match wire.receive(self._examiner.work, left):
                case ["exercise", *result]:
                    found = ExerciseResult.of(*result)
                    results[found.name] = found
                case ["recall", str(name)]:
                    kept = self._recordings.get(name)
                    wire.send(self._examiner.work, None if kept is None else wire.Block(kept))
                case ["keep", str(name), wire.Block(data=data)]:
                    self._recordings.put(name, bytes(data))
                case ["error", str(text)]:
                    raise DeepDaysError(text)
                case _:
                    return

    def _hang_up(self) -> None:
        if self._examiner is not None:
            self._examiner.end()
            self._examiner = None


def _lost(exercise: Exercise, timed_out: bool) -> ExerciseResult:
    """The verdict on an exercise during whose test the examiner went away or came to no end."""
    status, message = (Status.TIMEOUT, ENDLESS) if timed_out else (Status.CRASHED, LOST)
    return ExerciseResult(exercise.name, 0.0, exercise.test.points, status, message)
