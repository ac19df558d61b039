"""The part of a proof that runs the whole notebook: once as it is, and again with other seeds and other answers."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from autograder.day import Day, Kind
from autograder.engine.client import ONE_THREAD
from autograder.errors import DeepDaysError
from autograder.proving import backends
from autograder.proving.asked import Asked
from autograder.proving.execution import Execution, run_solution
from autograder.proving.memory import Memory
from autograder.proving.reseeding import shifted, spread
from autograder.proving.yardstick import slowness

MAX_CPU_SECONDS, USUAL_CPU_SECONDS = 60, 20
MAX_MB = 2048
SHIFT = 101  # between one run's seeds and the next one's; no demo spaces its own seeds like that


@dataclass(frozen=True)
class Run:
    """How a whole notebook ran: wall-clock and processor seconds, peak memory and figures."""

    seconds: float = 0.0
    notebook_cpu_seconds: float = 0.0
    peak_mb: int = 0
    figures: int = 0


def prove_notebook(
    day: Day, backend: str, asked: Asked, progress: Callable[[str], None], memory: Memory | None
) -> tuple[Run, list[str], list[str]]:
    """Run a day's notebook.

    Args:
        asked: says how many more times to run it with every seed in its demos shifted, and whether to run it once
            more for each set of accepted alternatives.
        memory: keeps what it printed and drew, if nothing is wrong.

    Returns:
        How the notebook itself ran, what is wrong, and what is worth knowing.
    """
    progress("the whole notebook")
    execution = first_run(day, backend, memory)
    problems, remarks = list(execution.problems), list[str]()
    factor = slowness() if execution.cpu_seconds > USUAL_CPU_SECONDS else 1.0
    for found, bound in ((problems, MAX_CPU_SECONDS * factor), (remarks, USUAL_CPU_SECONDS * factor)):
        if execution.cpu_seconds > bound:
            here = f"{bound:.3g} are due" + (f" on a machine {factor:.1f} times as slow as usual" if factor > 1 else "")
            found.append(f"the notebook takes {execution.cpu_seconds:g} CPU s, {here}: {_dearest(execution)}")
            break
    if execution.peak_mb > MAX_MB:
        problems.append(f"the notebook takes {execution.peak_mb} MB; at most {MAX_MB} MB are allowed")
    if not execution.figures and not problems:
        problems.append("the notebook draws no figure")
    notebooks = [execution.notebook]
    for number in range(1, asked.seeds + 1):
        progress(f"the whole notebook, seeds shifted {number} times")
        again = run_solution(shifted(day, number * SHIFT), _variables(backend))
        problems += [f"with every seed raised by {number * SHIFT}: {problem}" for problem in again.problems]
        notebooks.append(again.notebook)
    remarks += [f"over {len(notebooks)} sets of seeds, {line}" for line in spread(notebooks)] if asked.seeds else []
    for number in range(max(len(exercise.accepts) for exercise in day.exercises) if asked.alternatives else 0):
        progress(f"the whole notebook with alternatives {number + 1}")
        again = run_solution(_with_alternatives(day, number), _variables(backend))
        problems += [f"with accepted alternatives {number + 1}: {problem}" for problem in again.problems]
    run = Run(execution.seconds, execution.cpu_seconds, execution.peak_mb, execution.figures)
    return run, problems, remarks


def first_run(day: Day, backend: str, memory: Memory | None) -> Execution:
    """Run the notebook as it is, figures for dark pages included; what it printed and drew is kept if all is well."""
    execution = run_solution(day, _variables(backend) | {"DEEPDAYS_DARK": "1"})
    if memory and not execution.problems:
        memory.keep_notebook(day, memory.notebook_key(day, backend), execution.notebook)
    return execution


def executed(day: Day, memory: Memory) -> NotebookNode:
    """A day's notebook with its outputs: remembered if it was run as it is, else run now.

    Raises:
        DeepDaysError: it does not run to its end.
    """
    remembered = memory.notebook(day, memory.notebook_key(day, backends.TENSORFLOW))
    if remembered is not None:
        return remembered
    execution = first_run(day, backends.TENSORFLOW, memory)
    if execution.problems:
        raise DeepDaysError(f"Day {day.number} does not run: {execution.problems[0]}.")
    return execution.notebook


def _variables(backend: str) -> dict[str, str]:
    """What the kernel's environment gets; two notebooks at a time do not fight over the cores."""
    return ONE_THREAD | backends.variables(backend)


def _dearest(execution: Execution) -> str:
    """The cells that take most."""
    cells = sorted(execution.cell_seconds.items(), key=lambda item: -item[1])[:4]
    return ", ".join(f"{seconds:.1f} s in cell {cell}" for cell, seconds in cells)


def _with_alternatives(day: Day, number: int) -> Day:
    """The day with each answer's accepted alternative of that number, counted from 0, or its last, in its place."""
    instead = {each.name: each.accepts[min(number, len(each.accepts) - 1)] for each in day.exercises if each.accepts}
    cells = (
        replace(cell, source=instead[cell.name]) if cell.kind == Kind.EXERCISE and cell.name in instead else cell
        for cell in day.cells
    )
    return replace(day, cells=tuple(cells))
