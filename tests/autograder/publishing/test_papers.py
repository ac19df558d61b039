"""A paper's line is taken apart, and leads to a search for it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from autograder.days.reader import read_day
from autograder.project import find_days
from autograder.publishing.papers import Paper
from tests.support.places import ROOT


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Welford 1962, Note on a method", ("Welford", "1962", "Note on a method")),
        ("van der Maaten and Hinton 2008, Visualizing data", ("van der Maaten and Hinton", "2008", "Visualizing data")),
        (
            "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp",
            ("LeCun, Bottou, Orr and Müller", "1998", "Efficient BackProp"),
        ),
        ("Galton 1907, Vox populi 1907, a letter", ("Galton", "1907", "Vox populi 1907, a letter")),
        ("A note without a year", ("", "", "A note without a year")),
    ],
)
def test_it_has_authors_year_and_title(line, parts):
    paper = Paper.of(line)
    assert (paper.authors, paper.year, paper.title) == parts


def test_its_link_searches_for_title_and_authors():
    paper = Paper.of("Einstein 1916, Die Grundlage der Relativitätstheorie (section 5)")
    assert parse_qs(urlsplit(paper.address).query) == {"q": ["Die Grundlage der Relativitätstheorie Einstein"]}
    assert paper.link == f"[{paper.title}]({paper.address}): Einstein, 1916"


def test_every_paper_of_the_days_has_authors_and_a_year():
    lines = [paper for path in find_days(ROOT) for paper in read_day(path).papers]
    assert [line for line in lines if not Paper.of(line).year] == []
