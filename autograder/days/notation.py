"""The part of docs/notation.md that is written by machine: what each letter stands for on which days."""

import re
from collections.abc import Iterable
from pathlib import Path

from autograder.basics.files import write_file
from autograder.days.symbols import Symbol, declared
from autograder.project import day_number, find_days

BEGIN, END = "<!-- Written by `deepdays build` from the days' own tables. -->", "<!-- Until here. -->"
_HEAD = "| letter | what it stands for (on which days) |\n|---|---|"
_ENDS = re.compile(r"[,;:(](?=(?:[^$]*\$[^$]*\$)*[^$]*$)")  # outside mathematics


def page(root: Path) -> Path:
    """The page on notation."""
    return root / "docs" / "notation.md"


def write_letters(root: Path) -> None:
    """Renew the letters in the page, if there is one."""
    if page(root).exists():
        text = page(root).read_text(encoding="utf-8")
        if (renewed := with_letters(text, root)) != text:
            write_file(page(root), renewed.encode())


def with_letters(text: str, root: Path) -> str:
    """The page's text with the letters that the days declare now."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{letters(root)}\n\n{END}{after}" if begin and end else text


def letters(root: Path) -> str:
    """A table with a row for each letter that stands for different things on different days."""
    uses: dict[str, list[tuple[int, Symbol]]] = {}
    for path in find_days(root):
        lines = (line.removeprefix("# ") for line in path.read_text(encoding="utf-8").split("\n"))
        for symbol in declared(enumerate(lines, 1)):
            if re.fullmatch(r"\\?[A-Za-z]+", symbol.letter):
                uses.setdefault(symbol.letter, []).append((day_number(path), symbol))
    rows = []
    for letter in sorted(uses, key=lambda letter: (letter.startswith("\\"), letter.lower(), letter)):
        meanings = _by_meaning(uses[letter])
        if len(meanings) > 1:
            told = "; ".join(f"{meaning} ({', '.join(map(str, days))})" for meaning, days in meanings.items())
            rows.append(f"| ${letter}$ | {told} |")
    return "\n".join([_HEAD, *rows])


def _by_meaning(uses: Iterable[tuple[int, Symbol]]) -> dict[str, list[int]]:
    """The days of each meaning, in the words of the first of them."""
    words: dict[str, str] = {}
    days: dict[str, list[int]] = {}
    for number, symbol in uses:
        meaning = _short(symbol)
        bare = re.sub(r"\b(?:the|an?) |s\b", "", meaning.lower())
        listed = days.setdefault(words.setdefault(bare, meaning), [])
        if number not in listed:
            listed.append(number)
    return days


def _short(symbol: Symbol) -> str:
    """A meaning as far as its first comma or the like; whole where several symbols share it."""
    meaning = symbol.meaning.replace("**", "")
    return _ENDS.split(meaning)[0].strip() if symbol.alone else meaning
