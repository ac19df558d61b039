"""What a site lists: weeks, exercises, symbols and papers of its days."""

from dataclasses import replace

import pytest

from autograder.days.reader import read_day
from autograder.project import day_path
from autograder.publishing import listings
from tests.support.places import ROOT


@pytest.fixture(scope="module")
def days():
    return [read_day(day_path(ROOT, number)) for number in (2, 4)]


def test_there_are_25_weeks_of_five_days_with_those_that_exist(days):
    weeks = listings.weeks(ROOT, days)
    assert [week.number for week in weeks] == list(range(1, 26))
    assert {len(week.entries) for week in weeks} == {5}
    assert [[day.number for day in week.days] for week in weeks] == [[2, 4]] + [[]] * 24
    assert (weeks[0].name, weeks[0].title) == ("week_01", "Linear models")
    assert weeks[0].entries[0].day is None
    assert weeks[0].entries[1].opening.startswith("By the end you can fit a line to data")


def test_an_opening_is_the_first_paragraph_on_one_line(sample):
    assert (
        listings.opening(sample)
        == "By the end you can keep the mean and the variance of a stream without keeping the stream."
    )


def test_exercises_are_sorted_and_summed_up_by_their_docstrings(days):
    found = listings.exercises(days)
    assert [each.name for each in found] == sorted((each.name for each in found), key=str.lower)
    assert {each.name for each in found} == {each.name for day in days for each in day.exercises}
    cost = next(each for each in found if each.name == "mse_cost")
    assert (cost.summary, cost.day.number) == ("Mean squared error of the line over all examples.", 2)


def test_a_symbol_has_its_meanings_with_the_days_of_each(days):
    by_name = {symbol.name: symbol.meanings for symbol in listings.symbols(days)}
    assert [day.number for day in by_name["x"]["the feature, one number an example"]] == [2]
    names = list(by_name)
    assert names.index("w") < names.index(r"\alpha")


def test_a_paper_of_two_days_is_one_entry(sample):
    other = replace(sample, number=1, papers=(*sample.papers, "Abel 1826, A proof"))
    found = listings.papers([sample, other])
    assert [(paper.authors, [day.number for day in of]) for paper, of in found.items()] == [
        ("Abel", [1]),
        ("Welford", [0, 1]),
    ]


def test_a_symbol_declared_within_an_expression_is_left_out(edited):
    day = read_day(
        edited(("| $x$ | the stream", "| $[i = j]$ | 1 where equal | $()$ | `i == j` |\n# | $x$ | the stream"))
    )
    assert [symbol.name for symbol in listings.symbols([day])] == ["x"]
