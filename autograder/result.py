"""What grading one submission came to; the same shape in JSON, in the gradebook and on the feedback page."""

from dataclasses import asdict, dataclass, field

PASSED, FAILED, ERROR, TIMEOUT, CRASHED = "passed", "failed", "error", "timeout", "crashed"
MISSING, UNANSWERED = "missing", "unanswered"

GRADED, UNREADABLE, WRONG_DAY = "graded", "unreadable", "wrong day"


@dataclass(frozen=True)
class ExerciseResult:
    """One exercise's verdict.

    Attributes:
        status: passed, failed (a wrong value), error (an exception), timeout, crashed (its process died),
            missing (the cell or the name is not there) or unanswered (the cell is still as handed out).
        message: what was called, what came, what was due; empty if passed.
        hint: the hint of the mistake that the answer matches, or None.
        seconds: wall-clock time of its tests.
    """

    name: str
    points: float
    max_points: float
    status: str
    message: str = ""
    hint: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """One submission's grade.

    Attributes:
        status: graded, unreadable (not a notebook) or wrong day; only a graded one can score.
        message: why it was not graded; empty otherwise.
    """

    day: int
    student: str
    max_score: float
    status: str = GRADED
    exercises: tuple[ExerciseResult, ...] = field(default=())
    message: str = ""

    @property
    def score(self) -> float:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def reason(self) -> str:
        """What went wrong, in one line: the first exercise lost; empty if all passed."""
        if self.message:
            return self.message
        for exercise in self.exercises:
            if exercise.status != PASSED:
                return f"{exercise.name}: {exercise.hint or exercise.message}"
        return ""

    def as_json(self) -> dict:
        """The object that `--json` prints."""
        return {
            "day": self.day,
            "student": self.student,
            "score": self.score,
            "max_score": self.max_score,
            "status": self.status,
            "message": self.message,
            "exercises": [asdict(exercise) for exercise in self.exercises],
        }
