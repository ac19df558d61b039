"""Real English and French pairs: numbers in words, dates, and the names of countries and languages."""

from itertools import islice

import numpy as np
import pandas as pd

from deepdays.data.card import Card
from deepdays.data.errors import check_choice, check_count
from deepdays.data.grammar import Draws
from deepdays.data.packages import need
from deepdays.data.sheets import write_rows
from deepdays.data.wording import calendar, draw_date, english, french, ordinal, part_of, year_in_words

KINDS = ("numbers", "dates", "countries", "languages")
DATE_STYLES = ("weekday", "plain", "words", "numeric")
_TABLES = {"countries": "territories", "languages": "languages"}  # where Babel keeps the names
_PATIENCE = 1000  # draws in a row that bring nothing new, before a kind counts as used up


def _number_pair(draws, digits):
    number = int(draws.number() * 10 ** (1 + int(draws.number() * digits)))
    return str(number), english(number), french(number)


def _date_pair(draws, _):
    date, style = draw_date(draws), draws.pick(DATE_STYLES)
    en, fr = calendar("en"), calendar("fr")
    month, weekday = en["months"][date.month - 1], en["days"][date.weekday()]
    mois, jour = fr["months"][date.month - 1], fr["days"][date.weekday()]
    if style == "numeric":
        pair = f"{date.month}/{date.day}/{date.year}", f"{date.day:02}/{date.month:02}/{date.year}"
    elif style == "words":
        year, an = year_in_words(date.year), french(date.year)
        quantieme = "premier" if date.day == 1 else french(date.day)
        pair = f"the {ordinal(date.day)} of {month} {year}", f"le {quantieme} {mois} {an}"
    else:
        quantieme = "1er" if date.day == 1 else str(date.day)
        pair = f"{month} {date.day}, {date.year}", f"{quantieme} {mois} {date.year}"
        if style == "weekday":
            pair = f"{weekday}, {pair[0]}", f"{jour} {pair[1]}"
    return date.isoformat(), *pair


def _name_pairs(kind):
    """Every country or language with a name in both languages: (code, English, French), by code."""
    babel = need("babel", "translation")
    en, fr = (getattr(babel.Locale(language), _TABLES[kind]) for language in ("en", "fr"))
    codes = sorted(en)
    if kind == "countries":
        codes = sorted(country.alpha_2 for country in need("pycountry", "translation").countries)
    return [(code, en[code], fr[code]) for code in codes if code in en and code in fr]


def _pairs(kind, draws, digits):
    """Pairs of a kind with their keys: every name once, in an order of its own, or numbers or dates without end."""
    if kind in _TABLES:
        yield from sorted(_name_pairs(kind), key=lambda _: draws.number())
        return
    make = {"numbers": _number_pair, "dates": _date_pair}[kind]
    while True:
        yield make(draws, digits)


def translation(kinds=("numbers", "dates"), n: int = 10_000, seed: int = 0, digits: int = 6) -> pd.DataFrame:
    """Pairs of an English text and its French translation, each pair once.

    A number, date, country or language belongs to one split, for every seed and every n, so no translation of the test
    part can be learnt by heart from another part.

    Args:
        kinds: one or several of "numbers" (in words), "dates" (four styles, 1900 to 2099), "countries" (249) and
            "languages" (over 600), in equal shares as long as they last.
        n: rows; fewer come back if there are not so many pairs.
        seed: of the draw.
        digits: the longest numbers, 1 to 9; every length is as likely as the next.

    Returns:
        DataFrame: english, french, kind and split (str; train 80%, validation 10%, test 10% of the values).

    Raises:
        DataError: an argument is out of range, or Babel, num2words or pycountry is not installed.
    """
    kinds = [
        check_choice(kind, KINDS, "kind of translation") for kind in ([kinds] if isinstance(kinds, str) else kinds)
    ]
    check_count(n)
    check_count(digits, "digits", high=9)
    draws = Draws(np.random.default_rng(seed))
    sources = {kind: _pairs(kind, draws, digits) for kind in kinds}
    rows: list = []
    seen = set()
    while kinds and len(rows) < n:
        kind = draws.pick(kinds)
        pair = next((pair for pair in islice(sources[kind], _PATIENCE) if pair[1] not in seen), None)
        if pair is None:
            kinds.remove(kind)
            continue
        key, source, target = pair
        seen.add(source)
        rows.append((source, target, kind, part_of(f"{kind} {key}")))
    return pd.DataFrame(rows, columns=["english", "french", "kind", "split"])


def make():
    """What no version of Babel from 2.14 changes: numbers and dates."""
    return translation(("numbers", "dates"))


def draw(figure):
    pairs = translation(KINDS, n=400)
    shown = [row for kind in KINDS for row in pairs[pairs["kind"] == kind].head(6).itertuples()]
    rows = [((row.english, "black"), (row.french, "tab:blue")) for row in shown]
    write_rows(figure.add_subplot(), rows, at=(0.0, 0.5), size=9)


CARD = Card(
    name="translation",
    title="English and French pairs: numbers in words, dates, countries and languages",
    size="10,000 pairs, or as many as asked for",
    origin="num2words, Babel and pycountry",
    licence="generated; names: Unicode Licence V3 (CLDR, inside Babel)",
    make=make,
    fingerprint="bccace900708fe3deeb4ea0dd05e2e38e8d3490f8e437c2aea128df6dc91ac64",
    draw=draw,
    needs=("babel", "num2words", "pycountry"),
)
