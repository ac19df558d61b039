"""Which day a learner's notebook is of, also where an editor has stripped what said so."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.days.overview import DayInfo, all_days, day_info
from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.notebooks.plain import grade_id
from autograder.notebooks.reading import Ungradable, bound_names, parse_notebook, source_of, stated_day
from autograder.project import day_path, notebook_name

_SLUG = re.compile(r"day_\d{3}_\w+")


def identify(root: Path, notebook: Path, content: bytes) -> DayInfo:
    """The day of a notebook: what its metadata say, else its links, title, grade ids, functions or file name.

    Raises:
        DeepDaysError: it is no notebook, nothing tells its day, or its name says another day than its content.
    """
    try:
        parsed = parse_notebook(content)
    except Ungradable as problem:
        raise DeepDaysError(f"{notebook.name}: {problem}") from None
    days = all_days(root)
    named = next((info for info in days if info.slug == notebook.stem), None)
    number = stated_day(parsed)
    found = day_info(day_path(root, number)) if number is not None else _inferred(parsed, notebook, days)
    if found is None:
        raise DeepDaysError(
            f"Nothing in {notebook.name} tells which day it is. Say it with `--day`, or begin with a fresh copy: "
            "`deepdays start DAY`."
        )
    if named and named != found:
        raise DeepDaysError(
            f"{notebook.name} is named after day {named.number} but holds day {found.number}. "
            f"Rename it to {notebook_name(found.slug)}."
        )
    return found


def _inferred(parsed: dict, notebook: Path, days: list[DayInfo]) -> DayInfo | None:
    """The only day that the first sign which tells anything speaks of."""
    signs: tuple[Callable[[], Iterator[DayInfo]], ...] = (
        lambda: _linked(parsed, days),
        lambda: _titled(parsed, days),
        lambda: _holding(days, {name for cell in parsed["cells"] if (name := grade_id(cell))}),
        lambda: _holding(days, set().union(*map(bound_names, _code(parsed)))),
        lambda: (info for info in days if f"day_{info.number:03d}" in notebook.stem),
    )
    for sign in signs:
        found = list(dict.fromkeys(sign()))
        if len(found) == 1:
            return found[0]
    return None


def _linked(parsed: dict, days: list[DayInfo]) -> Iterator[DayInfo]:
    """The days whose notebooks the first text links to; further down, links lead to other days."""
    texts = [source_of(cell) for cell in parsed["cells"] if cell["cell_type"] == "markdown"]
    slugs = set(_SLUG.findall(texts[0])) if texts else set()
    return (info for info in days if info.slug in slugs)


def _titled(parsed: dict, days: list[DayInfo]) -> Iterator[DayInfo]:
    texts = [source_of(cell) for cell in parsed["cells"] if cell["cell_type"] == "markdown"]
    headings = {line.lstrip("# ").strip() for text in texts for line in text.splitlines() if line.startswith("# ")}
    return (info for info in days if f"Day {info.number} · {info.title}" in headings)


def _holding(days: list[DayInfo], names: set[str]) -> Iterator[DayInfo]:
    """The days most of whose exercises are among these names."""
    for info in days:
        exercises = [exercise.name for exercise in read_day(info.path).exercises]
        if 2 * len(names.intersection(exercises)) > len(exercises):
            yield info


def _code(parsed: dict) -> Iterator[str]:
    return (source_of(cell) for cell in parsed["cells"] if cell["cell_type"] == "code")
