"""Notebooks as people write them: whatever a kernel would run from top to bottom earns what it would earn there."""

import pytest

from autograder.day import Kind
from autograder.engine.examination import Examination
from autograder.engine.limits import Limits
from autograder.engine.notebook_code import day_cells
from autograder.engine.sandbox import BEST_EFFORT
from autograder.engine.trusted import TrustedDay
from autograder.result import Status
from autograder.submission import SubmittedCell

WELFORD = "welford_update"
USING = f"""\
def {WELFORD}(count, mean, m2, x):
    delta = x - mean
    mean += delta * SCALE / (count + 1)
    return count + 1, mean, m2 + delta * (x - mean)
"""
RIGHT = USING.replace("SCALE", "1")


@pytest.fixture(scope="module")
def day(sample):
    return TrustedDay(sample)


@pytest.fixture
def examined(day, zygote):
    """The result of the first exercise of a notebook: given cells, the rest as the day has it."""

    def examine(*cells: SubmittedCell, files=()):
        rest = [cell for cell in day_cells(day.day) if cell.name != WELFORD]
        limits = Limits(seconds_per_call=5, seconds=30)
        (result,) = Examination(day, (*cells, *rest), zygote, limits, BEST_EFFORT, files).results([WELFORD])
        return result

    return examine


def own(source: str) -> SubmittedCell:
    return SubmittedCell(Kind.EXTRA, "", source)


def answer(source: str) -> SubmittedCell:
    return SubmittedCell(Kind.EXERCISE, WELFORD, source)


@pytest.mark.parametrize(
    "cells",
    [
        ["SCALE = 1"],
        ["%time SCALE = int('1')"],
        ["%%time\nSCALE = 1"],
        ["%%capture\nprint(3)\nSCALE = 1"],
        ["SCALE = %time int('1')"],
        ["!pip install \\\n    seaborn\nSCALE = 1"],
        ["files = !ls\nSCALE = 1 + len(files)"],
        ["get_ipython().run_line_magic('matplotlib', 'inline')\nSCALE = 1"],
        ["ip = get_ipython()\nip.ast_node_interactivity = 'all'\nip.user_ns['SCALE'] = 1"],
        ["    SCALE = 1"],
        ["async def one():\n    return 1", "SCALE = await one()"],
        ["import asyncio\nawait asyncio.sleep(0.01)\nSCALE = 1"],
        ["SCALE = 1\ndisplay(SCALE)"],
        ["np.mean?\nSCALE = 1"],
        ["%%writefile mine.py\nSCALE = 1", "from mine import SCALE"],
        ["%%writefile mine.py\nSCALE = 1", "from mine import *"],
        ["%%writefile mine.py\nSCALE = 1", "%run mine.py"],
        ["exec('SCALE = 1')"],
        ["globals()['SCALE'] = 1"],
        ["globals().update(SCALE=1)"],
        ["import math as SCALE", "from math import *", "SCALE = int(cos(0))"],
        ["def setup():\n    for name in ['SCALE']:\n        globals()[name] = 1", "setup()"],
    ],
    ids=lambda cells: cells[0][:25].replace("\n", " "),
)
def test_what_a_kernel_would_find_is_found(examined, cells):
    result = examined(*map(own, cells), answer(USING))
    assert (result.status, result.message) == (Status.PASSED, "")


@pytest.mark.parametrize("cell", ["from mine import SCALE", "from mine import *", "%run mine.py", "import mine"])
def test_modules_beside_the_notebook_can_be_imported(examined, cell):
    using = USING.replace("SCALE", "mine.SCALE") if cell == "import mine" else USING
    result = examined(own(cell), answer(using), files=[("mine.py", b"SCALE = 1")])
    assert (result.status, result.message) == (Status.PASSED, "")


def test_a_module_beside_the_notebook_takes_no_librarys_place(examined):
    files = [("numpy.py", b"raise ImportError"), ("statistics.py", b"mean = None")]
    using = USING.replace("SCALE", "int(statistics.mean([1]))")
    result = examined(own("import numpy as np, statistics"), answer(using), files=files)
    assert (result.status, result.message) == (Status.PASSED, "")


@pytest.mark.parametrize(
    "cells",
    [
        ["table = {}", "table.update(scale=1)"],
        ["table = {}", "table |= {'scale': 1}"],
        ["table = {}", "dict.update(table, scale=1)"],
        ["table = {}", "def fill(t):\n    t['scale'] = 1", "fill(table)"],
        ["table = {}", "for key in ['scale']:\n    table.setdefault(key, 1)"],
    ],
    ids=lambda cells: cells[-1][:25].replace("\n", " "),
)
def test_what_changes_an_object_without_binding_it_runs(examined, cells):
    result = examined(*map(own, cells), answer(USING.replace("SCALE", "table['scale']")))
    assert (result.status, result.message) == (Status.PASSED, "")


def test_the_cell_that_binds_the_name_last_is_the_answer(day, examined):
    stub = day.day.exercise(WELFORD).stub
    assert examined(answer(stub), own(RIGHT)).status == Status.PASSED
    assert examined(answer(RIGHT), own(RIGHT.replace("+ 1", "+ 2"))).status == Status.FAILED
    assert examined(answer(stub), own(RIGHT), answer(RIGHT.replace("+ 1", "+ 2"))).status == Status.FAILED
    assert examined(own(RIGHT)).status == Status.PASSED
    demo = SubmittedCell(Kind.DEMO, "", RIGHT)
    assert examined(answer(stub), demo).status == Status.PASSED


def test_an_answer_above_a_stub_is_pointed_to(day, examined):
    result = examined(own(RIGHT), answer(day.day.exercise(WELFORD).stub))
    assert result.status == Status.UNANSWERED
    assert result.message.endswith("takes the place of the answer in a cell above it: move that answer into this cell")
    tried = examined(own(f"print({WELFORD})"), answer(day.day.exercise(WELFORD).stub))
    assert (tried.status, tried.message) == (Status.UNANSWERED, "the cell is as it was handed out")


def test_an_import_that_failed_in_a_cell_of_their_own_is_told(examined):
    result = examined(own("import no_such_package as nsp"), answer(USING.replace("SCALE", "nsp.one")))
    assert result.status == Status.ERROR
    assert "raised NameError: name 'nsp' is not defined" in result.message
    assert (
        "A cell of yours should define it, but running the cell raised ModuleNotFoundError: "
        "No module named 'no_such_package' in line 1: import no_such_package as nsp" in result.message
    )


def test_a_name_that_no_cell_binds_is_a_name_error_all_the_same(examined):
    result = examined(own("x = 1"), answer(USING))
    assert result.status == Status.ERROR
    assert result.message.startswith(f"{WELFORD}(0, 0.0, 0.0, 5.0): raised NameError: name 'SCALE' is not defined")
