"""Feedback pages: complete, self-contained, and deaf to what a submission would like them to run."""

from html.parser import HTMLParser

import pytest

from autograder.classroom.feedback import MAX_CELLS, feedback_page, write_feedback
from autograder.result import Outcome, Result, Status
from tests.support.sample_notebooks import SLUG, WRONG, answered, cell, graded, handed_back, sample_day, submission

LIVE = "</pre></style><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}"


class Page(HTMLParser):
    """The page's elements, attributes and text."""

    def __init__(self, html: str):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


def page(notebook=None, result=None, **rest) -> Page:
    html = feedback_page(sample_day(), handed_back(submission(notebook or answered(), **rest), result))
    return Page(html)


SAFE_TAGS = page().tags | {"strong", "p", "section", "b"}
SAFE_ATTRIBUTES = page().attributes


def test_it_says_the_day_the_score_and_every_exercise():
    text = page(result=graded(**WRONG)).text
    for part in ("Running statistics", "Day 0 · ada", "2 of 5", "welford_update", "✗ wrong result", "0 of 3 points"):
        assert part in text
    assert "welford_update(0, 0.0, 0.0, 5.0) gave 4; 5 was due" in text
    assert "Count x first." in text
    assert "✓ passed" in text and "2 of 2 points" in text


@pytest.mark.parametrize("status", Status)
def test_each_status_has_a_word_and_a_sign(status):
    assert f"{status.sign} {status.words}" in page(result=graded(welford_update=(status, "", None))).text


def test_the_learner_s_own_code_is_shown_with_what_its_test_says():
    notebook = answered()
    notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": "my_helper = 1"})
    text = page(notebook, graded(**WRONG)).text
    assert "my_helper = 1" in text and "a cell of your own" in text
    assert "test_welford_update: wrong result." in text and "test_running_variance: passed" in text
    assert "np.mean(stream**2)" not in text, "a demonstration as handed out is not the learner's"
    assert "the variance of the whole stream" not in text, "the source of a hidden test"


def test_nothing_of_a_submission_is_live():
    notebook = answered(welford_update=f'"""{LIVE}"""\ndef welford_update(): # {LIVE}\n    pass')
    cell(notebook, "welford_update")["outputs"] = [{"output_type": "display_data", "data": {"text/html": LIVE}}]
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": LIVE})
    result = graded(LIVE, welford_update=(Status.FAILED, LIVE, LIVE))
    html = feedback_page(sample_day(), handed_back(submission(notebook, note=LIVE), result))
    found = Page(html)
    assert found.tags <= SAFE_TAGS and found.attributes <= SAFE_ATTRIBUTES
    assert {"script", "img", "iframe", "link", "a"}.isdisjoint(found.tags)
    assert "http" not in html.replace("http-equiv", "")
    assert found.text.count("{{ 7 * 7 }}") >= 5


def test_control_and_bidirectional_signs_are_spelt_out():
    notebook = answered(welford_update="a = '\u202e\x1b[31m\x08'")
    failed = graded(welford_update=(Status.FAILED, "\x00\u2066", None))
    html = feedback_page(sample_day(), handed_back(submission(notebook), failed))
    assert not {"\u202e", "\x1b", "\x08", "\x00", "\u2066"} & set(html)
    text = Page(html).text
    assert "a = '\\u202e\\u0008'" in text and "\\u0000\\u2066" in text


@pytest.mark.parametrize(
    ("status", "words"), [(Outcome.UNREADABLE, "could not be read"), (Outcome.WRONG_DAY, "notebook of another day")]
)
def test_what_was_not_graded_says_why(status, words):
    text = page(b"{", Result(0, "ada", 5.0, status, (), "The file is empty.")).text
    assert "Not graded" in text and words in text and "The file is empty." in text
    assert "Your code" not in text


def test_how_the_notebook_was_chosen_is_told():
    assert "3 notebooks were handed in" in page(note="3 notebooks were handed in; a was taken.").text


@pytest.mark.parametrize("source", ["(" * 50_000, "'" * 50_001, "\\" * 50_000, "f'{" * 20_000, "x = 1\n" * 30_000])
def test_a_flood_of_code_stays_a_page(source):
    notebook = answered(welford_update=source)
    extra = {"cell_type": "code", "metadata": {}, "source": "x = 1"}
    notebook["cells"] += [extra] * 1000
    html = feedback_page(sample_day(), handed_back(submission(notebook)))
    assert len(html) < 3_000_000
    assert f"{1002 - MAX_CELLS} more cells are not shown." in html


def test_the_file_is_where_nbgrader_puts_its_own(tmp_path):
    path = write_feedback(tmp_path, sample_day(), handed_back(submission(answered())))
    assert path == tmp_path / "feedback" / "ada" / SLUG / f"{SLUG}.html"
    before = path.read_bytes()
    write_feedback(tmp_path, sample_day(), handed_back(submission(answered())))
    assert path.read_bytes() == before
