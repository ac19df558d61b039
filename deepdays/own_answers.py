"""A learner's own answers of an earlier day, in place of the reference's."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from deepdays.standing import progress_file

_NOT_NEEDED = ("demo-", "colab")  # the ids of cells that only show something, and of the one that is Colab's


def mine(number: int) -> ModuleType:
    """What you built on an earlier day, from your own finished notebook of it.

    Where that day isn't finished yet, or its notebook can't be found or run, the reference answers are given instead,
    and a line says so.

    Args:
        number: the day's number; this day must build on it, so that `deepdays.earlier` has it.

    Returns:
        A module with the names of that day's answers.

    Raises:
        ValueError: no later day builds on that one.
    """
    name = f"day_{number:03d}"
    try:
        reference = importlib.import_module(f"deepdays.earlier.{name}")
    except ModuleNotFoundError:
        raise ValueError(f"no day builds on Day {number}, so its answers are not kept. Received: {number!r}") from None
    try:
        notebook = _finished_notebook(number)
        own = _module(name, notebook)
        lacking = [each for each in reference.__all__ if not hasattr(own, each)]
        if lacking:
            raise _NotThere(f"{notebook.name} does not define {lacking[0]}")
    except _NotThere as reason:
        print(f"Day {number}: {reason}; these are the reference answers.")
        return reference
    print(f"Day {number}: your own answers, from {notebook.name}.")
    return own


class _NotThere(Exception):
    """Why a learner's own answers can't be had, a clause."""


def _finished_notebook(number: int) -> Path:
    """The learner's notebook of a day that `deepdays check` has found finished."""
    try:
        finished = json.loads(progress_file().read_bytes())["days"][str(number)]["finished"]
    except (OSError, ValueError, TypeError, KeyError):
        finished = None
    if not finished:
        raise _NotThere("not finished yet")
    here = Path.cwd()
    folders = [folder / part for folder in (here, *here.parents) for part in (".", "my_days")]
    for folder in folders:
        for path in sorted(folder.glob(f"day_{number:03d}_*.ipynb")):
            return path
    raise _NotThere(f"no notebook of it in {here.name} or in my_days")


def _module(name: str, notebook: Path) -> ModuleType:
    """A module made by running what a notebook defines: its set-up, its answers and the learner's own cells."""
    module = ModuleType(name, f"Answers from {notebook.name}.")
    try:
        for source in _definitions(json.loads(notebook.read_bytes())):
            exec(compile(source, notebook.name, "exec"), module.__dict__)
    except Exception as error:
        raise _NotThere(f"{notebook.name} raised {type(error).__name__}: {error}") from None
    return module


def _definitions(notebook: dict) -> Iterator[str]:
    """The sources to run, in order, as plain Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    transform = TransformerManager().transform_cell
    for cell in notebook["cells"]:
        is_test = cell.get("metadata", {}).get("nbgrader", {}).get("grade", False)
        if cell["cell_type"] == "code" and not is_test and not cell.get("id", "").startswith(_NOT_NEEDED):
            yield transform("".join(cell["source"]))
