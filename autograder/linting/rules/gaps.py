"""Nothing that `deepdays new` left to be written is still to be written."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.day import Day
from autograder.days.skeleton import GAP
from autograder.linting.finding import Problem


def problems(day: Day, root: Path) -> Iterator[Problem]:
    for number, line in enumerate(day.content.decode("utf-8-sig").split("\n"), 1):
        if re.search(rf"\b{GAP}\b", line):
            yield Problem(number, f"a {GAP} is left", "Write what it asks for.")
