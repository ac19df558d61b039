"""A day opens with its title, what it is for, what is needed and left out, how long it takes, and its symbols."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.day import Day, Kind
from autograder.linting.finding import Problem
from autograder.linting.text import markdown, passages

HEADER = "| symbol | meaning | shape | in code |"
_PARTS = ("By the end you can", "**You will build**", "**You need**", "**Not today")
_HOURS = {"one hour": 60, "an hour": 60, "an hour and a half": 90, "two hours": 120}


def problems(day: Day, root: Path) -> Iterator[Problem]:
    if day.cells[0].kind is not Kind.MARKDOWN:
        yield Problem(day.cells[0].line, "the day does not open with text", "Begin it with a cell `# %% [markdown]`.")
        return
    opening = list(passages(day.cells[:1]))
    line, title = opening[0].line, f"Day {day.number} · {day.title}"
    if opening[0].text != f"# {title}":
        yield Problem(line, "the first line is not the day's title", f"Write `# {title}`, as in the front matter.")
    text = "\n".join(passage.text for passage in opening)
    for part in _PARTS:
        if part not in text:
            yield Problem(line, f"the opening lacks `{part}`", "Say what the day is for, needs and leaves out.")
    yield from _minutes(day, text, line)
    first = next((exercise.line for exercise in day.exercises), 0)
    if not any(HEADER in passage.text for passage in passages(markdown(day)) if passage.line < first):
        yield Problem(line, "no table declares the symbols", f"Head it `{HEADER}`, before the first exercise.")


def _minutes(day: Day, text: str, line: int) -> Iterator[Problem]:
    told = [int(number) for number in re.findall(r"\babout (\d+) minutes", text)]
    told += [minutes for words, minutes in _HOURS.items() if re.search(rf"\babout {words}\b(?! and a half)", text)]
    if not told:
        yield Problem(line, "the opening does not say how long it takes", f"Write `about {day.minutes} minutes`.")
    elif day.minutes not in told:
        problem = f"the opening says {told[0]} minutes, the front matter {day.minutes}"
        yield Problem(line, problem, "Make the two agree.")
