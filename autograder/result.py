"""What grading one submission came to; the same shape in JSON, in the gradebook and on the feedback page."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Status(StrEnum):
    """What one exercise came to."""

    PASSED = "passed"
    FAILED = "failed"  # a wrong value
    ERROR = "error"  # an exception
    TIMEOUT = "timeout"
    CRASHED = "crashed"  # its process died
    MISSING = "missing"  # the cell or the name is not there
    UNANSWERED = "unanswered"  # the cell is still as handed out

    @property
    def sign(self) -> str:
        """One character for tables."""
        return _SAID[self][0]

    @property
    def words(self) -> str:
        """What people are told."""
        return _SAID[self][1]


_SAID = {
    Status.PASSED: ("✓", "passed"),
    Status.FAILED: ("✗", "wrong result"),
    Status.ERROR: ("!", "raised an error"),
    Status.TIMEOUT: ("∞", "took too long"),
    Status.CRASHED: ("†", "crashed"),
    Status.MISSING: ("?", "missing"),
    Status.UNANSWERED: ("–", "no answer"),
}


class Outcome(StrEnum):
    """What a whole submission came to; only a graded one can score."""

    GRADED = "graded"
    UNREADABLE = "unreadable"  # not a notebook
    WRONG_DAY = "wrong day"

    @property
    def words(self) -> str:
        """What people are told."""
        told = {Outcome.UNREADABLE: "could not be read", Outcome.WRONG_DAY: "notebook of another day"}
        return told.get(self, self.value)


@dataclass(frozen=True)
class ExerciseResult:
    """One exercise's verdict.

    Attributes:
        message: what was called, what came, what was due; empty if passed.
        hint: the hint of the mistake that the answer matches, or None.
        seconds: wall-clock time of its tests.
        right_by_itself: whether it fails only through an earlier exercise that it uses.
    """

    name: str
    points: float
    max_points: float
    status: Status
    message: str = ""
    hint: str | None = None
    seconds: float = 0.0
    right_by_itself: bool = False

    @classmethod
    def of(cls, name: str, points: float, max_points: float, status: str, *rest, **named) -> "ExerciseResult":
        """The verdict whose fields came as plain data."""
        return cls(name, points, max_points, Status(status), *rest, **named)


@dataclass(frozen=True)
class Result:
    """One submission's grade; `message` says why it was not graded, `note` what to know of how it was found."""

    day: int
    student: str
    max_score: float
    status: Outcome = Outcome.GRADED
    exercises: tuple[ExerciseResult, ...] = ()
    message: str = ""
    note: str | None = None

    @property
    def score(self) -> float:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def reason(self) -> str:
        """What went wrong, in one line: the first exercise lost; empty if all passed."""
        if self.message:
            return self.message
        for exercise in self.exercises:
            if exercise.status != Status.PASSED:
                return f"{exercise.name}: {exercise.hint or exercise.message}"
        return ""

    def exercise(self, name: str) -> ExerciseResult | None:
        """The verdict on one exercise; None if the submission was not graded."""
        return next((exercise for exercise in self.exercises if exercise.name == name), None)

    def as_json(self) -> dict:
        """The object that `--json` prints."""
        return {
            "day": self.day,
            "student": self.student,
            "score": self.score,
            "max_score": self.max_score,
            "status": self.status,
            "message": self.message,
            "note": self.note,
            "exercises": [asdict(exercise) for exercise in self.exercises],
        }


def points(value: float) -> str:
    """Points without needless digits: 3, 2.5."""
    return f"{round(value, 2):g}"
