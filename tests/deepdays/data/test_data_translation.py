"""Translations are right, each is there once, and no value is in two parts for any seed."""

import re

import pandas as pd
import pytest
from num2words import num2words

import deepdays as dd
from deepdays.data.errors import DataError, UnknownName
from deepdays.data.sets.translation import KINDS


@pytest.fixture(scope="module")
def made():
    return dd.data.translation(KINDS)


def test_columns_kinds_and_parts(made):
    assert list(made.columns) == ["english", "french", "kind", "split"]
    assert len(made) == 10_000
    assert set(made["kind"]) == set(KINDS)
    assert made["english"].is_unique
    shares = made["split"].value_counts(normalize=True)
    assert shares["train"] == pytest.approx(0.8, abs=0.02)
    assert shares["test"] == pytest.approx(0.1, abs=0.015)


def test_numbers_are_written_as_num2words_writes_them():
    frame = dd.data.translation("numbers", n=300, digits=7)
    french = {}
    for number in range(1200):
        french[num2words(number)] = num2words(number, lang="fr")
    known = frame[frame["english"].isin(list(french))]
    assert len(known) > 80
    assert known["french"].tolist() == [french[text] for text in known["english"]]


def test_every_length_of_number_is_as_frequent_until_the_short_ones_run_out():
    frame = dd.data.translation("numbers", n=400)
    assert frame["english"].str.contains("thousand").mean() == pytest.approx(0.55, abs=0.1)
    assert not frame["english"].str.contains("million").any()
    assert dd.data.translation("numbers", n=400, digits=9)["english"].str.contains("million").any()


def test_what_is_written_in_digits_is_the_same_day_in_both_languages(made):
    dates = made[(made["kind"] == "dates") & made["english"].str.contains(r"\d")]
    for row in dates.itertuples():
        if "/" in row.english:
            month, day, year = row.english.split("/")
            assert row.french == f"{int(day):02}/{int(month):02}/{year}"
        else:
            day, year = (int(number) for number in re.findall(r"\d+", row.english))
            assert [int(number) for number in re.findall(r"\d+", row.french)] == [day, year]
            assert ("1er " in row.french) == (day == 1)
    assert dates["french"].str.contains("janvier").sum() == dates["english"].str.contains("January").sum() > 100


def test_known_pairs_are_there():
    pairs = dd.data.translation(("countries", "languages"), n=5000)
    found = dict(zip(pairs["english"], pairs["french"], strict=True))
    expected = {"Germany": "Allemagne", "Chile": "Chili", "Danish": "danois", "Welsh": "gallois"}
    assert {english: found[english] for english in expected} == expected
    assert 230 < (pairs["kind"] == "countries").sum() < 260
    assert 550 < (pairs["kind"] == "languages").sum() < 750


def test_a_number_and_a_day_have_one_part_for_every_seed():
    one, other = (dd.data.translation(n=6000, seed=seed, digits=4) for seed in (0, 1))
    both = one.merge(other, on="english", suffixes=("", "_other"))
    assert len(both) > 500
    assert (both["split"] == both["split_other"]).all()
    assert (both["french"] == both["french_other"]).all()
    written = pd.concat([one, other]).drop_duplicates("english")
    days = written[written["english"].str.fullmatch(r"\w+, (\w+ \d+, \d+)")]
    plain = written.set_index("english")["split"]
    shared = [row for row in days.itertuples() if row.english.split(", ", 1)[1] in plain.index]
    assert len(shared) > 10
    assert all(plain[row.english.split(", ", 1)[1]] == row.split for row in shared)


def test_few_pairs_come_back_where_there_are_no_more():
    assert 80 < len(dd.data.translation("numbers", n=1000, digits=2)) <= 100


def test_wrong_arguments_say_so():
    with pytest.raises(UnknownName, match="Did you mean 'numbers'"):
        dd.data.translation("number")
    with pytest.raises(DataError, match="digits must be a whole number from 1 to 9"):
        dd.data.translation(digits=12)
