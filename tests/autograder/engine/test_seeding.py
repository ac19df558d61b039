"""Random numbers after `reseed`: the same as after a full seeding, with TensorFlow's kernels still there."""

import subprocess
import sys

SCRIPT = """
import random
import keras
import numpy as np
import tensorflow as tf
from tensorflow.python import pywrap_tfe
from autograder.engine.seeding import reseed
from deepdays.seeds import seed

def drawn():
    return [random.random(), np.random.rand(), float(keras.random.normal(())), float(tf.random.normal(()))]

really_clear, times = pywrap_tfe.TFE_ContextClearCaches, []

def clear(context):
    times.append(context)
    return really_clear(context)

pywrap_tfe.TFE_ContextClearCaches = clear
drawn()
seed(3)
assert len(times) == 1
first = drawn()
drawn()
seed(3)
assert drawn() == first
random.random(), np.random.rand(), keras.random.normal(())
reseed(3)
again = drawn()
assert again[:3] == first[:3], (first, again)
assert len(times) == 2, "kernels were thrown away"
assert pywrap_tfe.TFE_ContextClearCaches is clear
reseed(4)
assert drawn()[:3] != first[:3]
"""


def test_it_starts_the_same_numbers_anew_and_leaves_tensorflow_as_it_was():
    done = subprocess.run([sys.executable, "-c", SCRIPT], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
