"""A notebook is read once and whole, whatever an editor does to it meanwhile."""

import os
import threading
import time
from pathlib import Path

import pytest

from autograder.errors import DeepDaysError
from autograder.learning import saving
from autograder.learning.saving import is_there, saved_at, saved_bytes
from autograder.learning.workspace import which_notebook

OLD, NEW = b'{"cells": [], "old": 1}', b'{"cells": [], "new": 1}'


@pytest.fixture
def notebook(tmp_path) -> Path:
    path = tmp_path / "my_days" / "day_002_a.ipynb"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


@pytest.fixture
def soon():
    """A function that does something in a tenth of a second, in another thread."""
    timers = []

    def later(action, *arguments):
        timers.append(threading.Timer(0.1, action, arguments))
        timers[-1].start()

    yield later
    for timer in timers:
        timer.join()


def test_a_whole_notebook_is_read_at_once(notebook):
    begin = time.monotonic()
    assert saved_bytes(notebook) == OLD
    assert time.monotonic() - begin < 0.1


def test_one_that_is_written_in_place_is_waited_for(notebook, soon):
    notebook.write_bytes(NEW[:10])
    soon(notebook.write_bytes, NEW)
    assert saved_bytes(notebook) == NEW


def test_one_that_is_moved_away_for_a_moment_is_waited_for(notebook, soon):
    backup = notebook.rename(notebook.with_suffix(".backup"))
    soon(os.replace, backup, notebook)
    assert which_notebook(notebook.parents[1], str(notebook)) == notebook
    assert saved_bytes(notebook) == OLD


def test_one_that_stays_broken_is_handed_on_as_it_is(notebook, monkeypatch):
    monkeypatch.setattr(saving, "SECONDS", 0.1)
    notebook.write_bytes(NEW[:10])
    assert saved_bytes(notebook) == NEW[:10]


def test_none_too_large_and_no_file_are_told(notebook, monkeypatch):
    monkeypatch.setattr(saving, "SECONDS", 0.05)
    with pytest.raises(DeepDaysError, match=r"There is no notebook .*nothing.ipynb. Give the path"):
        saved_bytes(notebook.with_name("nothing.ipynb"))
    assert not is_there(notebook.with_name("nothing.ipynb"))
    assert saved_at(notebook.with_name("nothing.ipynb")) == 0
    with pytest.raises(DeepDaysError, match=r"my_days can't be read: Is a directory."):
        saved_bytes(notebook.parent)
    monkeypatch.setattr(saving, "MAX_BYTES", 10)
    with pytest.raises(DeepDaysError, match=r"is larger than 0 MB. Clear its outputs"):
        saved_bytes(notebook)


def test_an_editor_s_own_file_is_not_taken_for_the_notebook_saved_last(notebook):
    notebook.with_name(f".~{notebook.name}").write_bytes(NEW)
    os.utime(notebook, (1, 1))
    assert which_notebook(notebook.parents[1], None) == notebook
