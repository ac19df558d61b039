"""Links lead somewhere: files exist, addresses are whole and secure, and an arXiv number is the one that is told."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from autograder.day import Day
from autograder.linting.finding import Problem
from autograder.linting.text import markdown, passages

_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)]*)\)")
_BARE = re.compile(r"(?<![(\w])https?://[^\s)>\]]+")


def problems(day: Day, root: Path) -> Iterator[Problem]:
    for passage in passages(markdown(day)):
        text = re.sub(r"`[^`]*`", lambda found: " " * len(found[0]), passage.text)
        for found in _LINK.finditer(text):
            line = passage.line_at(found.start())
            yield from _link(found["text"], found["target"].strip(), line, root / "curriculum" / day.slug)
            if found["picture"] and not found["text"].strip():
                yield Problem(line, "a picture has no alternative text", "Say in the brackets what it shows.")
        for found in _BARE.finditer(text):
            yield from _address(found[0].rstrip(".,;:"), passage.line_at(found.start()))


def _link(text: str, target: str, line: int, folder: Path) -> Iterator[Problem]:
    if re.match(r"[a-z]+:", target):
        yield from _address(target, line)
        told, meant = (
            re.search(r"arxiv(?:\.org/\w+/|:)\s*([\w./-]+\d)", each, re.IGNORECASE) for each in (text, target)
        )
        if told and meant and told[1] != meant[1]:
            yield Problem(line, f"the link says {told[1]} and leads to {meant[1]}", "Look up which it is.")
    elif not target or not (target.startswith("#") or (folder / target.partition("#")[0]).exists()):
        mend = f"Write it as seen from `curriculum/{folder.name}/`, where the notebook lies."
        yield Problem(line, f"the link leads to `{target}`, which is not there", mend)


def _address(address: str, line: int) -> Iterator[Problem]:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.hostname or "") or re.search(r"\s", address):
        yield Problem(line, f"`{address}` is not a whole address", "Write it as `https://HOST/PLACE`.")
    elif parts.scheme != "https":
        yield Problem(line, f"`{address}` is not secure", "Begin it with `https://`.")
