"""The full check, hints and solutions, asked for from inside a notebook in a real kernel."""

import json
import os

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.days.reader import read_day
from deepdays import this_notebook
from deepdays.asking import Card
from tests.support.places import SAMPLE

ANSWERS = read_day(SAMPLE).answers
WRONG = read_day(SAMPLE).exercises[0].mistakes[0]
NAME = f"{SAMPLE.stem}.ipynb"


@pytest.fixture
def said(project, deepdays, fill_in, monkeypatch):
    """What cells say at the end of the learner's notebook: their text and their HTML."""

    def run(*asking: str, answers=None, environment=None, first=()):
        deepdays("start", "0")
        path = fill_in(**(answers or {}))
        extra = [nbformat.v4.new_code_cell(source) for source in ("import deepdays as dd", *first, *asking)]
        monkeypatch.setenv("DEEPDAYS_HOME", str(project / "home"))
        for name, value in (environment or {"JPY_SESSION_NAME": str(path)}).items():
            monkeypatch.setenv(name, value)
        notebook = nbformat.v4.new_notebook(cells=extra)
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
        told = []
        for cell in notebook.cells[1 + len(first) :]:
            (output,) = cell.outputs
            told.append(output.get("data", {"text/plain": output.get("text")}))
        return told

    return run


def test_the_whole_check_of_the_notebook_that_one_is_in(said):
    (card,) = said("dd.ask()", answers={**ANSWERS, "welford_update": WRONG.answer})
    text, html = card["text/plain"], card["text/html"]
    assert text.startswith("Day 0: 0 of 5 points\n✗ welford_update: wrong result")
    assert f"Hint: {WRONG.hint}" in text
    assert text.endswith('Next: welford_update. Save the notebook and ask again; dd.hint("welford_update") helps.')
    assert 'role="group"' in html and "<h3>Day 0: 0 of 5 points</h3>" in html


def test_one_exercise_a_hint_and_the_solution(said):
    passed, hint, solution, unknown = said(
        'dd.ask("welford_update")', 'dd.hint("welford_update")', 'dd.solution("running_variance")', 'dd.ask("welford")',
        answers=ANSWERS,
    )  # fmt: skip
    assert passed["text/plain"] == "Day 0: 5 of 5 points\n✓ welford_update: passed\nNext: go on, this is right."
    assert hint["text/plain"].startswith("Hint 1 of")
    assert "def running_variance" in solution["text/plain"]
    assert unknown["text/plain"].startswith(
        "This day has no exercise 'welford'. It has: welford_update, running_variance."
    )


def test_it_is_found_by_its_cells_where_no_front_end_tells(said, project):
    first = (ANSWERS["welford_update"], ANSWERS["running_variance"])
    (card,) = said("dd.ask()", answers=ANSWERS, first=first, environment={"JPY_SESSION_NAME": "gone.ipynb"})
    assert card["text/plain"].startswith("Day 0: 5 of 5 points")


def test_a_notebook_that_was_not_saved_since_is_said(said):
    first = ("def welford_update(count, mean, m2, x):\n    return 'changed since'",)
    (card,) = said("dd.ask()", answers=ANSWERS, first=first)
    assert card["text/plain"].startswith(
        f"{NAME} has not been saved since you last ran a cell: save it, and ask again."
    )


def test_what_is_missing_is_said(said):
    hide = "import importlib.util as u\nf = u.find_spec\nu.find_spec = lambda n, *a: None if n == 'typer' else f(n, *a)"
    (card,) = said("dd.ask()", first=(hide,))
    assert card["text/plain"].startswith('The full check needs the grader. Get it with: %pip install "deepdays[grader]')


def test_where_no_notebook_can_be_found_that_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    with pytest.raises(this_notebook.NotFound, match="can't be found on disk"):
        this_notebook.find({"In": ["", "x = 1"]})
    path = tmp_path / "mine.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1"]}]}))
    assert this_notebook.find({"In": ["", "x = 1"]}) == path
    assert this_notebook.find({"__vsc_ipynb_file__": os.fspath(path)}) == path


def test_nothing_of_a_message_becomes_markup():
    exercise = {
        "name": "<b>",
        "status": "failed",
        "message": "<script>x</script>",
        "hint": "<i>",
        "points": 0,
        "max_points": 1,
    }
    html = Card({"day": 0, "score": 0, "max_score": 1, "message": "", "exercises": [exercise]})._repr_html_()
    assert "<script>x" not in html and "<i>" not in html and "<code>&lt;b&gt;</code>" in html
