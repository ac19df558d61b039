"""The day of a notebook is found whatever an editor has stripped from it."""

import json

import pytest

from autograder.errors import DeepDaysError
from autograder.learning.identifying import identify
from autograder.learning.workspace import reset
from autograder.notebooks.plain import as_bytes, grade_id
from tests.support.places import SAMPLE
from tests.support.sample_notebooks import SLUG, answered, handed_out, sample_day

OTHER = "day_001_other"


@pytest.fixture
def root(tmp_path):
    """A project of two days that differ in number, title and the names of their exercises."""
    text = SAMPLE.read_text()
    other = text.replace("day: 0", "day: 1").replace("Day 0", "Day 1").replace("Running statistics", "Other sums")
    other = other.replace("welford_update", "fold").replace("running_variance", "spread")
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / f"{SLUG}.py").write_text(text)
    (tmp_path / "solutions" / f"{OTHER}.py").write_text(other)
    return tmp_path


def stripped(keep: str) -> dict:
    """The answered notebook with only one of the signs left by which its day is known."""
    notebook = answered()
    notebook["metadata"] = notebook["metadata"] if keep == "metadata" else {}
    for cell in notebook["cells"]:
        if keep != "grade ids":
            cell["metadata"] = {}
        cell.pop("id")
        if cell["cell_type"] == "markdown":
            cell["source"] = "words"
        elif keep not in ("names", "grade ids"):
            cell["source"] = "1"
        elif keep == "grade ids":
            cell["source"] = "def f(:"
    texts = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    if keep == "link":
        texts[0]["source"] = f"[Open in Colab](https://colab.example/blob/main/curriculum/{SLUG}.ipynb)"
    if keep == "title":
        texts[1]["source"] = "# Day 0 · Running statistics\nwords"
    return notebook


@pytest.mark.parametrize("sign", ["metadata", "link", "title", "grade ids", "names"])
def test_one_sign_is_enough(root, sign):
    assert identify(root, root / "mine.ipynb", as_bytes(stripped(sign))).number == 0


def test_a_file_name_is_enough(root):
    bare = as_bytes(stripped("nothing"))
    assert identify(root, root / f"{SLUG}-Copy1.ipynb", bare).number == 0
    assert identify(root, root / f"{OTHER}.ipynb", bare).number == 1


def test_what_tells_nothing_is_asked_for(root):
    with pytest.raises(DeepDaysError, match=r"Nothing in mine\.ipynb tells which day it is\. Say it with `--day`"):
        identify(root, root / "mine.ipynb", as_bytes(stripped("nothing")))


def test_a_name_of_another_day_is_a_doubt(root):
    with pytest.raises(DeepDaysError, match=rf"is named after day 1 but holds day 0\. Rename it to {SLUG}\.ipynb"):
        identify(root, root / f"{OTHER}.ipynb", as_bytes(answered()))


@pytest.mark.parametrize("has_metadata", [True, False])
def test_reset_finds_the_exercise_in_a_stripped_notebook_too(tmp_path, has_metadata):
    mine = tmp_path / "mine.ipynb"
    mine.write_bytes(as_bytes(answered() if has_metadata else stripped("names")))
    backup = reset(mine, "welford_update", sample_day(), as_bytes(handed_out()))
    assert json.loads(backup.read_bytes()) == (answered() if has_metadata else stripped("names"))
    sources = ["".join(cell["source"]) for cell in json.loads(mine.read_bytes())["cells"]]
    stub = next(cell["source"] for cell in handed_out()["cells"] if grade_id(cell) == "welford_update")
    assert stub in sources
    assert sample_day().answers["welford_update"] not in sources
    assert sample_day().answers["running_variance"].strip() in [source.strip() for source in sources]
