"""Dates as people write them, and in ISO 8601."""

import numpy as np
import pandas as pd

from deepdays.data.card import Card
from deepdays.data.errors import check_count
from deepdays.data.grammar import Draws
from deepdays.data.sheets import write_rows
from deepdays.data.wording import calendar, draw_date, ordinal, part_of, year_in_words

# Ways to write a date, by how long they are. Slashes put the month first, points and hyphens the day.
FORMATS = {
    "numeric": (
        "{m}/{d}/{y} | {m:02}/{d:02}/{y} | {d}.{m}.{y} | {d:02}.{m:02}.{y} | {d:02}-{m:02}-{y} | "
        "{y}/{m:02}/{d:02} | {y}{m:02}{d:02}"
    ),
    "short": (
        "{d} {mon} {y} | {mon} {d}, {y} | {mon} {d} {y} | {d:02}-{mon}-{y} | {wd} {d} {mon} {y} | "
        "{wd}, {mon} {d}, {y} | {y} {mon} {d} | {d} {month} {y} | {month} {d}, {y} | {d}{th} {mon} {y}"
    ),
    "full": (
        "{weekday}, {month} {d}, {y} | {weekday} {d} {month} {y} | {d}{th} {month} {y} | {month} {d}{th}, {y} | "
        "the {d}{th} of {month} {y} | {weekday} the {d}{th} of {month}, {y} | {weekday}, {d}{th} {month} {y} | "
        "on {weekday}, {month} {d}{th}, {y}"
    ),
    "words": (
        "the {ordinal} of {month} {y} | {month} the {ordinal}, {y} | the {ordinal} of {month}, {year} | "
        "{weekday}, {month} {ordinal}, {year} | {weekday} the {ordinal} of {month} {year} | "
        "on the {ordinal} day of {month} in the year {y} | {weekday} the {ordinal} of {month} in the year {year}"
    ),
}
STYLES = tuple(FORMATS)
_FORMATS = [formats.split(" | ") for formats in FORMATS.values()]


def dates(n: int = 10_000, seed: int = 0) -> pd.DataFrame:
    """Dates in some thirty formats, from 3/14/2015 to Saturday the fourteenth of March in the year twenty fifteen.

    The reading is always certain: years have four digits or are in words; with slashes the month comes before the day
    (unless the year comes first), with points and hyphens after it. A day belongs to one split, for every seed and
    every n. The task is that of Bahdanau, Cho and Bengio 2015, Neural machine translation by jointly learning to align
    and translate, made small.

    Args:
        n: rows, each text once; at most 200,000.
        seed: of the draw.

    Returns:
        DataFrame of n rows: human (str, 8 to 74 characters), iso (str, YYYY-MM-DD, 1900 to 2099), style (str: numeric,
        short, full or words, a quarter each) and split (str; train 80%, validation 10%, test 10% of the days).

    Raises:
        DataError: n is out of range, or Babel or num2words is not installed.
    """
    check_count(n, high=200_000)
    draws = Draws(np.random.default_rng(seed))
    rows: list = []
    seen = set()
    while len(rows) < n:
        date, style = draw_date(draws), int(draws.number() * len(STYLES))
        text = _write(date, draws.pick(_FORMATS[style]))
        case = draws.number()
        text = text.lower() if case < 0.1 else text.upper() if case < 0.13 else text
        if text not in seen:
            seen.add(text)
            iso = date.isoformat()
            rows.append((text, iso, STYLES[style], part_of(f"dates {iso}")))
    return pd.DataFrame(rows, columns=["human", "iso", "style", "split"])


def _write(date, template):
    names, month, weekday = calendar("en"), date.month - 1, date.weekday()
    return template.format(
        y=date.year,
        m=date.month,
        d=date.day,
        th="th" if 11 <= date.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(date.day % 10, "th"),
        mon=names["short months"][month],
        month=names["months"][month],
        wd=names["short days"][weekday],
        weekday=names["days"][weekday],
        ordinal=ordinal(date.day) if "{ordinal}" in template else "",
        year=year_in_words(date.year) if "{year}" in template else "",
    )


def draw(figure):
    frame = dates(400)
    shown = [row for style in STYLES for row in frame[frame["style"] == style].head(6).itertuples()]
    rows = [((row.human, "black"), (row.iso, "tab:blue")) for row in shown]
    write_rows(figure.add_subplot(), rows, at=(0.0, 0.7), size=9)


CARD = Card(
    name="dates",
    title="dates as people write them, and in ISO 8601",
    size="10,000 pairs, or as many as asked for",
    origin="Babel and num2words",
    licence="MIT, as the project; names of months and days: Unicode Licence V3 (CLDR, inside Babel)",
    make=dates,
    fingerprint="47768e7d396eba844eb744a13a6e57dceeecf4b5d6e21052e18b19fbc65f0059",
    draw=draw,
    needs=("babel", "num2words"),
)
