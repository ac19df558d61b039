"""Text made from rules: a context-free grammar whose choices come from a stream of uniform numbers.

Rules are written as text. A line that is not indented names a rule; each indented line below it holds alternatives,
parted by ` | `. In an alternative `{name}` stands for another rule or for a value bound by the caller, and `{name?}`
for one that is left out half of the time. An alternative that begins with `~` is held out: it is written only where
asked, so that a test part can hold sentences and words that no training part has.

    greeting
        Hello, {person}{mark?}. | Good morning.
        ~ Good evening, {person}.
    person
        Ann | Bob
    mark
        !
"""

import re
from collections.abc import Iterator, Sequence

from deepdays.data.errors import DataError

_SLOT = re.compile(r"\{(\w+)(\??)\}")
_BLOCK = 4096
_VOWEL = re.compile(r"\b(a) (?=(?!uni|use|usu|eu|one\b|once)[aeiou])", re.IGNORECASE)
_BEGINNING = re.compile(r"(^|[.!?]['\")]*\s+)(?!www\.|http)([a-z])")
_BEFORE_STOP = re.compile(r"\s+([,.;!?]|:(?!\)))")


class Draws:
    """Uniform numbers in [0, 1) one at a time, the same whatever the version of NumPy.

    Args:
        rng: a NumPy Generator; drawn from in blocks.
    """

    def __init__(self, rng):
        self._rng = rng
        self._numbers: Iterator[float] = iter(())

    def number(self) -> float:
        for number in self._numbers:
            return number
        self._numbers = iter(self._rng.random(_BLOCK).tolist())
        return next(self._numbers)

    def chance(self, probability: float) -> bool:
        return self.number() < probability

    def pick(self, options: Sequence):
        return options[int(self.number() * len(options))]

    def pick_two(self, options: Sequence) -> tuple:
        """Two different ones, in a random order."""
        first = int(self.number() * len(options))
        second = int(self.number() * (len(options) - 1))
        return options[first], options[second + (second >= first)]


class Grammar:
    """Rules, read once and written from many times.

    Args:
        text: the rules, as this module's docstring spells them.

    Raises:
        DataError: a line comes before any rule's name, or a rule is named twice.
    """

    def __init__(self, text: str):
        self._seen: dict = {}
        self._all: dict = {}
        name = None
        for line in filter(str.strip, text.splitlines()):
            if not line[0].isspace():
                name = line.strip()
                if name in self._all:
                    raise DataError(f"A grammar names the rule {name!r} twice.")
                self._seen[name], self._all[name] = [], []
                continue
            if name is None:
                raise DataError(f"A grammar begins with a line that belongs to no rule. Received: {line!r}")
            for option in line.strip().split(" | "):
                parts = _parts(option.removeprefix("~").strip())
                self._all[name].append(parts)
                if not option.startswith("~"):
                    self._seen[name].append(parts)

    def options(self, name: str, held_out: bool = False) -> list[str]:
        """A rule's alternatives without slots, as text."""
        table = self._all if held_out else self._seen
        return ["".join(parts) for parts in table[name] if all(isinstance(part, str) for part in parts)]

    def write(self, rule: str, draws: Draws, held_out: bool = False, /, **bound: str) -> str:
        """Expand a rule.

        Args:
            rule: the name of the rule to begin with.
            draws: where choices come from.
            held_out: whether alternatives marked `~` may be taken.
            bound: values of slots, before any rule of that name.

        Returns:
            The text; not tidied.
        """
        pieces: list[str] = []
        self._expand(rule, self._all if held_out else self._seen, draws, bound, pieces.append)
        return "".join(pieces)

    def _expand(self, name, table, draws, bound, put):
        if name in bound:
            put(bound[name])
            return
        for part in draws.pick(table[name]):
            if isinstance(part, str):
                put(part)
            elif not part[1] or draws.chance(0.5):
                self._expand(part[0], table, draws, bound, put)


def _parts(option):
    """An alternative as a list of text and (rule, optional)."""
    pieces = _SLOT.split(option)
    parts = []
    for text, slot, mark in zip(pieces[0::3], [*pieces[1::3], ""], [*pieces[2::3], ""], strict=True):
        parts += [text] if text else []
        parts += [(slot, bool(mark))] if slot else []
    return parts


def tidy(text: str) -> str:
    """A text with single spaces, no space before a stop, `an` before a vowel, and a capital where a sentence begins."""
    text = _BEFORE_STOP.sub(r"\1", " ".join(text.split()))
    text = _VOWEL.sub(r"\1n ", text)
    return _BEGINNING.sub(lambda match: match[1] + match[2].upper(), text)
