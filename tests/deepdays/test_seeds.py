"""dd.seed: the same numbers again, from every global source."""

import os
import random
import subprocess
import sys

import numpy as np
import pytest

from deepdays.seeds import seed


def test_it_repeats_python_numpy_and_keras():
    keras = pytest.importorskip("keras")

    def draw():
        seed(7)
        return random.random(), np.random.rand(), float(keras.random.uniform(()))  # noqa: NPY002

    first = draw()
    assert draw() == first
    seed(8)
    assert random.random() != first[0]


def test_it_does_not_import_keras():
    code = "import sys, deepdays as dd; dd.seed(1); sys.exit(bool({'keras', 'tensorflow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_no_other_backend_makes_it_write_to_the_error_stream(backend):
    pytest.importorskip(backend)
    code = "import deepdays as dd\nwith dd.quiet():\n    import keras\ndd.seed(1)"
    environment = os.environ | {"KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu"}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert ran.stderr == ""


@pytest.mark.parametrize("bad", [-1, 2**32, 1.0, "1", None, True])
def test_a_bad_seed_is_refused(bad):
    with pytest.raises(ValueError, match=r"0 to 2\*\*32 - 1. Received: "):
        seed(bad)
