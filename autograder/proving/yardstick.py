"""How fast this machine is now, so that a bound on processor time speaks of the work and not of who does it."""

import statistics
import time

import numpy as np

REFERENCE_SECONDS = 0.066
"""What the work takes on a core of the machine on which the bounds were set, an AMD EPYC whose other core is busy."""

_REPEATS = 5


def slowness() -> float:
    """How many times as long a core takes here as on the reference machine for a fixed piece of work, at least 1.0.

    Other work on the same machine, which takes caches and clock cycles away, counts as slowness.
    """
    return max(1.0, round(statistics.median(_seconds() for _ in range(_REPEATS)) / REFERENCE_SECONDS, 1))


def _seconds() -> float:
    """Processor time of the work on one core: half of it the interpreter's, half of it arithmetic in float32."""
    started = time.thread_time()
    counts: dict[int, int] = {}
    for number in range(400_000):
        counts[number % 1000] = counts.get(number % 1000, 0) + number * number
    values = np.linspace(0, 1, 4_000_000, dtype=np.float32)  # more than a core's own cache holds
    for _ in range(3):
        values = np.exp(-values * values)
    return time.thread_time() - started
