"""A day's page: its text and cells with what the demonstrations printed and drew; no answer and no hidden test."""

from collections.abc import Mapping, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.day import Cell, Day, Kind
from autograder.notebooks import additions, colab
from autograder.notebooks.building import KERNELSPEC
from autograder.project import notebook_name
from autograder.publishing.figures import Figures
from autograder.publishing.mentions import linked
from autograder.publishing.papers import Paper
from autograder.result import points

NOTEBOOKS = "notebooks"
TOP = "../"
"""The way from a day's page to the site's own folder."""

_FOLDED_FROM = 20
_BACKENDS = {"numpy": "NumPy alone", "any": "Keras, on any backend", "tensorflow": "Keras and TensorFlow"}
_TAGS = {Kind.EXERCISE: "exercise", Kind.TEST: "test"}


def day_page(day: Day, run: NotebookNode, figures: Figures, pages: Mapping[int, str], place: str) -> NotebookNode:
    """The page's source, a notebook that is not to be run.

    Args:
        run: the day's executed notebook.
        figures: takes the figures.
        pages: where mentions of other days lead, by number.
        place: where the day is in its week, in HTML.
    """
    outputs = {cell.id: cell.get("outputs", []) for cell in run.cells}
    cells: list[NotebookNode] = []
    for cell in day.cells:
        if not cell.kind.is_handed_out:
            continue
        if cell.kind == Kind.MARKDOWN:
            cells.append(new_markdown_cell(linked(cell.source, pages, day.number), id=cell.id))
            continue
        if cell.kind == Kind.EXERCISE:
            cells.append(_heading(day, cell))
        cells.append(_code(day, cell, outputs.get(cell.id, []), figures))
    _open(cells, day, place)
    if day.papers:
        listed = "\n".join(f"- {Paper.of(paper).link}" for paper in day.papers)
        cells.append(new_markdown_cell(f"## Papers of this day\n\n{listed}", id="papers"))
    metadata = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    return new_notebook(cells=cells, metadata=metadata)


def _code(day: Day, cell: Cell, outputs: Sequence[NotebookNode], figures: Figures) -> NotebookNode:
    """A cell of code; what draws a figure in many lines is folded, and opens at a click."""
    source = _source(day, cell)
    outputs = outputs if cell.kind == Kind.DEMO else []
    draws = any("image/png" in output.get("data", {}) for output in outputs)
    tags = [f"dd-{_TAGS[cell.kind]}"] if cell.kind in _TAGS else []
    tags += ["hide-input"] if draws and source.count("\n") >= _FOLDED_FROM else []
    made = new_code_cell(source, id=cell.id, metadata={"tags": tags})
    made.outputs = [_output(output, figures) for output in outputs]
    return made


def _source(day: Day, cell: Cell) -> str:
    """What a learner sees of a cell of code."""
    if cell.kind == Kind.EXERCISE:
        return day.exercise(cell.name).stub
    return day.exercise(cell.name).test.visible if cell.kind == Kind.TEST else cell.source


def _heading(day: Day, cell: Cell) -> NotebookNode:
    heading = additions.heading(day.exercise(cell.name))
    title, _, rest = heading.source.partition("\n\n")
    worth = rest.partition(".")[0]
    return new_markdown_cell(
        f"{title}\n\n{worth}. What is to be written, and the visible part of its test:", id=heading.id
    )


def _output(output: NotebookNode, figures: Figures) -> NotebookNode:
    data = output.get("data", {})
    if "image/png" not in data:
        return output
    alt = output.metadata.get("image/png", {}).get("alt", data.get("text/plain", ""))
    return new_output("display_data", {"text/html": figures.picture(data, alt, TOP), "text/plain": alt})


def _open(cells: list[NotebookNode], day: Day, place: str) -> None:
    """Put what there is to know of the day, and the ways to open it, below its title."""
    opening = next(cell for cell in cells if cell.cell_type == "markdown")
    title, _, rest = opening.source.partition("\n")
    notebook = notebook_name(day.slug)
    count = len(day.exercises)
    facts = [
        place,
        f"about {day.minutes} minutes",
        f"{count} exercise{'s' * (count != 1)}, {points(day.max_score)} points",
        _BACKENDS[day.backend],
    ]
    listed = "".join(f"<li>{fact}</li>" for fact in facts)
    buttons = (
        f'<a class="dd-button" href="{colab.link(day)}">Open in Colab</a>'
        f'<a class="dd-button" href="{TOP}{NOTEBOOKS}/{notebook}" download>Download the notebook</a>'
    )
    bar = f'<div class="dd-bar"><ul>{listed}</ul><p>{buttons}</p></div>'
    opening.source = f"{title}\n\n{bar}\n\n{rest.strip()}"
