"""Plain words: no exclamation marks and no emoji in what a learner reads."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.day import Day
from autograder.linting.finding import Problem
from autograder.linting.text import markdown, passages, without_code_and_maths

_CALL = re.compile(r"(?<=[\w)*'\"”’])!(?!\[|=|\w)")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u2604\u2614-\u263f\u2700-\u2712\u2728-\u27bf]")


def problems(day: Day, root: Path) -> Iterator[Problem]:
    for passage in passages(markdown(day)):
        prose = without_code_and_maths(passage.text)
        for pattern, what, mend in (
            (_CALL, "an exclamation mark", "End the sentence with a full stop."),
            (_EMOJI, "an emoji", "Say it in words."),
        ):
            for found in pattern.finditer(prose):
                yield Problem(passage.line_at(found.start()), f"the text has {what}", mend)
