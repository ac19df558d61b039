"""Real English: the language reference that ships inside CPython, cut into pages."""

import re
from collections import Counter

import pandas as pd

from deepdays.data.card import Card
from deepdays.data.errors import DataError
from deepdays.data.sheets import shorten, write_rows

_UNDERLINES = "*=-~^"  # from a topic's own title down
_ENTRY = re.compile(r"((?:[a-z]\w*\.)+\w+)\(.*")  # the first line about a method, such as str.center(width)
_LONG = 3000  # characters above which a section's methods become pages of their own
_SHORT = 40  # characters below which a section has nothing to say
# Titles that every version from 3.11 has had; the rest of the reference changes with each release.
CORE = (
    'The "assert" statement',
    "Assignment statements",
    "Augmented assignment statements",
    "Await expression",
    "Binary arithmetic operations",
    "Binary bitwise operations",
    'The "break" statement',
    "Calls",
    "Class definitions",
    'The "continue" statement',
    'The "del" statement',
    "Dictionary displays",
    'The "for" statement',
    "Function definitions",
    'The "global" statement',
    'The "if" statement',
    'The "import" statement',
    "Lambdas",
    "List displays",
    'The "match" statement',
    "Membership test operations",
    "Metaclasses",
    'The "nonlocal" statement',
    "Operator precedence",
    'The "pass" statement',
    "The power operator",
    'The "raise" statement',
    'The "return" statement',
    "Shifting operations",
    "Slicings",
    "Special method lookup",
    "String and Bytes literals",
    "Subscriptions",
    'The "try" statement',
    'The "while" statement',
    'The "with" statement',
    'The "yield" statement',
    "object.__init__",
    "str.format",
    "str.join",
)


def pages_of(topics: dict) -> list[tuple[str, str, str, str]]:
    """Cut topics into pages; what two topics share is kept once, in the longer of the two.

    Args:
        topics: topic to its text, in the reStructuredText output of `pydoc_data.topics`.

    Returns:
        List of (title, section, topic, text), sorted by topic, each topic in the order of its text.
    """
    kept: list = []
    texts: list[str] = []
    for topic in sorted(topics, key=lambda topic: (-len(topics[topic]), topic)):
        for place, (path, text) in enumerate(_sections(topics[topic])):
            plain = " ".join(text.split())
            if len(plain) >= _SHORT and not any(plain in other for other in texts):
                texts.append(plain)
                kept.append((topic, place, path, text))
    return [(path[-1], " > ".join(path), topic, text) for topic, _, path, text in sorted(kept)]


def _sections(text):
    """A topic's sections and entries: the titles above them and their own, and the text."""
    lines = text.splitlines()
    heads = [k for k in range(len(lines) - 1) if _is_head(lines[k], lines[k + 1])]
    path = ()
    for head, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        level = _UNDERLINES.index(lines[head + 1][0])
        path = (*path[:level], lines[head].strip().replace("*", ""))
        body = lines[head + 2 : end]
        yield from _entries(path, body)


def _is_head(line, below):
    underlined = len(below) > 2 and below[0] in _UNDERLINES and not below.strip(below[0])
    return underlined and len(below) >= len(line) and line[:1].strip() != ""


def _entries(path, lines):
    """A section as it is or, if it is long, its opening and then each method or group of methods."""
    found = [_ENTRY.fullmatch(line) for line in lines]
    names = {k: match[1] for k, match in enumerate(found) if match and not (k and found[k - 1])}
    starts = [*names] if sum(map(len, lines)) >= _LONG else []
    yield path, "\n".join(lines[: starts[0] if starts else None]).strip("\n")
    for start, end in zip(starts, [*starts[1:], None], strict=False):
        yield (*path, names[start]), "\n".join(lines[start:end]).strip("\n")


def pydocs() -> pd.DataFrame:
    """Pages of the Python language reference, as the running Python has it.

    Returns:
        DataFrame, a row a page, some 220 to 270 in all: title (str), section (str: the titles from the topic's down,
        with " > " between), topic (str, pydoc's name) and text (str, in lines of under 80 characters but for tables,
        code indented). All the texts together have some 365,000 to 410,000 characters.

    Raises:
        DataError: this Python was installed without `pydoc_data`.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError as error:
        raise DataError("This Python lacks pydoc_data. Install the whole of its standard library.") from error
    return pd.DataFrame(pages_of(topics), columns=["title", "section", "topic", "text"])


def make():
    """The titles that no version changes, as far as they are there."""
    titles = set(pydocs()["title"])
    return [title for title in CORE if title in titles]


def draw(figure):
    pages = pydocs()
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    page = pages[pages["title"] == 'The "while" statement'].iloc[0]
    lines = [page["title"], "", *page["text"].splitlines()]
    write_rows(left, [[(shorten(line, 80), "black")] for line in lines], size=7.5)
    counts = sorted(Counter(" ".join(pages["text"]).lower().split()).values(), reverse=True)
    right.loglog(range(1, len(counts) + 1), counts)
    right.set(xlabel="rank of the word", ylabel="how often", title=f"{len(pages)} pages, {sum(counts):,} words")


CARD = Card(
    name="pydocs",
    title="the Python language reference, in pages with titles",
    size="some 220 to 270 pages, 370 to 410 KB, by Python's version",
    origin="inside CPython (pydoc_data.topics)",
    licence="Python Software Foundation License 2",
    make=make,
    fingerprint="b03f46014e759ee4122af9cb806bfddba207a3d19e83e0859776267f1f8ee49f",
    draw=draw,
)
