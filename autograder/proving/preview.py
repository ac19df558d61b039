"""A day as a learner will see it: the notebook as a page, and each of its figures for light and for dark pages."""

import base64
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.basics.files import write_file
from autograder.day import Day
from autograder.notebooks.building import student_bytes
from autograder.proving.memory import Memory
from autograder.proving.whole_notebook import executed
from deepdays.plot import DARK


def preview(day: Day, memory: Memory, folder: Path) -> list[Path]:
    """Write a day's page and figures.

    Args:
        memory: has the notebook's outputs if it was proved as it is; else it is executed.
        folder: gets `DAY.html` and `figure-NN-light.png`, `figure-NN-dark.png`; older ones are removed.

    Returns:
        The files.

    Raises:
        DeepDaysError: the notebook does not run to its end.
    """
    run = executed(day, memory)
    for old in folder.glob("*"):
        old.unlink()
    page = with_outputs(nbformat.reads(student_bytes(day).decode(), as_version=4), run)
    written = [write_file(folder / f"{day.slug}.html", _html(page).encode())]
    outputs = [output.get("data", {}) for cell in run.cells for output in cell.get("outputs", [])]
    figures = [data for data in outputs if "image/png" in data]
    for number, data in enumerate(figures, start=1):
        for kind, name in (("image/png", "light"), (DARK, "dark")):
            if kind in data:
                written.append(write_file(folder / f"figure-{number:02d}-{name}.png", base64.b64decode(data[kind])))
    return written


def with_outputs(student: NotebookNode, run: NotebookNode) -> NotebookNode:
    """The learner's notebook with what the executed one's demos printed and drew; exercises and tests show nothing."""
    outputs = {cell.id: cell.get("outputs", []) for cell in run.cells}
    for cell in student.cells:
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
            cell.outputs = outputs.get(cell.id, [])
    return student


def _html(notebook: NotebookNode) -> str:
    from nbconvert import HTMLExporter

    return HTMLExporter(template_name="lab").from_notebook_node(notebook)[0]
