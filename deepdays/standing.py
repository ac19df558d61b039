"""Where a learner stands: what `deepdays check` has kept, read and put into words."""

import html
import json
import os
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

WEEKS = 5


@dataclass(frozen=True)
class Standing:
    """How far a learner is; a notebook shows it as text.

    Attributes:
        finished: days with all their points.
        points, max_points: earned, and of the days begun.
        active: the dates on which something was checked.
        today: the date that the streak and the calendar end with.
        note: said in place of all this, where there is nothing to show.
    """

    finished: int = 0
    points: float = 0.0
    max_points: float = 0.0
    active: Set[date] = frozenset()
    today: date = date.min
    note: str = ""

    def __repr__(self) -> str:
        if self.note:
            return self.note
        scores = f"{_days(self.finished)} finished, {self.points:g} of {self.max_points:g} points in those begun"
        return "\n".join([scores, *diary(self.active, self.today)])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>" if not self.note else f"<p>{html.escape(self.note)}</p>"


def progress(today: date | None = None) -> Standing:
    """Where you stand: days finished, points, days in a row and the last five weeks.

    `deepdays check` keeps this in one file in your data folder; here it is only read.

    Args:
        today: the date to count from; the present one if left out.

    Returns:
        A Standing, which a notebook shows when it is the last line of a cell.
    """
    path = progress_file()
    try:
        kept = json.loads(path.read_bytes())
        days = kept["days"].values()
        return Standing(
            finished=sum(bool(day["finished"]) for day in days),
            points=sum(day["score"] for day in days),
            max_points=sum(day["max_score"] for day in days),
            active=frozenset(date.fromisoformat(text) for text in kept["active"]),
            today=today or date.today(),
        )
    except FileNotFoundError:
        return Standing(note="Nothing is on record yet. Save your notebook and run `deepdays check` in a terminal.")
    except OSError as error:
        return Standing(note=f"Your progress cannot be read from {path}: {error.strerror}.")
    except (ValueError, TypeError, KeyError, AttributeError):
        return Standing(note=f"{path} is damaged. `deepdays progress` puts it aside and begins anew.")


def progress_file() -> Path:
    """Where progress is kept; DEEPDAYS_HOME names another folder."""
    from platformdirs import user_data_dir

    folder = os.environ.get("DEEPDAYS_HOME") or user_data_dir("deepdays", appauthor=False)
    return Path(folder) / "progress.json"


def streak(active: Set[date], today: date) -> int:
    """Days in a row with a check, up to today or yesterday."""
    day = today if today in active else today - timedelta(days=1)
    length = 0
    while day in active:
        length, day = length + 1, day - timedelta(days=1)
    return length


def diary(active: Set[date], today: date) -> list[str]:
    """The days in a row, then the last five weeks, a line each: a square for a date with a check, else a dot."""
    lines = [f"{_days(streak(active, today))} in a row"]
    monday = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    for week in range(WEEKS):
        dates = [monday + timedelta(days=7 * week + offset) for offset in range(7)]
        strip = " ".join("■" if each in active else "·" if each <= today else " " for each in dates)
        lines.append(f"{dates[0]:%d %b}  {strip}")
    return lines


def _days(number: int) -> str:
    return f"{number} day{'s' * (number != 1)}"
