"""Numbers and dates in words, by num2words and Babel, and a split that no seed changes."""

import datetime
import zlib
from functools import cache

from deepdays.data.grammar import Draws
from deepdays.data.packages import need

FIRST_YEAR, LAST_YEAR = 1900, 2099
MARGINS = (
    10,
    20,
)  # of a hundred keys, how many go to the test part, and up to where the validation part goes


def part_of(key: str) -> str:
    """The split of whatever has this key, for every seed: train (80%), validation or test (10% each)."""
    place = zlib.crc32(key.encode()) % 100
    return "test" if place < MARGINS[0] else "validation" if place < MARGINS[1] else "train"


@cache
def _below_thousand(number, language):
    return need("num2words", "this set").num2words(number, lang=language)


def english(number: int) -> str:
    """A number below a thousand million in English words, as num2words has it."""
    millions, thousands, rest = number // 1_000_000, number // 1000 % 1000, number % 1000
    groups = [(millions, " million"), (thousands, " thousand")]
    parts = [_below_thousand(group, "en") + unit for group, unit in groups if group]
    if rest or not parts:
        words = _below_thousand(rest, "en")
        parts = [" and ".join([", ".join(parts), words])] if parts and rest < 100 else [*parts, words]
    return ", ".join(parts)


def french(number: int) -> str:
    """A number below a thousand million in French words, as num2words has it."""
    millions, thousands, rest = number // 1_000_000, number // 1000 % 1000, number % 1000
    parts = [_below_thousand(millions, "fr") + (" million" if millions == 1 else " millions")] if millions else []
    if thousands:
        words = _below_thousand(thousands, "fr")
        plain = words[:-1] if words.endswith(("vingts", "cents")) else words  # quatre-vingt mille
        parts.append("mille" if thousands == 1 else f"{plain} mille")
    if rest or not parts:
        parts.append(_below_thousand(rest, "fr"))
    return " ".join(parts)


@cache
def calendar(language: str) -> dict:
    """Babel's names of the months and weekdays, from January and from Monday.

    Args:
        language: such as "en".

    Returns:
        Dict: "months", "days", "short months", "short days", each a tuple of str.
    """
    locale = need("babel", "this set").Locale(language)
    names = {}
    for width, prefix in (("wide", ""), ("abbreviated", "short ")):
        names[f"{prefix}months"] = tuple(locale.months["format"][width][k] for k in range(1, 13))
        names[f"{prefix}days"] = tuple(locale.days["format"][width][k] for k in range(7))
    return names


@cache
def ordinal(number: int) -> str:
    """A number's ordinal in English words, such as twenty-first."""
    return need("num2words", "this set").num2words(number, to="ordinal")


@cache
def year_in_words(year: int) -> str:
    """A year as it is said in English, such as nineteen eighty-four."""
    return need("num2words", "this set").num2words(year, to="year")


def draw_date(draws: Draws) -> datetime.date:
    """A day from 1900 to 2099, each as likely as the next."""
    first = datetime.date(FIRST_YEAR, 1, 1).toordinal()
    days = datetime.date(LAST_YEAR + 1, 1, 1).toordinal() - first
    return datetime.date.fromordinal(first + int(draws.number() * days))
