"""Names of languages: plain letters, each once, and parts without relatives in one another."""

import re

import pycountry
import pytest

import deepdays as dd
from deepdays.data.errors import UnknownName
from deepdays.data.sets.names import CORE, make


def test_names_are_plain_and_real():
    names = dd.data.names()
    assert 7600 < len(names) < 8200
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"[a-z' -]+", name) for name in names)
    assert {"french", "zulu", "isthmus zapotec", "ama", "occitan"} <= set(names)
    assert 5400 < sum(name.isalpha() for name in names) < 5800


def test_accents_and_brackets_are_gone_and_no_name_is_lost_to_them():
    names = set(dd.data.names())
    assert pycountry.languages.get(alpha_3="lij").name.lower() in names
    assert "volapuk" in names
    assert "ancient greek" in names
    assert not any("(" in name for name in names)


def test_parts_are_disjoint_and_keep_families_together():
    parts = {part: dd.data.names(part) for part in ("train", "validation", "test")}
    assert sorted(name for names in parts.values() for name in names) == dd.data.names()
    last = {part: {name.split()[-1] for name in names} for part, names in parts.items()}
    assert not last["train"] & last["test"]
    assert not last["train"] & last["validation"]
    assert 500 < len(parts["test"]) < 1100
    assert 500 < len(parts["validation"]) < 1100


def test_the_core_is_there_whole():
    assert len(make()) == len(CORE.split())
    assert set(make()) <= set(dd.data.names())


def test_an_unknown_part_says_so():
    with pytest.raises(UnknownName, match="Did you mean 'test'"):
        dd.data.names("tests")
