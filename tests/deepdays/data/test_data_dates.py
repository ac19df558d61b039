"""Dates say the day that stands beside them, in many formats, and no day is in two parts."""

import datetime
import re

import pandas as pd
import pytest

import deepdays as dd
from deepdays.data.errors import DataError
from deepdays.data.sets.dates import STYLES


@pytest.fixture(scope="module")
def made():
    return dd.data.dates()


def test_columns_styles_and_parts(made):
    assert list(made.columns) == ["human", "iso", "style", "split"]
    assert len(made) == 10_000
    assert made["human"].is_unique
    assert made["human"].str.len().between(8, 74).all()
    assert set(made["human"].str.cat()) < set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,./-")
    assert made["iso"].str.fullmatch(r"(?:19|20)\d\d-\d\d-\d\d").all()
    shares = made["style"].value_counts(normalize=True)
    assert set(shares.index) == set(STYLES)
    assert shares.between(0.22, 0.28).all()
    assert made.groupby("iso")["split"].nunique().eq(1).all()
    assert made["split"].eq("test").mean() == pytest.approx(0.1, abs=0.015)


def test_longer_styles_are_longer(made):
    lengths = made.groupby("style")["human"].apply(lambda texts: texts.str.len().mean())
    assert lengths["numeric"] < lengths["short"] < lengths["full"] < lengths["words"]


def test_python_reads_the_same_day(made):
    formats = ("%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d")
    patterns = (r"\d+/\d+/\d{4}", r"\d+\.\d+\.\d{4}", r"\d\d-\d\d-\d{4}", r"\d{4}/\d\d/\d\d", r"\d{8}")
    for pattern, spelling in zip(patterns, formats, strict=True):
        found = made[made["human"].str.fullmatch(pattern)]
        assert len(found) > 100
        read = [datetime.datetime.strptime(text, spelling).date().isoformat() for text in found["human"]]
        assert read == found["iso"].tolist()
    for text, iso in zip(made["human"], made["iso"], strict=True):
        words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|,|\bthe\b|\bof\b|\bon\b", " ", text.lower())
        if match := re.fullmatch(r" *(?:(\w+day) +)?(\d+) +([a-z]{3})[a-z]* +(\d{4}) *", words):
            day = datetime.datetime.strptime(f"{match[2]} {match[3]} {match[4]}", "%d %b %Y").date()
            assert day.isoformat() == iso
            assert match[1] is None or match[1] == day.strftime("%A").lower()


def test_words_carry_the_day_and_the_year(made):
    worded = made[made["style"] == "words"]
    first = worded[
        worded["human"].str.contains(r"\bfirst\b", case=False) & ~worded["human"].str.contains("y-first|Y-FIRST")
    ]
    assert len(first) > 30
    assert first["iso"].str.endswith("-01").all()
    assert made.loc[made["human"].str.contains("nineteen eighty-four", case=False), "iso"].str.startswith("1984").all()


def test_a_day_has_one_part_for_every_seed():
    both = dd.data.dates(seed=1).merge(dd.data.dates(seed=2), on="iso")
    assert len(both) > 500
    assert (both["split_x"] == both["split_y"]).all()
    pd.testing.assert_frame_equal(dd.data.dates(50, seed=4), dd.data.dates(50, seed=4))


def test_a_wrong_count_says_so():
    with pytest.raises(DataError, match="n must be a whole number from 1 to 200,000"):
        dd.data.dates(10**6)
