"""A learner's own answers of an earlier day, and the reference's where there are none."""

import json
import sys
from types import ModuleType

import pytest

import deepdays as dd
import deepdays.earlier
from deepdays.standing import progress_file


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A learner's folder, and the reference answers of a day 7 that defines `double` and `triple`."""
    monkeypatch.setenv("DEEPDAYS_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "my_days").mkdir()
    monkeypatch.chdir(tmp_path)
    reference = ModuleType("deepdays.earlier.day_007")
    exec("__all__ = ['double', 'triple']\ndef double(x): return 2 * x\ndef triple(x): return 3 * x", vars(reference))
    monkeypatch.setitem(sys.modules, reference.__name__, reference)
    return tmp_path


def finish(*days):
    kept = {"days": {str(day): {"finished": "2026-03-10"} for day in days}, "active": []}
    progress_file().write_text(json.dumps(kept), encoding="utf-8")


def cell(source, id="own", **marks):
    return {"cell_type": "code", "id": id, "source": source, "metadata": {"nbgrader": marks} if marks else {}}


ANSWERS = [
    cell("import math", "setup-1", locked=True),
    cell("raise SystemError('a demo')", "demo-1"),
    cell("def helper(x):\n    return x + x", "own-2"),
    cell("def double(x):\n    '''mine'''\n    return helper(x)", "double", solution=True),
    cell("assert double(2) == 5", "test_double", grade=True),
    cell(["def triple(x):\n", "    return math.prod((3, x))"], "triple", solution=True),
]


def write(cells, name="my_days/day_007_doubling.ipynb"):
    with open(name, "w", encoding="utf-8") as file:
        json.dump({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, file)


def test_a_finished_day_gives_what_the_learner_wrote(capsys, monkeypatch):
    finish(7)
    write(ANSWERS)
    day = dd.mine(7)
    assert (day.double.__doc__, day.double(4), day.triple(5)) == ("mine", 8, 15)
    assert capsys.readouterr().out == "Day 7: your own answers, from day_007_doubling.ipynb.\n"


def test_it_is_found_from_the_folder_it_lies_in(home, monkeypatch):
    finish(7)
    write(ANSWERS)
    monkeypatch.chdir(home / "my_days")
    assert dd.mine(7).double.__doc__ == "mine"


def says(capsys) -> str:
    assert dd.mine(7).double.__doc__ is None
    return capsys.readouterr().out


def test_a_day_that_is_not_finished_gives_the_reference(capsys):
    write(ANSWERS)
    assert says(capsys) == "Day 7: not finished yet; these are the reference answers.\n"
    finish(8)
    assert "not finished yet" in says(capsys)
    progress_file().write_text("{", encoding="utf-8")
    assert "not finished yet" in says(capsys)


def test_a_notebook_that_cannot_be_used_gives_the_reference(capsys):
    finish(7)
    assert "no notebook of it in" in says(capsys)
    write([cell("1 / 0"), *ANSWERS])
    assert "day_007_doubling.ipynb raised ZeroDivisionError" in says(capsys)
    write(ANSWERS[:2])
    assert "SystemError" not in says(capsys)
    write([ANSWERS[2], ANSWERS[3]])
    assert "day_007_doubling.ipynb does not define triple" in says(capsys)
    write("no cells")
    assert "these are the reference answers" in says(capsys)


def test_a_day_on_which_nothing_builds_is_refused():
    with pytest.raises(ValueError, match="no day builds on Day 125"):
        dd.mine(125)
