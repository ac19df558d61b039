"""Keras's backends: what each needs, and which days one can be chosen for."""

import importlib.util
from collections.abc import Sequence

from autograder.day import Day
from autograder.errors import DeepDaysError

TENSORFLOW = "tensorflow"
TITLES = {TENSORFLOW: "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
_REQUIREMENTS = {TENSORFLOW: "tensorflow", "jax": '"jax[cpu]"', "torch": "torch"}

NO_GPU = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}


def variables(backend: str) -> dict[str, str]:
    """The environment variables that make a new process use a backend."""
    return {"KERAS_BACKEND": backend}


def is_installed(backend: str) -> bool:
    return importlib.util.find_spec(backend) is not None


def require(backend: str) -> None:
    """Raise DeepDaysError unless it is a backend's name and the backend is installed."""
    if backend not in TITLES:
        raise DeepDaysError(f"--backend is {', '.join(list(TITLES)[:-1])} or {list(TITLES)[-1]}. Received: {backend}")
    if not is_installed(backend):
        raise DeepDaysError(
            f"Keras's {TITLES[backend]} backend needs the package `{backend}`, which is not installed. "
            f"Install it with: pip install {_REQUIREMENTS[backend]}"
        )


def neutral(days: Sequence[Day]) -> list[Day]:
    """Those of the days that are written for any backend."""
    return [day for day in days if day.backend == "any"]


def unaffected(days: Sequence[Day], backend: str) -> list[Day]:
    """Those of the days that use NumPy alone, to which a backend makes no difference.

    Raises:
        DeepDaysError: one of the days is about TensorFlow itself, and the backend is another.
    """
    for day in days:
        if day.backend == TENSORFLOW != backend:
            raise DeepDaysError(
                f"Day {day.number} is about TensorFlow itself (`backend: tensorflow` in {day.path.name}) "
                f"and cannot run on {TITLES[backend]}. Leave out --backend."
            )
    return [day for day in days if day.backend == "numpy"]
