"""A long loop's line: shown in a notebook after two seconds, gone when the loop ends, never elsewhere."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

import deepdays as dd
from deepdays.tracking import progress_text

SETUP = "import time, warnings\nimport deepdays as dd\nfrom deepdays import tracking\n"
EAGER = SETUP + "tracking.PATIENCE = tracking.INTERVAL = 0.0\n"
BLANK = {"text/plain": "", "text/html": ""}


def test_it_yields_the_items_and_prints_nothing(capfd):
    assert list(dd.track(range(5), "counting")) == list(range(5))
    assert list(dd.track(iter("abc"))) == ["a", "b", "c"]
    assert list(dd.track([])) == []
    assert capfd.readouterr() == ("", "")


def test_an_error_in_the_loop_is_the_loop_s():
    with pytest.raises(ZeroDivisionError):
        for number in dd.track([1, 0]):
            1 / number


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("training", 50, 200, 5.0), "training  █████░░░░░░░░░░░░░░░  25%  50/200  about 15 s left"),
        (("training", 0, 200, 5.0), "training  ░░░░░░░░░░░░░░░░░░░░  0%  0/200"),
        (("training", 200, 200, 5.0), "training  ████████████████████  100%  200/200  about 0 s left"),
        (("reading", 7, None, 2.6), "reading  7 done  3 s"),
        (("reading", 7, 0, 2.6), "reading  7 done  3 s"),
        (("reading", 9, 6, 3.0), "reading  ████████████████████  100%  9/6  about 0 s left"),
    ],
)
def test_the_line_says_how_far_it_is(arguments, text):
    assert progress_text(*arguments) == text


def run(source):
    """A cell's messages and the outputs that stay in the notebook."""
    notebook = new_notebook(cells=[new_code_cell(source)])
    texts = []

    class Client(NotebookClient):
        def process_message(self, msg, cell, cell_index):
            if msg["msg_type"] in ("display_data", "update_display_data"):
                texts.append(msg["content"]["data"]["text/plain"])
            return super().process_message(msg, cell, cell_index)

    try:
        Client(notebook, timeout=60, kernel_name="python3").execute()
    except CellExecutionError:
        texts.append("error")
    nbformat.validate(notebook)
    return texts, notebook.cells[0].outputs


def test_in_a_notebook_one_line_is_renewed_and_then_goes():
    texts, outputs = run(EAGER + "for step in dd.track(range(4), 'training'):\n    time.sleep(0.01)")
    assert len(texts) == 5
    assert texts[2].startswith("training  ██████████░░░░░░░░░░  50%  2/4")
    assert texts[-1] == ""
    assert [output.data for output in outputs] == [BLANK]


@pytest.mark.parametrize("leave", ["break", "1 / 0"])
def test_leaving_the_loop_early_takes_the_line_away(leave):
    texts, outputs = run(EAGER + f"for step in dd.track(range(100)):\n    if step == 2:\n        {leave}")
    assert texts[:3][-1].startswith("working")
    assert "" in texts
    assert [output.data for output in outputs if "data" in output] == [BLANK]


def test_a_loop_under_two_seconds_shows_nothing():
    texts, outputs = run(SETUP + "for step in dd.track(range(50)):\n    time.sleep(0.001)")
    assert texts == []
    assert outputs == []
