"""One letter has one meaning: within a day's own table, and that of `docs/notation.md` where it is constant."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.day import Day
from autograder.days.notation import page
from autograder.days.symbols import Symbol, declared
from autograder.linting.finding import Problem
from autograder.linting.text import markdown, passages

_BOUND = re.compile(r"\\(?:sum|prod)\s*_\{?\s*(\\?[A-Za-z]+)(?![A-Za-z_'])")
_INDEX = re.compile(r"[a-zA-Z\\]+_\{?[ijn]\}?")
_TOO_WIDE = ("x", "X", "y")  # what goes in and what is wanted go by too many names to be compared
_STEM = 5  # as many letters tell a word
_EMPTY = {
    "the",
    "and",
    "for",
    "one",
    "each",
    "its",
    "with",
    "that",
    "from",
    "all",
    "what",
    "into",
    "goes",
    "where",
    "also",
}
_FIXED = re.compile(r"\bnumber of\b|\brate\b|\\?\(\w.*,.*\)")  # a count, a setting or an array: nothing to run over


def problems(day: Day, root: Path) -> Iterator[Problem]:
    lines = [line for passage in passages(markdown(day)) for line in passage.lines]
    table: dict[str, Symbol] = {}
    for symbol in declared(lines):
        if symbol.name in table:
            problem = f"`{symbol.name}` is declared twice, first in line {table[symbol.name].line}"
            yield Problem(symbol.line, problem, "Take another letter for one of the two.")
        table.setdefault(symbol.name, symbol)
    yield from _bound_twice(day, table)
    yield from _against_the_page(table, page(root))


def _bound_twice(day: Day, table: dict[str, Symbol]) -> Iterator[Problem]:
    """Letters of the table that a sum runs over as if they were free."""
    for passage in passages(markdown(day)):
        for found in _BOUND.finditer(passage.text):
            symbol = table.get(found[1])
            if symbol and symbol.line != passage.line and _FIXED.search(f"{symbol.meaning} {symbol.shape}"):
                problem = f"`{found[0]}` runs over `{found[1]}`, which the table calls {symbol.meaning!r}"
                yield Problem(passage.line_at(found.start()), problem, "Take another letter for the index.")


def _against_the_page(table: dict[str, Symbol], kept_page: Path) -> Iterator[Problem]:
    if not kept_page.exists():
        return
    text = kept_page.read_text(encoding="utf-8").partition("## Constant meanings")[2].partition("\n## ")[0]
    constant = {symbol.name: symbol for symbol in declared(enumerate(text.split("\n"), 1))}
    for symbol in table.values():
        kept = constant.get(symbol.name) or (constant.get(symbol.letter) if _INDEX.fullmatch(symbol.name) else None)
        if kept and kept.letter not in _TOO_WIDE and not _related(symbol.meaning, kept.meaning):
            problem = f"`{symbol.name}` is {symbol.meaning!r} here, and {kept.meaning!r} in {kept_page.name}"
            yield Problem(symbol.line, problem, f"Take another letter, or add this meaning to {kept_page.name}.")


def _related(one: str, other: str) -> bool:
    """Whether two meanings have a word in common, be it in another form."""
    pairs = itertools.product(_words(one), _words(other))
    return any(a[:length] == b[:length] for a, b in pairs if (length := min(len(a), len(b), _STEM)))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", text.lower())) - _EMPTY
