"""How far a learner is: one small file in the user's data folder."""

import json
import os
from datetime import date
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from autograder.basics.files import write_file
from deepdays.standing import progress_file


class DayProgress(BaseModel):
    """A day's best result; `finished` is when all points were first reached."""

    score: float = 0.0
    max_score: float = 0.0
    finished: date | None = None
    hints: dict[str, int] = Field(default_factory=dict)


class Progress(BaseModel):
    """Everything that is kept: results by day, and the dates on which something was checked."""

    days: dict[int, DayProgress] = Field(default_factory=dict)
    active: set[date] = Field(default_factory=set)

    def record(self, day: int, score: float, max_score: float, today: date) -> None:
        """Note a check's result; a worse one than before changes nothing but the calendar."""
        entry = self.days.setdefault(day, DayProgress())
        entry.score, entry.max_score = max(entry.score, score), max_score
        if score >= max_score > 0 and entry.finished is None:
            entry.finished = today
        self.active.add(today)

    def is_finished(self, day: int) -> bool:
        return day in self.days and self.days[day].finished is not None

    def next_hint(self, day: int, exercise: str) -> int:
        """The tier of the hint to give now, counted from 0; the next call gives the next."""
        hints = self.days.setdefault(day, DayProgress()).hints
        hints[exercise] = hints.get(exercise, -1) + 1
        return hints[exercise]


def load() -> tuple[Progress, Path | None]:
    """What was kept, and where a damaged file was moved to, if it was; it is never deleted."""
    path = progress_file()
    try:
        return Progress.model_validate_json(path.read_bytes()), None
    except FileNotFoundError:
        return Progress(), None
    except (ValidationError, UnicodeDecodeError):
        aside = path.with_suffix(".damaged.json")
        os.replace(path, aside)
        return Progress(), aside


def save(progress: Progress) -> None:
    data = progress.model_dump(mode="json")
    data["active"] = sorted(data["active"])
    write_file(progress_file(), (json.dumps(data, indent=1) + "\n").encode())
