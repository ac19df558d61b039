"""The front matter's `data` names sets of `deepdays.data`, and just those that the cells use."""

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from autograder.day import Day
from autograder.linting.finding import Problem
from autograder.linting.text import code, key_line
from deepdays import data


def problems(day: Day, root: Path) -> Iterator[Problem]:
    sets = {*data.available(), *data.modules()}
    used = {name: line for line, name in sorted(_used(day), reverse=True)}
    for name in day.data:
        if name not in sets:
            yield Problem(key_line(day, "data"), f"`data` names `{name}`, which is no data set", _mend(name, sets))
        elif not any(name in _names(each) for each in used):
            yield Problem(key_line(day, "data"), f"`data` names `{name}`, which no cell uses", "Take it out.")
    for name, line in used.items():
        if name not in sets:
            yield Problem(line, f"there is no data set `{name}`", _mend(name, sets))
        elif not _names(name) & set(day.data):
            yield Problem(line, f"`data` does not name `{name}`, which is used here", "Add it to the front matter.")


def _used(day: Day) -> Iterator[tuple[int, str]]:
    """(line, name) of every `dd.data.NAME` and of what is imported from `deepdays.data`, in cells of the notebook."""
    for cell, tree in code(day):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("dd.data", "deepdays.data"):
                line, names = node.lineno, [node.attr]
            elif isinstance(node, ast.ImportFrom) and node.module in ("deepdays.data", "deepdays.data.sets"):
                line, names = node.lineno, [alias.name for alias in node.names]
            else:
                continue
            yield from ((cell.line + line, name) for name in names if name not in data.__all__)


def _names(name: str) -> set[str]:
    """What the front matter may call a set: its own name, or that of the module which holds several."""
    return {name, data.home(name).rpartition(".")[2]}


def _mend(name: str, sets: set[str]) -> str:
    near = get_close_matches(name, sorted(sets), n=1)
    return f"Did you mean `{near[0]}`?" if near else "Take it out, or name a set that `deepdays data` lists."
