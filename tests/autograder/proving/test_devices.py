"""Days measured on backends and devices, and the page about it."""

import numpy as np
import pytest

from autograder.days.reader import read_day
from autograder.proving import backends
from autograder.proving import devices as devices_page
from autograder.proving.deviations import device, largest_deviation, replies
from autograder.proving.devices import NO_GPU, Measurement, measure, page
from autograder.proving.execution import Execution

TENSORFLOW = backends.variables("tensorflow") | backends.NO_GPU
AS_TENSORS = (
    ("# backend: numpy", "# backend: any"),
    ("import numpy as np\n", "import keras\nimport numpy as np\n"),
    (
        "    ### BEGIN SOLUTION\n    count += 1\n",
        "    ### BEGIN SOLUTION\n    keras.ops.sum(keras.random.normal((2,)))\n    count += 1\n",
    ),
)


def arrays(*values) -> list:
    """One exercise whose test made a request for each value."""
    return [[[np.asarray(value, np.float64)] for value in values]]


def test_the_deviation_is_relative_for_large_numbers_and_absolute_for_small_ones():
    due = arrays([100.0, 0.5], np.nan, np.inf)
    assert largest_deviation(due, due, due) == 0
    assert largest_deviation(due, due, arrays([101.0, 0.5], np.nan, np.inf)) == pytest.approx(0.01)
    assert largest_deviation(due, due, arrays([100.0, 0.45], np.nan, np.inf)) == pytest.approx(0.05)


def test_what_depends_on_the_seed_does_not_count():
    due, reseeded = arrays(1.0, 2.0), arrays(1.0, 3.0)
    assert largest_deviation(due, reseeded, arrays(1.5, 7.0)) == 0.5


@pytest.mark.parametrize("found", [arrays([1.0]), arrays(np.inf), arrays(np.nan), [[]]])
def test_another_shape_or_no_number_is_no_small_deviation(found):
    assert largest_deviation(arrays(1.0), arrays(1.0), found) == np.inf


def test_the_answers_reply_to_the_tests_in_a_process_of_their_own(edited):
    day = read_day(edited(*AS_TENSORS))
    due = replies(day, TENSORFLOW)
    assert len(due) == len(day.exercises)
    assert all(any(reply for reply in exercise) for exercise in due)
    assert largest_deviation(due, due, replies(day, TENSORFLOW, seed=1)) == 0


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_a_backend_without_a_gpu_computes_on_the_cpu(backend):
    pytest.importorskip(backend)
    assert device(backends.variables(backend) | backends.NO_GPU).startswith("CPU")


def test_what_cannot_be_measured_is_said(sample, monkeypatch):
    monkeypatch.setattr(backends, "is_installed", lambda backend: backend != "jax")
    monkeypatch.setattr(devices_page.deviations, "device", lambda variables: "CPU (2 cores)")
    monkeypatch.setattr(devices_page.deviations, "replies", lambda day, variables, seed=0: arrays(1.0))
    monkeypatch.setattr(devices_page, "run_solution", lambda day, variables: Execution(2.0, 1.0, {}, 100, 1, (), None))
    measurements, devices = measure([sample])
    assert devices == {"tensorflow": "CPU (2 cores)", "torch": "CPU (2 cores)"}
    remarks = {(one.backend, one.on_gpu): one.remark for one in measurements}
    assert remarks["jax", False] == remarks["jax", True] == "not measured: JAX is not installed here"
    assert remarks["tensorflow", False] == ""
    assert remarks["torch", True] == NO_GPU


def test_the_page_has_a_row_a_day_and_backend():
    measurements = [
        Measurement(84, "tensorflow", False, 12.34, 0.0),
        Measurement(84, "tensorflow", True, 8.0, 1.234e-4),
        Measurement(85, "tensorflow", False, 9.0, 0.0, problems=("cell demo-1 raised ValueError",)),
        Measurement(85, "tensorflow", True, remark=NO_GPU),
    ]
    text = page(measurements, {"tensorflow": "NVIDIA H100"}, "CPU (2 cores)")
    assert "| 84 | TensorFlow | 12.3 s | 0 | 8.0 s | 1.2e-04 |" in text
    assert f"| 85 | TensorFlow | fails | 0 | {NO_GPU} |  |" in text
    assert "on CPU (2 cores) and NVIDIA H100." in text
