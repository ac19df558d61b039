"""What a site lists: weeks with the days that exist and those to come, exercises, symbols, papers."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.day import Cell, Day, Kind
from autograder.days.syllabus import PlannedDay, planned_days
from autograder.days.symbols import Symbol, declared
from autograder.publishing.papers import Paper


@dataclass(frozen=True)
class Entry:
    """A day in a list: as it is planned, and as it is if it exists."""

    planned: PlannedDay
    day: Day | None
    opening: str = ""


@dataclass(frozen=True)
class Week:
    """A week: its number, title and five days."""

    number: int
    title: str
    entries: tuple[Entry, ...]

    @property
    def name(self) -> str:
        """Of its page, without a suffix."""
        return f"week_{self.number:02d}"

    @property
    def days(self) -> list[Day]:
        """Those of its days that exist."""
        return [entry.day for entry in self.entries if entry.day is not None]


def weeks(root: Path, days: Iterable[Day]) -> list[Week]:
    """Every week of the plan."""
    by_number = {day.number: day for day in days}
    by_week: dict[int, list[Entry]] = {}
    for planned in planned_days(root).values():
        day = by_number.get(planned.number)
        by_week.setdefault(planned.week, []).append(Entry(planned, day, opening(day) if day else ""))
    return [Week(number, listed[0].planned.week_title, tuple(listed)) for number, listed in by_week.items()]


def opening(day: Day) -> str:
    """A day's first paragraph."""
    text = next(cell.source for cell in day.cells if cell.kind == Kind.MARKDOWN)
    return " ".join(re.split(r"\n\s*\n", re.sub(r"\A#[^\n]*\n", "", text).strip())[0].split())


@dataclass(frozen=True)
class ListedExercise:
    """An exercise in the index: its name, what its docstring opens with, its day."""

    name: str
    summary: str
    day: Day


def exercises(days: Iterable[Day]) -> list[ListedExercise]:
    """Every exercise by name."""
    found = [ListedExercise(each.name, _summary(each.stub), day) for day in days for each in day.exercises]
    return sorted(found, key=lambda each: (each.name.lower(), each.day.number))


def _summary(stub: str) -> str:
    """The first line of the first docstring in a cell."""
    for node in ast.walk(ast.parse(stub)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and (text := ast.get_docstring(node)):
            return text.split("\n\n")[0].replace("\n", " ").strip()
    return ""


@dataclass(frozen=True)
class ListedSymbol:
    """A symbol in the index: as it is written, and what it stands for on which days."""

    name: str
    meanings: Mapping[str, list[Day]]


def symbols(days: Iterable[Day]) -> list[ListedSymbol]:
    """Every symbol of the days' tables, Latin letters before Greek ones."""
    found: dict[str, dict[str, list[Day]]] = {}
    for day in days:
        for symbol in filter(_is_whole, declared(_lines(day.cells))):
            of = found.setdefault(symbol.name, {}).setdefault(symbol.meaning, [])
            if day not in of:
                of.append(day)
    order = sorted(found, key=lambda name: (name.startswith("\\"), name.strip("\\{").lower(), name))
    return [ListedSymbol(name, found[name]) for name in order]


def _is_whole(symbol: Symbol) -> bool:
    """Whether it can be set by itself; one that is declared in the middle of an expression, `[i = j]`, can't."""
    return all(symbol.name.count(left) == symbol.name.count(right) for left, right in ("()", "[]", "{}"))


def _lines(cells: Iterable[Cell]):
    text = "\n\n".join(cell.source for cell in cells if cell.kind == Kind.MARKDOWN)
    return enumerate(text.split("\n"), 1)


def papers(days: Iterable[Day]) -> dict[Paper, list[Day]]:
    """Every paper with the days that name it, by author and year."""
    found: dict[Paper, list[Day]] = {}
    for day in days:
        for text in day.papers:
            found.setdefault(Paper.of(text), []).append(day)
    return dict(sorted(found.items(), key=lambda item: (item[0].authors.lower() or "~", item[0])))
