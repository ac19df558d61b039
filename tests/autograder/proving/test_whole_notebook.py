"""The notebook's part of a proof: bounds in CPU seconds, other seeds, alternatives."""

from types import MappingProxyType

import numpy as np
import pytest
from nbformat.v4 import new_notebook

from autograder.days.reader import read_day
from autograder.proving import whole_notebook
from autograder.proving.asked import Asked
from autograder.proving.execution import Execution
from autograder.proving.whole_notebook import SHIFT, prove_notebook


@pytest.fixture
def ran(monkeypatch):
    """Pretend that notebooks took so long; the days that were run are listed."""
    days = []

    def pretend(cpu_seconds=1.0, peak_mb=100, figures=1, problems=(), slowness=1.0):
        cells = MappingProxyType({"demo-1": 0.5, "demo-2": cpu_seconds - 0.5})

        def run(day, variables):
            days.append(day)
            return Execution(2.0, cpu_seconds, cells, peak_mb, figures, tuple(problems), new_notebook())

        monkeypatch.setattr(whole_notebook, "run_solution", run)
        monkeypatch.setattr(whole_notebook, "slowness", lambda: slowness)
        return days

    return pretend


def prove(day, asked=None):
    return prove_notebook(day, "tensorflow", asked or Asked(), lambda text: None, None)


def test_a_notebook_over_a_days_share_is_remarked_on_with_its_dearest_cells(ran, sample):
    ran(cpu_seconds=25.0)
    run, problems, remarks = prove(sample)
    assert problems == []
    assert remarks == ["the notebook takes 25 CPU s, 20 are due: 24.5 s in cell demo-2, 0.5 s in cell demo-1"]
    assert run.notebook_cpu_seconds == 25.0


def test_a_notebook_over_the_bound_is_a_problem_once(ran, sample):
    ran(cpu_seconds=61.0)
    _, problems, remarks = prove(sample)
    assert [problem[:40] for problem in problems] == ["the notebook takes 61 CPU s, 60 are due:"]
    assert remarks == []


def test_a_slow_machine_has_longer(ran, sample):
    ran(cpu_seconds=100.0, slowness=2.5)
    _, problems, (remark,) = prove(sample)
    assert problems == []
    assert remark.startswith("the notebook takes 100 CPU s, 50 are due on a machine 2.5 times as slow as usual: 99.5 s")
    ran(cpu_seconds=151.0, slowness=2.5)
    (problem,) = prove(sample)[1]
    assert problem.startswith("the notebook takes 151 CPU s, 150 are due on a machine 2.5 times as slow as usual: ")
    ran(cpu_seconds=50.0, slowness=2.5)
    assert prove(sample)[2] == []


def test_memory_and_figures_are_bounded(ran, sample):
    ran(peak_mb=3000)
    assert prove(sample)[1] == ["the notebook takes 3000 MB; at most 2048 MB are allowed"]
    ran(figures=0)
    assert prove(sample)[1] == ["the notebook draws no figure"]


DEMO = "stream = shift + np.array([4.0, 7.0, 13.0, 16.0])\n"


def test_it_runs_again_with_every_seed_shifted(edited):
    path = edited((DEMO, f"{DEMO}print(np.random.default_rng(3).random())\n"))
    _, problems, remarks = prove(read_day(path), Asked(seeds=2))
    assert problems == ["the notebook draws no figure"]
    (remark,) = remarks
    values = sorted(np.random.default_rng(3 + SHIFT * times).random() for times in range(3))
    assert remark == f"over 3 sets of seeds, cell demo-1: {values[0]} … {values[-1]}"


def test_an_assertion_that_holds_on_one_seed_alone_is_found(edited):
    lucky = np.random.default_rng(3).integers(10**9)
    path = edited((DEMO, f"{DEMO}assert np.random.default_rng(3).integers(10**9) == {lucky}\n"))
    _, problems, _ = prove(read_day(path), Asked(seeds=1))
    assert f"with every seed raised by {SHIFT}: cell demo-1 raised AssertionError: " in problems


def test_it_runs_again_with_each_accepted_alternative(ran, sample):
    days = ran()
    prove(sample, Asked(alternatives=True))
    assert len(days) == 2
    sources = [{cell.name: cell.source for cell in day.cells if cell.kind == "exercise"} for day in days]
    assert "SOLUTION" in sources[0]["welford_update"]
    assert sources[1]["welford_update"] == sample.exercise("welford_update").accepts[0]
    assert sources[1]["running_variance"] == sources[0]["running_variance"]
