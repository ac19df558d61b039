"""A day's words and minutes are in range, and the opening tells the minutes of the front matter."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.day import Day
from autograder.linting.finding import Problem
from autograder.linting.text import key_line, markdown, passages, without_code_and_maths

WORDS = (1000, 3500)
MINUTES = (30, 150)


def problems(day: Day, root: Path) -> Iterator[Problem]:
    words = count_words(day)
    if not WORDS[0] <= words <= WORDS[1]:
        mend = "A day has 1,200 to 3,000: say more, or say less."
        yield Problem(1, f"the day has {words:,} words", mend)
    if not MINUTES[0] <= day.minutes <= MINUTES[1]:
        mend = f"Make it a lesson of {MINUTES[0]} to {MINUTES[1]} minutes."
        yield Problem(key_line(day, "minutes"), f"the day takes {day.minutes} minutes", mend)


def count_words(day: Day) -> int:
    """Words of prose: no code, no mathematics, no tables."""
    prose = (without_code_and_maths(each.text) for each in passages(markdown(day)) if not each.text.startswith("|"))
    return sum(len(re.findall(r"[^\W\d_][\w'’-]*", text)) for text in prose)
