"""The symbols that a text's tables declare: what each stands for, and where it says so."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HEADER = re.compile(r"\|\s*symbol\s*\|\s*meaning\s*\|")
_MATHS = re.compile(r"\$([^$]+)\$")
_DEFINED = re.compile(r"=|<|>|\\to\b|\\in\b|\\le\b|\\ge\b")
_ACCENT = re.compile(r"\\(?:hat|bar|tilde|vec|mathbf|mathrm|text|boldsymbol)\b")


@dataclass(frozen=True)
class Symbol:
    """One symbol of a table, such as `x_i`.

    Attributes:
        name: as written.
        meaning, shape: of its row, as written.
        line: of its row, 1-based.
        alone: whether the row is for this symbol only.
    """

    name: str
    meaning: str
    shape: str
    line: int
    alone: bool = True

    @property
    def letter(self) -> str:
        r"""The symbol without indices, accents and arguments: `x` of `\hat x_{ij}`; as written if it is no letter."""
        bare = re.sub(r"[_^](?:\{[^}]*\}|\\?\w+|')|'", "", _ACCENT.sub("", self.name)).strip()
        found = re.fullmatch(r"\{?\s*(\\?[A-Za-z]+)\s*\}?(?:\(.*\))?", bare)
        return found[1] if found else bare


def declared(lines: Iterable[tuple[int, str]]) -> Iterator[Symbol]:
    """The symbols of every table headed `| symbol | meaning | …`.

    Args:
        lines: (number, text) of markdown.
    """
    inside = False
    for number, text in lines:
        header = bool(_HEADER.match(text.strip()))
        inside = text.lstrip().startswith("|") and (inside or header)
        if inside and not header and "---" not in text:
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", text.strip().strip("|"))]
            names = list(_names(cells[0]))
            yield from (Symbol(name, cells[1], "".join(cells[2:3]), number, len(names) == 1) for name in names)


def _names(cell: str) -> Iterator[str]:
    for maths in _MATHS.findall(cell):
        for part in re.split(r",(?![^({]*[)}])", maths):
            name = re.sub(r"\\[ ,;!]|\s+", " ", _DEFINED.split(part)[0]).strip()
            if name and "dots" not in name:
                yield name
