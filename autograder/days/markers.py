"""A day's source split into cells, each with its marker read and its line known."""

import keyword
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.basics.nearest import nearest
from autograder.day import Kind
from autograder.errors import DayError

KINDS = {"[markdown]": Kind.MARKDOWN} | {
    kind.value: kind for kind in Kind if kind not in (Kind.MARKDOWN, Kind.COLAB, Kind.EXTRA)
}
TEST_OPTIONS = ("points", "uses")

_PERCENT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
_CANDIDATE = re.compile(r"^\s*#\s*(?=%%)")
_NUMBERED = re.compile(r'%% (?:\[markdown\] )?\{"line": (\d+)\}')
_MakeError = Callable[[str, str], DayError]
_LONGEST_NAME = 59  # nbformat allows 64 characters in a cell id, and a test's is `test_NAME`


@dataclass(frozen=True)
class MarkedCell:
    """One cell as it stands in the file.

    Attributes:
        name: the exercise it belongs to, empty for the kinds without one.
        points: a test's points, 0 elsewhere.
        uses: the demo names a test asks for.
        source: the text below the marker; markdown without its comment signs.
        path, line: the day's file and the 1-based line of the marker.
    """

    kind: Kind
    name: str
    points: float
    uses: tuple[str, ...]
    source: str
    path: Path
    line: int

    def error(self, problem: str, mend: str, at: int = 0) -> DayError:
        """The error for line `at` of the source, or for the marker itself (0)."""
        cell = f"{self.kind}: {self.name}" if self.name else self.kind
        return DayError(problem, mend, self.path, self.line + at, cell)


def uncommented(line: str) -> str:
    """A line of commented YAML as YAML, which allows no tab at its start."""
    text = line.removeprefix("#").removeprefix(" ")
    body = text.lstrip("\t")
    return "  " * (len(text) - len(body)) + body


def split_cells(path: Path, lines: list[str], start: int) -> list[MarkedCell]:
    """Split a day into its cells.

    Jupytext decides where cells begin and end, so that the file means here what it means in JupyterLab.
    It is handed every marker's line number as the cell's metadata in place of the marker's own text.

    Args:
        path: the day's file, for messages.
        lines: all of the file's lines.
        start: how many of them are front matter.

    Raises:
        DayError: a marker is malformed, or there is text outside the cells.
    """
    import jupytext  # takes most of a second, which reading front matter alone need not pay

    first = next((n for n in range(start, len(lines)) if lines[n].strip()), None)
    if first is None:
        raise DayError("the day has no cells", "Begin one with `# %% [markdown]`.", path, len(lines))
    if not _CANDIDATE.match(lines[first]):
        mend = "Put it in a cell: begin it with a marker such as `# %% setup`."
        raise DayError("there is text before the first cell", mend, path, first + 1)

    numbered, markers = _numbered(lines, first)
    cells: list[MarkedCell] = []
    for cell in jupytext.reads("\n".join(numbered), fmt=_PERCENT).cells:
        if "line" not in cell.metadata:
            mend = "Begin every cell with a `# %%` marker of this format."
            raise DayError("a cell below has a marker of another format", mend, path, cells[-1].line)
        line = cell.metadata["line"]
        source = _NUMBERED.sub(lambda match: markers.get(int(match[1]), match[0]), cell.source).rstrip()
        cells.append(MarkedCell(*_read_marker(lines[line - 1], path, line), source, path, line))
    _check_markdown(cells, lines)
    return cells


def _numbered(lines: list[str], first: int) -> tuple[list[str], dict[int, str]]:
    """The lines from `first` on with line numbers for markers, and by those the texts they stand for."""
    numbered, markers = lines[first:], {}
    for index, line in enumerate(numbered):
        if candidate := _CANDIDATE.match(line):
            number = first + index + 1
            markers[number] = line[candidate.end() :]
            markdown = "[markdown] " if "[markdown]" in line else ""
            numbered[index] = f'{candidate[0]}%% {markdown}{{"line": {number}}}'
    return numbered, markers


def _read_marker(line: str, path: Path, number: int) -> tuple[Kind, str, float, tuple[str, ...]]:
    """A marker as (kind, name, points, uses)."""
    head, *options = (part.strip() for part in line.partition("%%")[2].split(","))
    word, colon, name = (part.strip() for part in head.partition(":"))

    def error(problem: str, mend: str) -> DayError:
        return DayError(problem, mend, path, number, cell=head)

    if not line.startswith("# %% "):
        raise error("a marker is misspelt", "Write it as `# %% KIND`, from the start of the line.")
    if word not in KINDS:
        raise error(f"`{word}` is not a kind of cell", nearest(word, KINDS))
    kind = KINDS[word]
    if not kind.is_named:
        if colon or options:
            raise error(f"a {kind} cell has nothing after its kind", f"Write `# %% {word}`.")
        return kind, "", 0.0, ()
    if not _is_identifier(name):
        mend = f"Write `# %% {word}: NAME`, with the name of the function as in Python."
        raise error(f"`{name}` is not a name for an exercise", mend)
    if kind != Kind.TEST and options:
        raise error(f"a cell of kind {word} takes no options", f"Write `# %% {word}: {name}`.")
    points, uses = _test_options(name, options, error) if kind == Kind.TEST else (0.0, ())
    return kind, name, points, uses


def _test_options(name: str, options: list[str], error: _MakeError) -> tuple[float, tuple[str, ...]]:
    given = {}
    for option in options:
        key, equals, value = (part.strip() for part in option.partition("="))
        if not equals:
            mend = f"Write `# %% test: {name}, points=3, uses=name1 name2`."
            raise error(f"`{option}` is not an option of the form key=value", mend)
        if key not in TEST_OPTIONS:
            raise error(f"a test has no option `{key}`", nearest(key, TEST_OPTIONS))
        if key in given:
            raise error(f"the option `{key}` is given twice", "Keep one of them.")
        given[key] = value
    if "points" not in given:
        raise error("the test says no points", f"Write `# %% test: {name}, points=3`.")
    uses = tuple(given.get("uses", "").split())
    if "uses" in given and not all(map(str.isidentifier, uses or [""])):
        mend = "Write `uses=name1 name2`, names with spaces between."
        raise error(f"`uses={given['uses']}` is not a list of names", mend)
    return _points(given["points"], error), uses


def _points(text: str, error: _MakeError) -> float:
    try:
        points = float(text)
    except ValueError:
        points = math.nan
    if not 0 < points < math.inf:
        raise error("the points are not a number above 0", f"Write `points=3`. Received: {text}")
    return points


def _is_identifier(name: str) -> bool:
    plain = name.isidentifier() and name.isascii() and len(name) <= _LONGEST_NAME
    return plain and not keyword.iskeyword(name)


def _check_markdown(cells: list[MarkedCell], lines: list[str]) -> None:
    ends = [cell.line - 1 for cell in cells[1:]] + [len(lines)]
    for cell, end in zip(cells, ends, strict=True):
        if cell.kind == Kind.MARKDOWN:
            for at, line in enumerate(lines[cell.line : end], 1):
                if line.strip() and not line.startswith("#"):
                    mend = "Begin it with `# `, or open a code cell before it."
                    raise cell.error("a line of markdown is not a comment", mend, at)
