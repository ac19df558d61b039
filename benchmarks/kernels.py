"""How long a learner waits until the first cell has run that needs Keras: a warm kernel against an ordinary one.

`python -m benchmarks.kernels NAME` is the child process that measures one kernel through nbclient.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import nbformat
from nbclient import NotebookClient

from tests.support.jupyter_api import Api
from tests.support.places import ROOT
from tests.support.workplace import DEEPDAYS, Workplace, workplace

CELL = "import keras"
WARM, ORDINARY = "deepdays", "ordinary"
_RUNS = 5


@dataclass(frozen=True)
class Wait:
    """Seconds from asking for a kernel until `import keras` has run in it, the median of some runs.

    Attributes:
        way: what asks for the kernel.
        ordinary, warm: the time with either kernel, the warm process being there already.
        runs: how many.
    """

    way: str
    ordinary: float
    warm: float
    runs: int

    @property
    def ratio(self) -> float:
        return self.ordinary / self.warm


def measure_kernels(say=print) -> list[Wait]:
    """Measure both ways of asking for a kernel, in a home folder and a warm process of their own."""
    with workplace() as place:
        place.install_ordinary_kernel(ORDINARY)
        opened = place.deepdays("start", "2")
        if opened.returncode:
            raise RuntimeError(opened.stderr)
        shown = [f"--KernelSpecManager.allowed_kernelspecs={name}" for name in (ORDINARY, WARM)]
        with place.serving(DEEPDAYS, "lab", "--", *shown, cwd=place.project) as server:
            api = Api(server)
            waits = []
            for way, seconds in (
                ("JupyterLab", lambda name: _through_jupyterlab(api, name)),
                ("nbclient", lambda name: _through_nbclient(place, name)),
            ):
                say(f"kernels through {way}: {_RUNS} ordinary, {_RUNS} warm")
                waits.append(Wait(way, _median(seconds, ORDINARY), _median(seconds, WARM), _RUNS))
    return waits


def _median(seconds: Callable[[str], float], kernel: str) -> float:
    """The median over some runs, after one that is not counted: it reads files from disk and starts what is shared."""
    seconds(kernel)
    return median(seconds(kernel) for _ in range(_RUNS))


def _through_jupyterlab(api: Api, kernel: str) -> float:
    began = time.perf_counter()
    running = api.start(kernel)
    reply = running.run(CELL).reply
    took = time.perf_counter() - began
    running.shut_down()
    if reply["status"] != "ok":
        raise RuntimeError(f"`{CELL}` failed: {reply}")
    return took


def _through_nbclient(place: Workplace, kernel: str) -> float:
    """In a process of its own, which has the place's home folder and warm process."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kernels", kernel],
        cwd=ROOT, env=place.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)


def execute(kernel: str) -> float:
    """Seconds that nbclient takes to start a kernel and to execute that one cell in it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    client = NotebookClient(notebook, kernel_name=kernel)
    began = time.perf_counter()
    with client.setup_kernel():
        client.execute_cell(notebook.cells[0], 0)
        return time.perf_counter() - began


if __name__ == "__main__":
    print(execute(sys.argv[1]))
