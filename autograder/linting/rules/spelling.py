"""No misspelling that codespell knows, and the course's own spellings, in all that a person reads.

`docs/words.txt` is the course's list: a word on a line of its own is right whatever codespell says, and `color->colour`
is how the course writes a word.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from autograder.day import Cell, Day, Kind
from autograder.errors import DeepDaysError
from autograder.linting.finding import Problem
from autograder.linting.text import code, markdown, passages, without_code_and_maths

_WORD = re.compile(r"(?<![\w\\.@/])[A-Za-z]+(?:'[a-z]+)?(?![\w@/])")
_TITLES = re.compile(r"\*[^*]+\*|\"[^\"]+\"|“[^”]+”")
_SHORTEST = 4  # many shorter "misspellings" are names in code


def problems(day: Day, root: Path) -> Iterator[Problem]:
    misspelt, ours, names = _codespells(), _own_words(root), _names(day)
    for line, text in _texts(day):
        titles = [found.span() for found in _TITLES.finditer(text)]
        for found in _WORD.finditer(text):
            word = found[0].lower()
            right = ours.get(word, misspelt.get(word, word) if len(word) >= _SHORTEST else word)
            in_title = any(begin <= found.start() < end for begin, end in titles)
            if right != word and found[0] not in names and not (in_title and word in ours):
                yield Problem(line, f"`{found[0]}` is misspelt", f"Write {right.replace(', ', ' or ')}.")


def _texts(day: Day) -> Iterator[tuple[int, str]]:
    """(line, text) of everything that a person reads: prose, docstrings, comments, hints and sentences in code."""
    for cell in day.cells:
        if cell.kind.is_python:
            yield from _in_code(cell)
        elif cell.kind is not Kind.MARKDOWN:
            yield from enumerate(cell.source.split("\n"), cell.line + 1)
    for passage in passages(markdown(day)):
        prose = without_code_and_maths(passage.text)
        offset = 0
        for number, text in passage.lines:
            length = len(text.strip())
            yield number, prose[offset : offset + length]
            offset += length + 1


def _in_code(cell: Cell) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(cell.source).readline):
        sentence = token.type == tokenize.STRING and " " in token.string
        if token.type == tokenize.COMMENT or sentence or token.type == getattr(tokenize, "FSTRING_MIDDLE", None):
            yield from enumerate(token.string.split("\n"), cell.line + token.start[0])


def _names(day: Day) -> set[str]:
    """The names in the day's code, of which its text may speak."""
    nodes = [node for _, tree in code(day) for node in ast.walk(tree)]
    named = {node.id for node in nodes if isinstance(node, ast.Name)}
    return named | {node.arg for node in nodes if isinstance(node, ast.arg | ast.keyword) and node.arg}


@cache
def _codespells() -> dict[str, str]:
    """codespell's list: what each misspelt word should be."""
    try:
        text = (resources.files("codespell_lib") / "data" / "dictionary.txt").read_text(encoding="utf-8")
    except ModuleNotFoundError:
        mend = "Install the extra `test`, as `make run` does, or choose other rules with --only."
        raise DeepDaysError(f"Spelling is checked with codespell, which is not installed. {mend}") from None
    pairs = (line.partition("->") for line in text.splitlines())
    return {wrong: right.strip().rstrip(",") for wrong, _, right in pairs}


def _own_words(root: Path) -> dict[str, str]:
    """The course's list: what each word should be, which may be itself."""
    path = root / "docs" / "words.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    words = [line.partition("#")[0].strip() for line in lines]
    pairs = (word.partition("->") for word in words if word)
    return {wrong: right or wrong for wrong, _, right in pairs}
