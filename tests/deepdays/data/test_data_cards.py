"""Cards agree with the sets and the datasheets; fingerprints tell sets apart and nothing else."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from deepdays import data
from deepdays.data import listing
from deepdays.data.card import fingerprint

HEADINGS = ("Origin", "Licence", "Shape and units", "How made", "Known limits", "Checksum")
NAMES = data.modules()


@dataclass
class Pair:
    x: np.ndarray
    y: list


@pytest.mark.parametrize("name", NAMES)
def test_a_card_is_complete(name):
    card = listing.card(name)
    assert card.name == name
    assert all((card.title, card.size, card.origin, card.licence))
    assert card.bundled == bool(card.fingerprint)
    assert card.bundled or card.files


@pytest.mark.parametrize("name", NAMES)
def test_a_datasheet_has_every_heading_and_every_hash(name, repository):
    sheet = (repository / "data" / f"{name}.md").read_text(encoding="utf-8")
    card = listing.card(name)
    assert sheet.startswith(f"# {name}\n")
    found = [line[3:] for line in sheet.splitlines() if line.startswith("## ")]
    assert found == list(HEADINGS)
    assert card.fingerprint in sheet
    for file in card.files:
        assert file.name in sheet
        assert file.digest.removeprefix("md5:") in sheet
    if card.draw is not None:
        assert f"](pictures/{name}.png)" in sheet
        assert (repository / "data" / "pictures" / f"{name}.png").stat().st_size < 60_000


@pytest.mark.parametrize("name", [name for name in NAMES if listing.card(name).bundled])
def test_a_set_is_still_the_one_on_record(name):
    card = listing.card(name)
    assert fingerprint(card.make()) == card.fingerprint


VALUES = {
    "ints": np.arange(4),
    "floats": np.arange(4.0),
    "another shape": np.arange(4).reshape(2, 2),
    "one value": np.array([0, 1, 2, 4]),
    "flags": np.array([False, True]),
    "text": "abcd",
    "words": ["ab", "cd"],
    "other words": ["abc", "d"],
    "nested": [["ab"], "cd"],
    "dict": {"x": np.arange(4)},
    "other key": {"y": np.arange(4)},
    "frame": pd.DataFrame({"a": [1, 2], "b": ["x", None]}),
    "other column": pd.DataFrame({"a": [1, 2], "c": ["x", None]}),
    "dates": np.array(["2031-03-03", "2031-03-04"], "M8[D]"),
    "nothing": [],
    "number": 3,
}


def test_fingerprints_tell_values_apart():
    found = {name: fingerprint(value) for name, value in VALUES.items()}
    assert len(set(found.values())) == len(VALUES)
    assert all(len(digest) == 64 for digest in found.values())


def test_fingerprints_do_not_depend_on_what_does_not_matter():
    assert fingerprint(np.arange(4, dtype="int32")) == fingerprint(np.arange(4, dtype="uint8"))
    assert fingerprint(np.arange(6.0).reshape(2, 3).T) == fingerprint(np.arange(6.0).reshape(2, 3).T.copy())
    assert fingerprint(np.array([0.0, np.nan])) == fingerprint(np.array([-0.0, -np.nan]))
    assert fingerprint(Pair(np.ones(2), [1])) == fingerprint({"x": np.ones(2), "y": [1]})
    dates = np.array(["2031-03-03"], "M8[D]")
    assert fingerprint(dates) == fingerprint(dates.astype("M8[ns]"))
    rng = np.random.default_rng(0)
    x = rng.standard_normal(1000)
    assert fingerprint(x) == fingerprint(x * (1 + 1e-15))
    assert fingerprint(x) != fingerprint(x + 1e-5)
    assert fingerprint(pd.Series(["a", "b"], dtype=object)) == fingerprint(pd.Series(["a", "b"], dtype="string"))
