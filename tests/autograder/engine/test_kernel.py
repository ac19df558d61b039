"""Linux calls that no other test reaches by itself."""

import subprocess
import sys

import pytest

HUGE_PAGES = """
import mmap
import numpy as np
from autograder.engine import kernel

def in_huge_pages():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages")) / 1024

trial = mmap.mmap(-1, 4 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
trial.write(bytes(4 << 20))
try:
    trial.madvise(25)  # MADV_COLLAPSE
except OSError:
    raise SystemExit("refused")
pieces = [np.full(2**15, index % 256, np.uint8) for index in range(2048)]  # 64 MB, each too small for pages of its own
before = in_huge_pages()
kernel.use_huge_pages()
assert all((piece == index % 256).all() for index, piece in enumerate(pieces))
print(in_huge_pages() - before)
"""


def test_huge_pages_gather_memory_and_change_no_byte():
    done = subprocess.run([sys.executable, "-c", HUGE_PAGES], capture_output=True, text=True, check=False)
    if done.stderr.strip() == "refused":
        pytest.skip("this system's kernel does not gather memory in huge pages")
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 32
