"""The catalogue, a look at a set, and the check of every hash."""

import dataclasses
import importlib

import pytest
from PIL import Image

from deepdays import data
from deepdays.data import listing
from deepdays.data.errors import DataError, UnknownName


def test_the_catalogue_has_a_row_for_every_module():
    rows = {row.name: row for row in listing.catalogue()}
    assert list(rows) == data.modules()
    assert rows["housing"].ready
    assert rows["housing"].state == "bundled; full: not fetched"
    assert rows["ratings"].state == "bundled"
    assert not rows["mnist"].ready
    assert rows["mnist"].state == "not fetched"
    assert all(isinstance(getattr(row, field), str) for row in rows.values() for field in ("size", "origin", "licence"))


def test_the_catalogue_sees_a_set_that_has_been_fetched(shared):
    shared("housing.tgz", "names.txt")
    rows = {row.name: row for row in listing.catalogue()}
    assert rows["housing"].state == "bundled; full: at hand"
    assert (rows["first_names"].ready, rows["first_names"].state) == (True, "at hand")


def test_a_set_whose_package_is_absent_is_not_ready(monkeypatch):
    module = importlib.import_module("deepdays.data.sets.toy")
    monkeypatch.setattr(module, "CARD", dataclasses.replace(module.CARD, needs=("numpy", "no_such_package")))
    row = next(row for row in listing.catalogue() if row.name == "toy")
    assert (row.ready, row.state) == (False, "needs the package no_such_package")
    verdict = next(verdict for verdict in listing.check() if verdict.name == "toy")
    assert (verdict.good, verdict.note) == (False, "needs the package no_such_package")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("housing", "median_house_value ocean_proximity"),
        ("moons", "float64 (500, 2): ["),
        ("toy", "spirals:\n"),
        ("digits", "int64 (1797,): [0, 1, 2, 3, 4, 5, 6, 7, …]"),
        ("ratings", "truth:\n"),
        ("series", "1700-01-01"),
    ],
)
def test_a_sample_as_text(name, words):
    assert words in listing.show(name)


def test_a_sample_of_text_and_of_words():
    assert listing.sample("one\ntwo", "  ") == "  one\n  two"
    assert listing.sample(["a", "b"]) == "2 of them: a, b"
    assert listing.sample([]) == "0 of them: "
    assert listing.sample(3.5) == "3.5"


@pytest.mark.parametrize("name", ["housing", "toy", "iris", "ratings", "sensors", "series"])
def test_a_contact_sheet_is_a_picture_and_the_same_twice(name, tmp_path):
    assert listing.show(name, tmp_path / "one.png") == str(tmp_path / "one.png")
    listing.show(name, tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    with Image.open(tmp_path / "one.png") as image:
        assert image.size == (720, 360)
        assert len(image.convert("RGB").getcolors(1 << 20)) > 20


def test_what_cannot_be_shown_says_why(tmp_path):
    with pytest.raises(UnknownName, match=r"Did you mean 'housing'?"):
        listing.show("housin")
    with pytest.raises(DataError, match=r"mnist needs mnist.npz, which is not on this machine"):
        listing.show("mnist")
    with pytest.raises(DataError, match=r"There is no picture of shakespeare"):
        listing.show("shakespeare", tmp_path / "x.png")


def test_the_check_finds_everything_right_here():
    verdicts = listing.check()
    assert {"housing", "toy", "tables", "ratings", "sensors", "series"} <= {verdict.name for verdict in verdicts}
    assert [verdict for verdict in verdicts if not verdict.good] == []


def test_the_check_finds_a_changed_generator_and_a_damaged_file(monkeypatch, cache_folder):
    module = importlib.import_module("deepdays.data.sets.toy")
    monkeypatch.setattr(module, "CARD", dataclasses.replace(module.CARD, make=lambda: [1, 2]))
    path = cache_folder / "public" / "names.txt"
    path.parent.mkdir(parents=True)
    path.write_text("emma\n")
    wrong = {verdict.name: verdict.note for verdict in listing.check() if not verdict.good}
    assert set(wrong) == {"toy", "names.txt"}
    assert wrong["toy"].startswith("its fingerprint is ")
    assert f"{path} is damaged" in wrong["names.txt"]
