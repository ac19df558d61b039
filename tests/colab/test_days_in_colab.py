"""Every day as a learner meets it in Colab, with the answers filled in."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.days.reader import read_day
from autograder.notebooks.building import student_bytes
from autograder.notebooks.colab import lacking, settings
from autograder.project import day_path, find_days
from tests.support.places import ROOT

USE_THE_PACKAGE = """
import importlib, inspect
import deepdays as dd
from deepdays.data import DataError, home

assert "site-packages" in dd.__file__, dd.__file__
dd.check.close([1.0, 2.0], [1.0, 2.0])
dd.plot.style()
print(dd.device(), dd.progress(), list(dd.track([1])), dd.zoo.names())
for name in dd.data.available():
    make = getattr(dd.data, name)
    arguments = inspect.signature(make).parameters
    options = {"n": 200} if "n" in arguments else {}
    options |= {"source": "bundled"} if "source" in arguments else {}
    try:
        make(**options)
    except DataError:
        if not importlib.import_module(home(name)).CARD.files:  # what must be fetched has files
            raise
    else:
        print("bundled:", name)
"""


def name_of(line: str) -> str:
    return re.split(r"==| @ ", line, maxsplit=1)[0]


def in_colab(day, colab) -> nbformat.NotebookNode:
    """The student notebook with the day's answers, installing from the checkout in place of the published course."""
    notebook = nbformat.reads(student_bytes(day), as_version=4)
    for cell in notebook.cells:
        cell.source = day.answers.get(cell.id, cell.source)
    published, branch = settings()
    address = f"git+https://github.com/{published}@{branch}"
    assert address in notebook.cells[0].source
    notebook.cells[0].source = notebook.cells[0].source.replace(address, colab.package)
    return notebook


@pytest.mark.parametrize("path", find_days(ROOT), ids=lambda path: path.stem)
def test_the_day_runs_and_adds_the_package_alone(path, colab):
    day = read_day(path)
    before = colab.begin_anew()
    problems = colab.run(in_colab(day, colab))
    assert not problems, "\n\n".join(problems)
    after = colab.packages()
    assert before <= after
    assert {name_of(line) for line in after - before} == {"deepdays", "jupytext", *lacking(day)}


def test_the_installed_package_has_all_that_it_needs(colab):
    colab.begin_anew()
    colab.python("-m", "pip", "install", "--quiet", "--no-deps", colab.package, "num2words", "pycountry")
    said = colab.python("-c", USE_THE_PACKAGE)
    assert said.count("bundled: ") > 20


def test_the_check_and_a_hint_need_no_more_than_the_install_cell(colab):
    colab.begin_anew()
    day = read_day(day_path(ROOT, 2))
    wrong = day.exercise("mse_cost").mistakes[0]
    notebook = in_colab(day, colab)
    next(cell for cell in notebook.cells if cell.id == "mse_cost").source = wrong.answer
    colab.show(notebook)
    asking = 'import deepdays as dd\nprint(repr(dd.ask()))\ndd.hint("mse_cost")\ndd.solution("mse_cost")'
    asked = new_notebook(cells=[notebook.cells[0], new_code_cell(asking)])
    assert not colab.run(asked)
    said = "".join(output.text for output in asked.cells[1].outputs if output.name == "stdout")
    assert "\n✓ predict: passed\n" in said
    assert "\n✗ mse_cost: wrong result\n" in said
    assert f"Hint: {wrong.hint}" in said
    assert "Hint 1 of" in said
    assert "def mse_cost" in said


def test_a_cell_that_fails_is_named(colab):
    (problem,) = colab.run(new_notebook(cells=[new_code_cell("print(1)"), new_code_cell("1 / 0", id="wrong")]))
    assert problem.startswith("cell wrong raised ZeroDivisionError: division by zero\n1 / 0\n")
