"""The plan of the course, docs/syllabus.yml: what each of the 125 days teaches, asks for and builds."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from autograder.errors import DeepDaysError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class PlannedDay:
    """A day as it is planned.

    Attributes:
        number, title, slug: as in the day's file, should it exist; slug is without `day_NNN_`.
        week, week_title: where it belongs.
        teaches: terms. exercises: a line each, which opens with a name. builds: what it ends in. data: sets.
    """

    number: int
    title: str
    slug: str
    week: int
    week_title: str
    teaches: tuple[str, ...]
    exercises: tuple[str, ...]
    builds: str
    data: tuple[str, ...]


def planned_days(root: Path) -> dict[int, PlannedDay]:
    """Every day of the plan, by number; none if the project has no plan.

    Raises:
        DeepDaysError: the plan can't be understood.
    """
    path = root / "docs" / "syllabus.yml"
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=1)
def _read(path: Path, modified: int) -> dict[int, PlannedDay]:
    try:
        weeks = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)["weeks"]
        days = [_planned(week, day) for week in weeks for day in week["days"]]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise DeepDaysError(f"{path} is not a syllabus: {error!r}. Compare it with the repository's.") from None
    return {day.number: day for day in days}


def _planned(week: dict, day: dict) -> PlannedDay:
    return PlannedDay(
        number=day["day"],
        title=day["title"],
        slug=day["slug"],
        week=week["week"],
        week_title=week["title"],
        teaches=tuple(day["teaches"]),
        exercises=tuple(day["exercises"]),
        builds=day["builds"],
        data=tuple(day["data"]),
    )
