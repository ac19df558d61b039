"""Running a whole notebook, demonstrations included, in a real kernel, and seeing how it behaved."""

import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.day import Day
from autograder.notebooks.building import instructor_notebook

_CELL_SECONDS = 300
_WARNING = re.compile(r"^WARNING:.+", re.MULTILINE)  # as TensorFlow's logger writes it between what a notebook prints
_START_CLOCK = """\
def _start_clock():
    import os, resource

    def spent():
        return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

    ticks = get_ipython()._cpu_seconds = [spent()]
    get_ipython().events.register("post_run_cell", lambda result: ticks.append(spent()))


_start_clock()
del _start_clock"""
_STOP_CLOCK = """\
import json as _json

print(_json.dumps({
    "cpu_seconds": get_ipython()._cpu_seconds,
    "peak_kb": next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")),
}))"""  # the peak from the kernel's own address space: getrusage would count the process that started it as well


@dataclass(frozen=True)
class Execution:
    """How a notebook ran.

    Attributes:
        seconds: wall-clock time, the kernel's start included. cpu_seconds: of the kernel, all its threads.
        cell_seconds: the CPU seconds of each code cell, by its id.
        peak_mb: the kernel's largest resident memory. figures: pictures drawn.
        problems: errors and whatever came on stderr, a sentence each.
        notebook: the notebook with its outputs.
    """

    seconds: float
    cpu_seconds: float
    cell_seconds: Mapping[str, float]
    peak_mb: int
    figures: int
    problems: tuple[str, ...]
    notebook: NotebookNode


def run_solution(day: Day, variables: dict[str, str] | None = None, notebook: NotebookNode | None = None) -> Execution:
    """Run the day's own solution from the first cell to the last.

    Args:
        variables: environment variables of the kernel, on top of this process's.
        notebook: run this one in its stead; it gets the outputs.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    notebook = notebook or instructor_notebook(day)
    notebook.cells = [new_code_cell(_START_CLOCK), *notebook.cells, new_code_cell(_STOP_CLOCK)]
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=_CELL_SECONDS,
            kernel_name="python3",
            allow_errors=True,
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        ended = []
        try:
            client.execute(env=os.environ | (variables or {}))
        except DeadKernelError:
            ended = ["the kernel died; the last cell with a number in the executed notebook is where"]
        except CellTimeoutError:
            ended = [f"a cell did not end within {_CELL_SECONDS} s"]
        left = [path.name for path in Path(folder).iterdir()]
    seconds = time.monotonic() - started
    _, *notebook.cells, last = notebook.cells
    ticks, peak_kb = _clock(last)
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    clocked = zip(code_cells, ticks[1:], ticks[2:], strict=False)  # the first tick is before the clock's own cell
    spent = {cell.id: round(after - before, 2) for cell, before, after in clocked}
    problems = [problem for cell in code_cells for problem in _problems(cell)] + ended
    problems += [f"the notebook left files behind: {', '.join(sorted(left))}"] if left else []
    return Execution(
        seconds=round(seconds, 1),
        cpu_seconds=round(ticks[-1], 1) if ticks else 0.0,
        cell_seconds=spent,
        peak_mb=peak_kb // 1024,
        figures=_figures(code_cells),
        problems=tuple(problems),
        notebook=notebook,
    )


def _clock(cell: NotebookNode) -> tuple[list[float], int]:
    """The kernel's CPU seconds before the first cell and after each, and its peak memory in kilobytes."""
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            told = json.loads(output.text)
            return told["cpu_seconds"], told["peak_kb"]
    return [], 0  # it was never reached


def _figures(cells: list[NotebookNode]) -> int:
    return sum("image/png" in output.get("data", {}) for cell in cells for output in cell.outputs)


def _problems(cell: NotebookNode):
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"cell {cell.id} raised {output.ename}: {output.evalue[:300]}"
        elif output.output_type == "stream" and output.name == "stderr":
            yield f"cell {cell.id} wrote to stderr: {output.text.strip()[:300]}"
        elif output.output_type == "stream" and (warning := _WARNING.search(output.text)):
            yield f"cell {cell.id} shows a warning: {warning[0][:300]}"
