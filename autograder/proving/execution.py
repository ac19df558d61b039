"""Running a whole notebook, demonstrations included, in a real kernel, and seeing how it behaved."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.day import Day
from autograder.notebooks.building import instructor_notebook

# In kilobytes, from the kernel's own address space: getrusage would count the process that started it as well.
_PEAK_MEMORY = "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
_CELL_SECONDS = 120


@dataclass(frozen=True)
class Execution:
    """How a notebook ran.

    Attributes:
        seconds: wall-clock time, the kernel's start included. peak_mb: the kernel's largest resident memory.
        figures: pictures drawn. problems: errors and whatever came on stderr, a sentence each.
        notebook: the notebook with its outputs.
    """

    seconds: float
    peak_mb: int
    figures: int
    problems: tuple[str, ...]
    notebook: NotebookNode


def run_solution(day: Day, variables: dict[str, str] | None = None) -> Execution:
    """Run the day's own solution from the first cell to the last.

    Args:
        variables: environment variables of the kernel, on top of this process's.
    """
    from nbclient import NotebookClient

    notebook = instructor_notebook(day)
    notebook.cells.append(new_code_cell(_PEAK_MEMORY))
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
        client.execute(env=os.environ | (variables or {}))
        left = [path.name for path in Path(folder).iterdir()]
    seconds = time.monotonic() - started
    peak = notebook.cells.pop()
    problems = [problem for cell in notebook.cells for problem in _problems(cell)]
    problems += [f"the notebook left files behind: {', '.join(sorted(left))}"] if left else []
    return Execution(round(seconds, 1), _peak_mb(peak), _figures(notebook), tuple(problems), notebook)


def _peak_mb(cell: NotebookNode) -> int:
    texts = [output.text for output in cell.outputs if output.output_type == "stream"]
    return int(texts[0]) // 1024 if texts else 0


def _figures(notebook: NotebookNode) -> int:
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return sum("image/png" in output.get("data", {}) for output in outputs)


def _problems(cell: NotebookNode):
    if cell.cell_type != "code":
        return
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"cell {cell.id} raised {output.ename}: {output.evalue[:300]}"
        elif output.output_type == "stream" and output.name == "stderr":
            yield f"cell {cell.id} wrote to stderr: {output.text.strip()[:300]}"
