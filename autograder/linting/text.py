"""A day's text by passages, and the code that its notebook runs, each with its lines in the day's file."""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.day import Cell, Day, Kind

_BEGINS_A_PASSAGE = re.compile(r"(#{1,6} |[-*] |\d+\. |\||</?details>)")


@dataclass(frozen=True)
class Passage:
    """A heading, paragraph, list item or row of a table: lines of markdown with their numbers in the file."""

    lines: tuple[tuple[int, str], ...]

    @property
    def line(self) -> int:
        return self.lines[0][0]

    @property
    def text(self) -> str:
        """The lines as one, parted by single spaces."""
        return " ".join(text.strip() for _, text in self.lines)

    def line_at(self, offset: int) -> int:
        """The line of a place in `text`."""
        for number, text in self.lines:
            if offset <= len(text.strip()):
                return number
            offset -= len(text.strip()) + 1
        return self.lines[-1][0]

    @property
    def heading(self) -> str:
        """The heading's text; empty if the passage is none."""
        found = re.match(r"#{1,6} (.*)", self.text)
        return found[1].strip() if found else ""


def markdown(day: Day) -> list[Cell]:
    """The day's markdown cells."""
    return [cell for cell in day.cells if cell.kind is Kind.MARKDOWN]


def raw_markdown(source: str) -> Iterator[Cell]:
    """The markdown cells of a day's file as it stands, which may be no day yet."""
    lines = source.split("\n")
    markers = [number for number, line in enumerate(lines) if line.startswith("# %%")]
    for begin, end in itertools.pairwise([*markers, len(lines)]):
        if "[markdown]" in lines[begin]:
            text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines[begin + 1 : end])
            yield Cell(Kind.MARKDOWN, "", text, begin + 1, f"markdown-{begin + 1}")


def passages(cells: Iterable[Cell]) -> Iterator[Passage]:
    """The passages of markdown cells, in order."""
    for cell in cells:
        gathered: list[tuple[int, str]] = []
        for number, text in enumerate(cell.source.split("\n"), cell.line + 1):
            ends = not text.strip() or _BEGINS_A_PASSAGE.match(text.lstrip())
            if gathered and (ends or gathered[0][1].startswith("#")):
                yield Passage(tuple(gathered))
                gathered = []
            if text.strip():
                gathered.append((number, text))
        if gathered:
            yield Passage(tuple(gathered))


def code(day: Day) -> Iterator[tuple[Cell, ast.Module]]:
    """The cells that the notebook runs, as syntax trees."""
    for cell in day.cells:
        if cell.kind.is_python and cell.kind.is_handed_out:
            yield cell, ast.parse(cell.source)


def key_line(day: Day, key: str) -> int:
    """The line of a key of the front matter."""
    lines = day.content.decode("utf-8-sig").split("\n")
    return next((number for number, line in enumerate(lines, 1) if line.startswith(f"# {key}:")), 1)


def without_code_and_maths(text: str) -> str:
    """The text with blanks for what is no prose: code, mathematics, addresses, tags."""
    return _NO_PROSE.sub(lambda found: " " * len(found[0]), text)


_NO_PROSE = re.compile(r"`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|(?<=\])\([^)\s]*\)|https?://\S+|<[^>]+>")
