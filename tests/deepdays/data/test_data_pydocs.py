"""Pages of the language reference: cut at headings, each text once, under every version of Python."""

import sys
from itertools import pairwise

import pytest

import deepdays as dd
from deepdays.data.errors import DataError
from deepdays.data.sets.pydocs import CORE, pages_of

SENTENCE = "This sentence is long enough to be a page of its own. "
TOPICS = {
    "compound": f"""Compound statements
*******************

{SENTENCE}Opening.


The "if" statement
==================

{SENTENCE}About if.


Details of *if*
---------------

{SENTENCE}   x = 1

Not a heading
   ===


The "while" statement
=====================

{SENTENCE}About while.
""",
    "if": f"""The "if" statement
******************

{SENTENCE}About
if.
""",
    "empty": "Heading\n*******\n\nShort.\n",
    "string-methods": f"""String Methods
**************

{SENTENCE}

str.find(sub[, start])
str.index(sub)

   {SENTENCE * 30}

str.lower()

   {SENTENCE * 30}
""",
}


def test_topics_are_cut_at_headings_and_long_ones_at_methods():
    pages = pages_of(TOPICS)
    assert [(title, section, topic) for title, section, topic, _ in pages] == [
        ("Compound statements", "Compound statements", "compound"),
        ('The "if" statement', 'Compound statements > The "if" statement', "compound"),
        ("Details of if", 'Compound statements > The "if" statement > Details of if', "compound"),
        ('The "while" statement', 'Compound statements > The "while" statement', "compound"),
        ("String Methods", "String Methods", "string-methods"),
        ("str.find", "String Methods > str.find", "string-methods"),
        ("str.lower", "String Methods > str.lower", "string-methods"),
    ]
    assert pages[2][3].startswith(SENTENCE + "   x = 1\n\nNot a heading\n   ===")
    assert pages[5][3].startswith("str.find(sub[, start])\nstr.index(sub)\n\n   This sentence")


def test_the_pages_of_this_python():
    pages = dd.data.pydocs()
    assert list(pages.columns) == ["title", "section", "topic", "text"]
    assert 200 < len(pages) < 350
    assert 330_000 < pages["text"].str.len().sum() < 480_000
    assert pages["text"].str.len().min() >= 40
    assert 500 < pages["text"].str.len().median() < 1200
    assert set(CORE) <= set(pages["title"])
    assert not pages["text"].duplicated().any()
    page = pages[pages["title"] == 'The "while" statement'].iloc[0]
    assert "repeated execution" in page["text"]
    assert page["section"] == 'Compound statements > The "while" statement'


def test_no_heading_is_left_in_a_text():
    for text in dd.data.pydocs()["text"]:
        lines = text.splitlines()
        for line, below in pairwise(lines):
            assert not (
                line[:1].strip() and len(below) == len(line) > 2 and set(below) <= set("*=-~") and "|" not in line
            )


def test_a_python_without_its_documentation_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(DataError, match="This Python lacks pydoc_data"):
        dd.data.pydocs()
