"""Whether a day's claims hold on other seeds: its demos with every seed shifted, and how far their numbers move."""

import ast
import re
from collections.abc import Sequence
from dataclasses import replace

from nbformat import NotebookNode

from autograder.day import Cell, Day, Kind

_KEYWORDS = ("seed", "random_state")
_FUNCTIONS = ("default_rng", "RandomState", "SeedSequence", "SeedGenerator", "set_random_seed", "seed", "PRNGKey")
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w])")


def shifted(day: Day, by: int) -> Day:
    """The day with every whole number that seeds something in a demo raised.

    A seed is an argument `seed` or `random_state`, the first argument of a function that makes or seeds a generator,
    a value assigned to a name that begins or ends with `seed`, and what a loop over `range` gives to such a name.
    """
    return replace(day, cells=tuple(_shifted_cell(cell, by) if cell.kind == Kind.DEMO else cell for cell in day.cells))


def _shifted_cell(cell: Cell, by: int) -> Cell:
    lines = cell.source.split("\n")
    places = {(node.lineno - 1, node.col_offset, node.end_col_offset, node.value) for node in _seeds(cell.source)}
    for line, start, end, value in sorted(places, reverse=True):
        text = lines[line].encode()  # the offsets count bytes
        lines[line] = (text[:start] + str(value + by).encode() + text[end:]).decode()
    return replace(cell, source="\n".join(lines))


def _seeds(source: str):
    """The whole numbers in a source that are seeds, as nodes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [keyword.value for keyword in node.keywords if keyword.arg in _KEYWORDS]
            yield from _numbers(given + (node.args[:1] if name in _FUNCTIONS else []))
        elif isinstance(node, ast.Assign) and any(map(_is_seed, node.targets)):
            yield from _numbers([node.value])
        elif isinstance(node, (ast.For, ast.comprehension)) and _is_seed(node.target):
            yield from _numbers(node.iter.elts if isinstance(node.iter, (ast.Tuple, ast.List)) else [])


def _is_seed(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id.lower().startswith("seed")


def _numbers(nodes: Sequence[ast.expr]):
    for node in nodes:
        if isinstance(node, ast.Constant) and type(node.value) is int:
            yield node
        elif isinstance(node, (ast.Tuple, ast.List)):
            yield from _numbers(node.elts)


def spread(notebooks: Sequence[NotebookNode]) -> list[str]:
    """Which printed numbers differ between runs of one notebook: a line each, with the range that they took."""
    lines = []
    for cells in zip(*(notebook.cells for notebook in notebooks), strict=True):
        printed = [_printed(cell).split("\n") for cell in cells]
        if len({len(each) for each in printed}) > 1:
            lines.append(f"cell {cells[0].id} prints another number of lines")
            continue
        for texts in zip(*printed, strict=True):
            if len(set(texts)) > 1:
                lines.append(f"cell {cells[0].id}: {_ranges(texts)}")
    return lines


def _printed(cell: NotebookNode) -> str:
    outputs = cell.get("outputs", [])
    return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")


def _ranges(texts: Sequence[str]) -> str:
    """A line as it was printed first, with `LOW … HIGH` for each number that differs."""
    numbers = [_NUMBER.findall(text) for text in texts]
    if len({len(each) for each in numbers}) > 1:
        return " | ".join(dict.fromkeys(texts))
    columns = iter(zip(*numbers, strict=True))

    def put(match: re.Match) -> str:
        values = sorted(next(columns), key=float)
        return match[0] if values[0] == values[-1] else f"{values[0]} … {values[-1]}"

    return _NUMBER.sub(put, texts[0])
