"""A class's latest results as a file in the course: what statistics and exports are made from."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.basics.files import write_if_changed
from autograder.errors import DeepDaysError
from autograder.result import ExerciseResult, Outcome, Result

FOLDER = "results"


@dataclass(frozen=True)
class Kept:
    """One student's latest result.

    Attributes:
        result: what the grader said.
        score: what the gradebook makes of it, with what a teacher entered and what lateness cost.
        submitted_at: when it was handed in, ISO 8601 with its zone; None if nothing said so.
        returns_as: the start of the name by which an LMS gives a file back to the student; None if there is none.
    """

    result: Result
    score: float
    submitted_at: str | None = None
    returns_as: str | None = None

    def as_json(self) -> dict:
        own = {"final_score": self.score, "submitted_at": self.submitted_at, "returns_as": self.returns_as}
        return self.result.as_json() | own


def keep(course: Path, slug: str, kept: Iterable[Kept]) -> Path:
    """Write `results/SLUG.json`, an object a student."""
    text = json.dumps([each.as_json() for each in kept], indent=1, ensure_ascii=False)
    return write_if_changed(course / FOLDER / f"{slug}.json", f"{text}\n".encode("utf-8", "replace"))


def kept_results(course: Path, slug: str) -> list[Kept]:
    """The results of a day as they were last graded.

    Raises:
        DeepDaysError: the day has not been graded in this course, or the file is damaged.
    """
    path = course / FOLDER / f"{slug}.json"
    try:
        return [_kept(each) for each in json.loads(path.read_bytes())]
    except FileNotFoundError:
        raise DeepDaysError(f"{slug} has not been graded in {course}. Run `deepdays grade` first.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DeepDaysError(f"{path} is damaged: {error}. Run `deepdays grade` again, which writes it anew.") from None


def graded_days(course: Path) -> list[str]:
    """The slugs of the days that have been graded in a course, in order."""
    return sorted(path.stem for path in (course / FOLDER).glob("day_*.json"))


def _kept(data: dict) -> Kept:
    result = Result(
        day=data["day"],
        student=data["student"],
        max_score=data["max_score"],
        status=Outcome(data["status"]),
        exercises=tuple(ExerciseResult.of(**each) for each in data["exercises"]),
        message=data["message"],
        note=data["note"],
    )
    return Kept(result, data["final_score"], data["submitted_at"], data["returns_as"])
