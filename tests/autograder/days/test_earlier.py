"""The answers of a day as a module for later days: what it holds, and that it is there exactly while it may be."""

import shutil
import types
from pathlib import Path

import pytest

import deepdays.earlier
from autograder.days.earlier import earlier_module, imported_days, needed_modules
from autograder.days.overview import all_days
from autograder.days.reader import read_day
from autograder.engine.notebook_code import day_cells
from autograder.errors import DayError, DeepDaysError
from autograder.grading.grader import Grader, Settings
from autograder.notebooks.building import build
from autograder.project import day_path
from autograder.result import Status
from tests.support.places import ROOT

LATER = Path(__file__).parent / "day_001_standard_deviation.py"
needed_days = sorted({number for info in all_days(ROOT) for number in info.needs_code})


@pytest.fixture
def course(tmp_path, sample_path, monkeypatch):
    """A project of two days, the second of which imports the first's answers."""
    (tmp_path / "solutions").mkdir()
    for path in (sample_path, LATER):
        shutil.copy(path, tmp_path / "solutions")
    monkeypatch.setattr(deepdays.earlier, "__path__", [str(tmp_path / "deepdays" / "earlier")])
    return tmp_path


def run(source: str) -> dict:
    module = types.ModuleType("module")
    exec(source, vars(module))
    return vars(module)


def test_a_module_holds_the_answers_and_what_they_need(sample):
    source = earlier_module(sample)
    names = run(source)
    assert names["__all__"] == ["running_variance", "welford_update"]
    assert names["running_variance"]([4.0, 7.0, 13.0, 16.0]) == 22.5
    assert "observations so far" in names["welford_update"].__doc__
    assert "solutions/day_000_running_statistics.py" in names["__doc__"]
    for absent in ("SOLUTION", "np", "dd", "assert", "print", "stream = "):
        assert absent not in source.replace("numpy", "").replace("for x in stream", ""), absent


def test_set_up_that_an_answer_uses_comes_along(edited):
    set_up = "import math\nfrom os import path, sep\n\nHALF = 0.5\nUNUSED = 3\nTWICE = 2 * HALF\n"
    path = edited(
        ("    return state[2] / state[0]", "    return math.fsum([state[2] / state[0] * TWICE, len(sep) - 1])"),
        (
            "# %% setup\n",
            f"# %% setup\n{set_up}",
        ),
    )
    source = earlier_module(read_day(path))
    assert run(source)["running_variance"]([3.0, 5.0]) == 1.0
    assert "import math\nfrom os import sep\nHALF = 0.5\nTWICE = 2 * HALF\n" in source
    assert "path" not in source.replace(path.name, "")
    assert "UNUSED" not in source


def test_imports_in_a_quiet_block_stay_in_it(edited):
    path = edited(
        ("    return state[2] / state[0]", "    return math.fsum([state[2] / state[0]])"),
        (
            "# %% setup\n",
            "# %% setup\nimport deepdays as dd\n\nwith dd.quiet():\n    import math\n    import os\n\n    os.sep\n\n",
        ),
    )
    source = earlier_module(read_day(path))
    assert "import deepdays as dd\nwith dd.quiet():\n    import math\n" in source
    assert "import os" not in source
    assert run(source)["running_variance"]([3.0, 5.0]) == 1.0


def test_an_answer_that_uses_what_a_demo_binds_is_refused(edited):
    path = edited(("    return state[2] / state[0]", "    return state[2] / state[0] + 0 * shift"))
    with pytest.raises(DayError, match="the answer uses `shift`, which no set-up cell and no answer binds"):
        earlier_module(read_day(path))


def test_imports_are_recognised():
    assert imported_days("from deepdays.earlier import day_034, day_007 as seven\nimport deepdays") == [34, 7]
    assert imported_days("def f():\n    from deepdays.earlier import day_002\n") == [2]
    assert imported_days("from elsewhere import day_034") == []


def test_an_import_must_be_declared(course):
    path = course / "solutions" / LATER.name
    path.write_text(path.read_text().replace("# needs_code: [0]\n", ""))
    with pytest.raises(DayError, match="imports the answers of day 0, which is not under `needs_code`") as caught:
        read_day(path)
    assert "Add 0 to `needs_code`" in str(caught.value)


def test_build_writes_what_is_needed_and_nothing_else(course):
    folder = course / "deepdays" / "earlier"
    later = read_day(day_path(course, 1))
    with pytest.raises(DeepDaysError, match=r"has no day_000\. Run `deepdays build`"):
        needed_modules(later.needs_code)
    build([later], course)
    assert [path.name for path in folder.iterdir()] == ["day_000.py"]
    assert list(needed_modules(later.needs_code)) == ["day_000"]
    (folder / "day_000.py").write_text("stale = True\n")
    build([later], course)
    assert "stale" in (folder / "day_000.py").read_text()
    build([read_day(day_path(course, 0))], course)
    assert (folder / "day_000.py").read_text() == earlier_module(read_day(day_path(course, 0)))


def test_modules_come_after_what_they_import(course):
    folder = course / "deepdays" / "earlier"
    folder.mkdir(parents=True)
    (folder / "day_000.py").write_text("x = 1\n")
    (folder / "day_001.py").write_text("from deepdays.earlier import day_000\n")
    assert list(needed_modules([1])) == ["day_000", "day_001"]


def test_a_day_that_builds_on_another_is_graded_with_its_answers(course):
    build([read_day(day_path(course, 0))], course)
    later = read_day(day_path(course, 1))
    right = day_cells(later)
    wrong = day_cells(later, {"standard_deviation": later.exercises[0].mistakes[0].answer})
    with Grader(later, Settings()) as grader:
        (verdict,) = grader.examine(right)
        assert (verdict.status, verdict.message) == (Status.PASSED, "")
        (verdict,) = grader.examine(wrong)
        assert (verdict.status, verdict.hint) == (Status.FAILED, "A half is not a root.")


def test_answers_cannot_be_read_while_they_are_graded(sample):
    """A learner's code that imports the answers that it is graded on, or looks for any day's."""
    for attempt in (
        "from deepdays.earlier.day_002 import *",
        "import deepdays.earlier, os\nassert os.listdir(deepdays.earlier.__path__[0])\n",
    ):
        cheat = f"{attempt}\ndef running_variance(stream):\n    return 22.5"
        with Grader(sample, Settings()) as grader:
            (verdict,) = grader.examine(day_cells(sample, {"running_variance": cheat}), only="running_variance")
        assert verdict.status == Status.ERROR
        assert any(error in verdict.message for error in ("ModuleNotFoundError", "AssertionError"))


@pytest.mark.parametrize("number", needed_days)
def test_the_modules_are_those_of_the_sources(number):
    path = ROOT / "deepdays" / "earlier" / f"day_{number:03d}.py"
    assert path.read_text(encoding="utf-8") == earlier_module(read_day(day_path(ROOT, number))), (
        f"run `deepdays build {number}` and commit the module with the source"
    )


def test_no_module_is_left_over():
    present = sorted(int(path.stem.removeprefix("day_")) for path in (ROOT / "deepdays" / "earlier").glob("day_*.py"))
    assert present == needed_days
