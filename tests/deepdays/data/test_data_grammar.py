"""Grammars expand as their text says, the same for a seed, and texts come out tidy."""

from collections import Counter

import numpy as np
import pytest

from deepdays.data.errors import DataError
from deepdays.data.grammar import Draws, Grammar, tidy

RULES = Grammar("""
greeting
    Hello {person}{mark?} | Good day, {person}
    ~ Evening, {person}
person
    Ann | Bob | ~ Zoe
mark
    !
""")


def texts(n, rule="greeting", held_out=False, **bound):
    draws = Draws(np.random.default_rng(0))
    return Counter(RULES.write(rule, draws, held_out, **bound) for _ in range(n))


def test_every_alternative_is_as_likely_and_an_optional_part_comes_half_of_the_time():
    counts = texts(8000)
    assert set(counts) == {"Hello Ann", "Hello Bob", "Hello Ann!", "Hello Bob!", "Good day, Ann", "Good day, Bob"}
    assert sum(counts[text] for text in counts if text.startswith("Good")) == pytest.approx(4000, abs=150)
    assert counts["Hello Ann!"] + counts["Hello Bob!"] == pytest.approx(2000, abs=150)


def test_held_out_alternatives_come_only_when_asked():
    counts = texts(3000, held_out=True)
    assert {"Evening, Zoe", "Hello Zoe!", "Good day, Ann"} <= set(counts)
    assert RULES.options("person") == ["Ann", "Bob"]
    assert RULES.options("person", held_out=True) == ["Ann", "Bob", "Zoe"]


def test_a_bound_value_takes_the_place_of_a_rule():
    assert set(texts(100, person="Mr Pym")) == {"Hello Mr Pym", "Hello Mr Pym!", "Good day, Mr Pym"}


def test_the_same_seed_writes_the_same():
    assert texts(50) == texts(50)


@pytest.mark.parametrize(
    ("rules", "words"),
    [("a\n    x\na\n    y\n", "names the rule 'a' twice"), ("    x\na\n    y\n", "belongs to no rule.*Received: ")],
)
def test_a_malformed_grammar_says_what_is_wrong(rules, words):
    with pytest.raises(DataError, match=words):
        Grammar(rules)


def test_draws_are_uniform_and_go_on_after_a_block():
    draws = Draws(np.random.default_rng(3))
    numbers = [draws.number() for _ in range(10_000)]
    assert numbers == np.random.default_rng(3).random(10_000).tolist()
    pairs = Counter(draws.pick_two("abc") for _ in range(6000))
    assert set(pairs) == {(a, b) for a in "abc" for b in "abc" if a != b}
    assert min(pairs.values()) > 900
    assert sum(draws.chance(0.2) for _ in range(5000)) == pytest.approx(1000, abs=100)


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("it was  a apple , a pear . then we left !", "It was an apple, a pear. Then we left!"),
        ("a Anchor and a university", "An Anchor and a university"),
        ("see you :) bye", "See you :) bye"),
        ("go? www.shop.example is it", "Go? www.shop.example is it"),
    ],
)
def test_tidy(text, tidied):
    assert tidy(text) == tidied
