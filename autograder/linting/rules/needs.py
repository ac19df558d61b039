"""The front matter's `needs` are the earlier days that the text cites."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.day import Day
from autograder.linting.finding import Problem
from autograder.linting.text import key_line, markdown, passages

_CITATION = re.compile(r"\bDays?\s+(\d+(?:\s*(?:,|and|or|to|–|,\s*and)\s*\d+)*)\b")


def problems(day: Day, root: Path) -> Iterator[Problem]:
    cited = {number: line for line, number in sorted(citations(day), reverse=True) if number < day.number}
    for number in sorted(set(day.needs) - set(cited)):
        mend = "Say what it is needed for, or take it out."
        yield Problem(key_line(day, "needs"), f"`needs` names day {number}, which the text does not cite", mend)
    for number in sorted(set(cited) - set(day.needs)):
        yield Problem(cited[number], f"Day {number} is cited and not in `needs`", "Add it to the front matter.")


def citations(day: Day) -> Iterator[tuple[int, int]]:
    """(line, number) of every day that the text names: "Day 5", "Days 3 and 8", "Days 62 to 65"."""
    for passage in passages(markdown(day)):
        for found in _CITATION.finditer(passage.text):
            numbers = [int(number) for number in re.findall(r"\d+", found[1])]
            if re.search(r"to|–", found[1]):
                numbers = list(range(numbers[0], numbers[-1] + 1))
            yield from ((passage.line_at(found.start()), number) for number in numbers)
