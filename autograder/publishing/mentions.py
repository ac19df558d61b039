"""Mentions of other days in a text, made into links."""

import re
from collections.abc import Mapping

_AS_IT_IS = re.compile(
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|(?<!\\)\$[^$]*\$|\[[^\]]*\]\([^)]*\)|<[^>]+>|^#[^\n]*$", re.DOTALL | re.MULTILINE
)
_MENTION = re.compile(r"\bDays?\s+\d+(?:(?:,\s+and|,\s+or|,|\s+and|\s+or|\s+to)\s+\d+\b(?!\s*%))*")


def linked(text: str, pages: Mapping[int, str], but: int | None = None) -> str:
    """A markdown text in which each mention of a day that has a page leads there.

    Code, mathematics, headings and what is a link already stay as they are.

    Args:
        pages: the addresses of the pages, by the day's number.
        but: the day whose own text it is.
    """
    known = {number: address for number, address in pages.items() if number != but}
    parts, end = [], 0
    for kept in _AS_IT_IS.finditer(text):
        parts += [_MENTION.sub(lambda found: _with_links(found[0], known), text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*parts, _MENTION.sub(lambda found: _with_links(found[0], known), text[end:])])


def _with_links(mention: str, pages: Mapping[int, str]) -> str:
    def link(found: re.Match) -> str:
        address = pages.get(int(found["number"]))
        return f"[{found[0]}]({address})" if address else found[0]

    return re.sub(r"(?:\bDay\s+)?(?P<number>\d+)", link, mention)
