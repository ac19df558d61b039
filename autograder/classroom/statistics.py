"""A class at a glance: how each exercise went, which mistakes are common, where people stop, who needs help."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import mean, median

from autograder.classroom.kept import Kept
from autograder.result import ExerciseResult, Outcome, Status

HELP_BELOW = 0.5
"""Who has a smaller share of the points is listed as needing help."""
BINS = 10


@dataclass(frozen=True)
class Mistake:
    """A mistake with a name, and whose it is."""

    hint: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class ExerciseStatistics:
    """How one exercise went.

    Attributes:
        passed, tried, unanswered: how many students; tried counts every answer.
        inherited: how many fail only through an earlier exercise; they are in nobody's mistakes.
        mean_points: over the whole class.
        mistakes: the commonest first.
        unnamed: students whose wrong answer fits no known mistake.
        stopped_here: students who answered this exercise and none after it.
    """

    name: str
    max_points: float
    passed: int
    tried: int
    unanswered: int
    inherited: int
    mean_points: float
    mistakes: tuple[Mistake, ...]
    unnamed: tuple[str, ...]
    stopped_here: tuple[str, ...]


@dataclass(frozen=True)
class DayStatistics:
    """How one day went.

    Attributes:
        handed_in, graded: how many submissions came, and how many could be graded.
        mean_score, median_score, max_score: in points, of those graded, with manual scores and penalties.
        histogram: how many students have 0 to 10%, …, 90 to 100% of the points.
        first, last: when the first and the last submission came, ISO 8601; None if nothing says so.
        need_help: students below half of the points, the lowest first. not_graded: students and why.
    """

    day: int
    handed_in: int
    graded: int
    mean_score: float
    median_score: float
    max_score: float
    histogram: tuple[int, ...]
    first: str | None
    last: str | None
    exercises: tuple[ExerciseStatistics, ...]
    need_help: tuple[str, ...]
    not_graded: dict[str, str]

    def as_json(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class TermStatistics:
    """Several days: each day's figures, and each student's points by day (None where nothing was graded)."""

    days: tuple[DayStatistics, ...]
    students: dict[str, tuple[float | None, ...]]

    def as_json(self) -> dict:
        return asdict(self)

    def total(self, student: str) -> float:
        return sum(score or 0.0 for score in self.students[student])

    @property
    def max_score(self) -> float:
        return sum(day.max_score for day in self.days)


def day_statistics(kept: Sequence[Kept]) -> DayStatistics:
    """The figures of one day's results, of at least one student."""
    graded = [each for each in kept if each.result.status == Outcome.GRADED]
    max_score = kept[0].result.max_score
    scores = [each.score for each in graded]
    times = sorted(each.submitted_at for each in kept if each.submitted_at)
    names = [exercise.name for exercise in graded[0].result.exercises] if graded else []
    low = [each for each in graded if each.score < HELP_BELOW * max_score]
    return DayStatistics(
        day=kept[0].result.day,
        handed_in=len(kept),
        graded=len(graded),
        mean_score=mean(scores) if scores else 0.0,
        median_score=median(scores) if scores else 0.0,
        max_score=max_score,
        histogram=_histogram(scores, max_score),
        first=times[0] if times else None,
        last=times[-1] if times else None,
        exercises=tuple(_exercise(graded, names, index) for index in range(len(names))),
        need_help=tuple(each.result.student for each in sorted(low, key=lambda each: each.score)),
        not_graded={each.result.student: each.result.message for each in kept if each not in graded},
    )


def commonest(day: DayStatistics) -> list[tuple[str, Mistake]]:
    """The mistakes of all exercises, each with the exercise's name, the commonest first."""
    found = [(exercise.name, mistake) for exercise in day.exercises for mistake in exercise.mistakes]
    return sorted(found, key=lambda each: -len(each[1].students))


def term_statistics(days: Sequence[Sequence[Kept]]) -> TermStatistics:
    """The figures of several days, and who has how many points on each."""
    scores = [
        {each.result.student: each.score for each in kept if each.result.status == Outcome.GRADED} for kept in days
    ]
    students = sorted({each.result.student for kept in days for each in kept}, key=str.casefold)
    return TermStatistics(
        tuple(day_statistics(kept) for kept in days),
        {student: tuple(of_day.get(student) for of_day in scores) for student in students},
    )


def _histogram(scores: Sequence[float], max_score: float) -> tuple[int, ...]:
    bins = Counter(min(BINS - 1, max(0, int(BINS * score / max_score))) for score in scores) if max_score else Counter()
    return tuple(bins[index] for index in range(BINS))


def _exercise(graded: Sequence[Kept], names: Sequence[str], index: int) -> ExerciseStatistics:
    of = {each.result.student: each.result.exercises[index] for each in graded}
    own_faults = {student: one for student, one in of.items() if _is_wrong(one) and not one.right_by_itself}
    by_hint: dict[str, list[str]] = {}
    for student, one in own_faults.items():
        by_hint.setdefault(one.hint or "", []).append(student)
    unnamed = tuple(by_hint.pop("", ()))
    mistakes = [Mistake(hint, tuple(students)) for hint, students in by_hint.items()]
    return ExerciseStatistics(
        name=names[index],
        max_points=next(iter(of.values())).max_points,
        passed=sum(one.status == Status.PASSED for one in of.values()),
        tried=sum(_is_tried(one) for one in of.values()),
        unanswered=sum(not _is_tried(one) for one in of.values()),
        inherited=sum(_is_wrong(one) and one.right_by_itself for one in of.values()),
        mean_points=mean(one.points for one in of.values()),
        mistakes=tuple(sorted(mistakes, key=lambda each: (-len(each.students), each.hint))),
        unnamed=unnamed,
        stopped_here=tuple(each.result.student for each in graded if _last_tried(each.result.exercises) == index),
    )


def _is_tried(exercise: ExerciseResult) -> bool:
    return exercise.status not in (Status.UNANSWERED, Status.MISSING)


def _is_wrong(exercise: ExerciseResult) -> bool:
    return _is_tried(exercise) and exercise.status != Status.PASSED


def _last_tried(exercises: Sequence[ExerciseResult]) -> int | None:
    """The last exercise that was answered, if some after it were not."""
    tried = [index for index, exercise in enumerate(exercises) if _is_tried(exercise)]
    return tried[-1] if tried and tried[-1] < len(exercises) - 1 else None
