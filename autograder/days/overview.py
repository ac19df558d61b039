"""The days there are, from their front matter alone: quick, whatever their number."""

from dataclasses import dataclass
from pathlib import Path

from autograder.days.frontmatter import read_front_matter
from autograder.project import find_days


@dataclass(frozen=True)
class DayInfo:
    """What a list of days shows: `slug` is the file's name without `.py`, `minutes` how long a learner needs,
    `needs_code` the days whose answers it imports."""

    number: int
    title: str
    week: int
    minutes: int
    slug: str
    path: Path
    needs_code: tuple[int, ...] = ()


def all_days(root: Path) -> list[DayInfo]:
    """Every day of the project, in order."""
    return [day_info(path) for path in find_days(root)]


def day_info(path: Path) -> DayInfo:
    """What there is to say of the day in that file."""
    front, _ = read_front_matter(path, path.read_text(encoding="utf-8").splitlines())
    needs_code = tuple(front.needs_code)
    return DayInfo(front.day, front.title, front.week, front.minutes, path.stem, path, needs_code)
