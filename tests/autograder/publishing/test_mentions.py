"""Mentions of other days become links, and nothing else does."""

import pytest

from autograder.publishing.mentions import linked

PAGES = {3: "three.ipynb", 5: "five.ipynb", 12: "twelve.ipynb"}


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("As on Day 3.", "As on [Day 3](three.ipynb)."),
        ("Day\n12's rule", "[Day\n12](twelve.ipynb)'s rule"),
        ("Days 3 and 5", "Days [3](three.ipynb) and [5](five.ipynb)"),
        ("(Days 3, 5 and 12)", "(Days [3](three.ipynb), [5](five.ipynb) and [12](twelve.ipynb))"),
        ("Days 3 to 5, and 7 more", "Days [3](three.ipynb) to [5](five.ipynb), and 7 more"),
        ("Day 4 has no page", "Day 4 has no page"),
        ("Day 31", "Day 31"),
        ("3 days", "3 days"),
        ("`Day 3` and ```\nDay 3\n```", "`Day 3` and ```\nDay 3\n```"),
        ("$x$ on Day 3, $y$", "$x$ on [Day 3](three.ipynb), $y$"),
        ("$\\text{Day 3}$ and $$\nDay 3\n$$", "$\\text{Day 3}$ and $$\nDay 3\n$$"),
        ("\\$5 on Day 3 and \\$6", "\\$5 on [Day 3](three.ipynb) and \\$6"),
        ("## What Day 3 left\n\nDay 3", "## What Day 3 left\n\n[Day 3](three.ipynb)"),
        ("[Day 3](elsewhere)", "[Day 3](elsewhere)"),
        ('<a title="Day 3">', '<a title="Day 3">'),
    ],
)
def test_a_mention_leads_to_the_days_page(text, due):
    assert linked(text, PAGES) == due


def test_a_day_does_not_link_to_itself():
    assert linked("Day 3 and Day 5", PAGES, but=3) == "Day 3 and [Day 5](five.ipynb)"
