"""Numbers and dates in words agree with num2words and Babel; what a set needs is asked for by name."""

import datetime

import numpy as np
import pytest
from babel.dates import format_date
from num2words import num2words

from deepdays.data import wording
from deepdays.data.errors import DataError
from deepdays.data.grammar import Draws
from deepdays.data.packages import need

ROUND = [0, 1, 80, 100, 200, 999, 1000, 1001, 1080, 2000, 80_000, 80_080, 200_000, 1_000_000, 1_000_001, 80_000_000]
RANDOM = np.random.default_rng(0).integers(0, 10 ** np.arange(1, 10)[:, None], (9, 30)).ravel().tolist()


@pytest.mark.parametrize(("words", "language"), [(wording.english, "en"), (wording.french, "fr")])
def test_numbers_are_as_num2words_has_them(words, language):
    assert [words(n) for n in ROUND + RANDOM] == [num2words(n, lang=language) for n in ROUND + RANDOM]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_calendar_is_as_babel_has_it(language):
    names = wording.calendar(language)
    for month in range(1, 13):
        day = datetime.date(2024, month, 3)
        assert names["months"][month - 1] == format_date(day, "MMMM", language)
        assert names["short days"][day.weekday()] == format_date(day, "EEE", language)
        assert names["days"][day.weekday()] == format_date(day, "EEEE", language)


def test_days_span_two_centuries_evenly():
    draws = Draws(np.random.default_rng(0))
    years = [wording.draw_date(draws).year for _ in range(4000)]
    assert (min(years), max(years)) == (wording.FIRST_YEAR, wording.LAST_YEAR)
    assert sum(year < 2000 for year in years) == pytest.approx(2000, abs=130)


def test_a_key_belongs_to_one_part_and_a_tenth_to_the_test_part():
    parts = [wording.part_of(f"key {k}") for k in range(5000)]
    assert parts == [wording.part_of(f"key {k}") for k in range(5000)]
    assert parts.count("test") == pytest.approx(500, abs=80)
    assert parts.count("validation") == pytest.approx(500, abs=80)
    assert parts.count("train") + parts.count("test") + parts.count("validation") == 5000


def test_a_package_that_is_not_there_is_named():
    assert need("datetime", "dates") is datetime
    with pytest.raises(DataError, match=r"dates needs the package no_such\. Install it: pip install no_such"):
        need("no_such.module", "dates")
