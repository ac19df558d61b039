"""The days there are, from their front matter alone: quick, whatever their number."""

from dataclasses import dataclass
from pathlib import Path

from autograder.basics.nearest import nearest
from autograder.days.frontmatter import read_front_matter
from autograder.days.reader import find_days
from autograder.errors import DeepDaysError


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
    infos = []
    for path in find_days(root):
        front, _ = read_front_matter(path, path.read_text(encoding="utf-8").splitlines())
        infos.append(
            DayInfo(front.day, front.title, front.week, front.minutes, path.stem, path, tuple(front.needs_code))
        )
    return sorted(infos, key=lambda info: info.number)


def find_day(root: Path, number: int) -> DayInfo:
    """The day of that number; DeepDaysError names the nearest if there is none."""
    days = all_days(root)
    for info in days:
        if info.number == number:
            return info
    if not days:
        raise DeepDaysError("There are no days yet.")
    raise DeepDaysError(
        f"There is no day {number}. {nearest(str(number), [str(info.number) for info in days])} "
        "`deepdays list` shows what there is."
    )
