"""One seed for every global source of randomness."""

import contextlib
import random
import sys

from deepdays.quieting import quiet


def seed(seed: int) -> None:
    """Seed Python's `random`, NumPy's global generator and, where Keras is imported, Keras and its backend.

    Code that takes a generator, `np.random.default_rng(seed)`, needs none of this and is to be preferred.

    Args:
        seed: an int from 0 to 2**32 - 1.

    Raises:
        ValueError: seed is outside that range or is no int.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"seed must be an int from 0 to 2**32 - 1. Received: {seed!r}")
    import numpy as np

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 (code that uses the global generator is what this is for)
    if "keras" in sys.modules:
        # Whatever the backend, Keras seeds TensorFlow too, and TensorFlow announces itself while it loads.
        with contextlib.nullcontext() if "tensorflow" in sys.modules else quiet():
            sys.modules["keras"].utils.set_random_seed(seed)
