"""No paragraph is told twice, in one day or in two."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from autograder.day import Day
from autograder.linting.finding import Problem
from autograder.linting.text import markdown, passages, raw_markdown

WORDS = 15  # a shorter one may well come twice


def problems(day: Day, root: Path) -> Iterator[Problem]:
    others = [path for path in sorted(day.path.parent.glob("day_*.py")) if path.name != day.path.name]
    elsewhere = {
        key: (path.name, line) for path in others for key, line in _told(path, path.stat().st_mtime_ns).items()
    }
    here: dict[str, int] = {}
    for passage in passages(markdown(day)):
        if (key := _key(passage.text)) is None:
            continue
        if key in here:
            yield Problem(passage.line, f"this paragraph is already in line {here[key]}", "Tell it once.")
        if key in elsewhere:
            name, line = elsewhere[key]
            yield Problem(passage.line, f"this paragraph is also in {name}:{line}", "Tell it once, and cite that day.")
        here.setdefault(key, passage.line)


def _key(text: str) -> str | None:
    """What two tellings of a paragraph have in common; None for what is too short to count."""
    words = re.findall(r"\w+", text.lower())
    return " ".join(words) if len(words) >= WORDS else None


@cache
def _told(path: Path, changed: int) -> dict[str, int]:
    """The line of each paragraph of a file, which was `changed` then; it need not be whole to be looked through."""
    told = ((_key(passage.text), passage.line) for passage in passages(raw_markdown(path.read_text(encoding="utf-8"))))
    return {key: line for key, line in told if key}
