"""How a verdict is said to people: a sign, a word, the points."""

from autograder.result import (
    CRASHED,
    ERROR,
    FAILED,
    GRADED,
    MISSING,
    PASSED,
    TIMEOUT,
    UNANSWERED,
    UNREADABLE,
    WRONG_DAY,
    ExerciseResult,
    Result,
)

SIGNS = {
    PASSED: "✓",
    FAILED: "✗",
    ERROR: "!",
    TIMEOUT: "∞",
    CRASHED: "†",
    MISSING: "?",
    UNANSWERED: "–",
}
WORDS = {
    PASSED: "passed",
    FAILED: "wrong result",
    ERROR: "raised an error",
    TIMEOUT: "took too long",
    CRASHED: "crashed",
    MISSING: "missing",
    UNANSWERED: "no answer",
    GRADED: "graded",
    UNREADABLE: "could not be read",
    WRONG_DAY: "notebook of another day",
}


def points(value: float) -> str:
    """Points without needless digits: 3, 2.5."""
    return f"{round(value, 2):g}"


def verdict(result: Result, name: str) -> ExerciseResult | None:
    """The result of one exercise; None if the submission was not graded."""
    return next((exercise for exercise in result.exercises if exercise.name == name), None)
