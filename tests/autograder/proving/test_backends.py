"""Which days a backend can be chosen for, and what is said where it cannot."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.errors import DeepDaysError
from autograder.proving import backends


@pytest.fixture
def days(sample):
    return [replace(sample, number=number, backend=kind) for number, kind in enumerate(("numpy", "any", "tensorflow"))]


def test_days_for_any_backend_are_the_neutral_ones(days):
    assert [day.number for day in backends.neutral(days)] == [1]


def test_numpy_days_are_unaffected_and_tensorflow_days_refuse_another_backend(days):
    assert [day.number for day in backends.unaffected(days[:2], "jax")] == [0]
    assert [day.number for day in backends.unaffected(days, "tensorflow")] == [0]
    with pytest.raises(DeepDaysError, match=r"Day 2 is about TensorFlow itself .* cannot run on JAX"):
        backends.unaffected(days, "jax")


def test_a_backend_that_is_missing_or_unknown_is_refused(monkeypatch):
    backends.require("tensorflow")
    with pytest.raises(DeepDaysError, match=r"tensorflow, jax or torch\. Received: theano"):
        backends.require("theano")
    monkeypatch.setattr(backends, "is_installed", lambda backend: backend == "tensorflow")
    with pytest.raises(DeepDaysError, match=r'needs the package `jax`.* pip install "jax\[cpu\]"'):
        backends.require("jax")


def test_verify_says_that_a_numpy_day_needs_no_backend(monkeypatch):
    monkeypatch.setattr(backends, "is_installed", lambda backend: True)
    ran = CliRunner().invoke(cli.app, ["verify", "26", "--backend", "jax"])
    assert ran.exit_code == 0
    assert "Day 26 uses NumPy alone: the backend does not matter." in ran.output
