"""Items are counted from 0, as in code; layers and steps of time may be counted from 1."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.day import Day
from autograder.linting.finding import Problem
from autograder.linting.text import markdown, passages

_ITEM = "[a-km-su-z]"  # an index that is neither a layer's l nor a time's t
_COUNT = r"[mnNMKBCD]\b"
_DOTS = r"\s*,\s*\\[lc]?dots\s*,\s*"
_FROM_ONE = (
    re.compile(rf"\\(?:sum|prod)\s*_\{{\s*{_ITEM}\s*=\s*1\s*\}}\s*\^\s*\{{?\s*[mnA-Z](?:_\{{?\w\}}?)?(?:\s*\}})?"),
    re.compile(rf"(?<![\w\\])([a-zA-Z])_1(?:\s*,\s*\1_2)?{_DOTS}\1_\{{?{_COUNT}\}}?"),
    re.compile(rf"(?<![\w\\]){_ITEM}\s*=\s*1(?:\s*,\s*2)?{_DOTS}{_COUNT}"),
    re.compile(rf"(?<![\w.])1\s*\\leq?\s*{_ITEM}\s*\\leq?\s*{_COUNT}"),
)


def problems(day: Day, root: Path) -> Iterator[Problem]:
    for passage in passages(markdown(day)):
        for pattern in _FROM_ONE:
            for found in pattern.finditer(passage.text):
                mend = r"Count from 0, as code does: `\sum_{i=0}^{m-1}`, or `\sum_i` where the range is plain."
                yield Problem(passage.line_at(found.start()), f"items are counted from 1 in `{found[0]}`", mend)
