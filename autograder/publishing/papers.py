"""The papers that days name, and where to find them."""

import re
from dataclasses import dataclass
from urllib.parse import quote_plus

_PARTS = re.compile(r"(?P<authors>.+?),? (?P<year>1[6-9]\d\d|20\d\d)[a-z]?, (?P<title>.+)", re.DOTALL)
_ASIDE = re.compile(r"\s*\([^()]*\)$")
_SEARCH = "https://scholar.google.com/scholar?q="


@dataclass(frozen=True, order=True)
class Paper:
    """A paper: authors, year and title as a day's front matter has them; without a year all of it is the title."""

    authors: str
    year: str
    title: str

    @classmethod
    def of(cls, text: str) -> "Paper":
        """The paper of a line such as `Welford 1962, Note on a method`."""
        found = _PARTS.fullmatch(text.strip())
        return cls(found["authors"], found["year"], found["title"]) if found else cls("", "", text.strip())

    @property
    def address(self) -> str:
        """A search for it: what is free to read, and where, changes from year to year."""
        return _SEARCH + quote_plus(f"{_ASIDE.sub('', self.title)} {self.authors}".strip())

    @property
    def link(self) -> str:
        """A markdown link, and who wrote it when."""
        by = f": {self.authors}, {self.year}" if self.year else ""
        return f"[{self.title}]({self.address}){by}"
