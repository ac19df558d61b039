"""Random numbers that start anew for every cell and every test, at little cost."""

import contextlib
import sys

from deepdays.seeds import seed as seed_everything


def reseed(seed: int) -> None:
    """Seed as `deepdays.seeds.seed` does, but keep the kernels that TensorFlow has made.

    `tf.random.set_seed` throws all of them away because those of its stateful random ops hold a state of their own,
    and making the others again costs a test several milliseconds. Where such a state must not be carried over, from
    one submission to the next, `deepdays.seeds.seed` is to be called.
    """
    with _kernels_kept():
        seed_everything(seed)


@contextlib.contextmanager
def _kernels_kept():
    names = getattr(sys.modules.get("tensorflow.python.pywrap_tfe"), "__dict__", {})  # not one of its public modules
    clear = names.get("TFE_ContextClearCaches")
    if clear is None:
        yield
        return
    names["TFE_ContextClearCaches"] = lambda _: None
    try:
        yield
    finally:
        names["TFE_ContextClearCaches"] = clear
