"""The learner's own copies of the notebooks, in `my_days/`, which the repository ignores."""

import json
import shutil
from datetime import datetime
from pathlib import Path

from autograder.basics.files import write_file
from autograder.days.overview import DayInfo, all_days, day_info
from autograder.errors import DeepDaysError
from autograder.learning.saving import is_there, saved_at
from autograder.notebooks.plain import as_bytes, grade_id
from autograder.notebooks.reading import Ungradable, parse_notebook
from autograder.project import OWN, day_path, handed_out, notebook_name, own_notebook


def start(root: Path, day: DayInfo) -> tuple[Path, bool]:
    """Copy a day's notebook to the learner's folder, unless it is there already.

    Returns:
        (its path, whether it was copied now).
    """
    own = own_notebook(root, day.slug)
    if own.exists():
        return own, False
    source = handed_out(root, day.slug)
    if not source.is_file():
        raise DeepDaysError(f"The notebook of day {day.number} is not built. Run `deepdays build {day.number}` first.")
    write_file(own, source.read_bytes())
    return own, True


def which_notebook(root: Path, target: str | None) -> Path:
    """The notebook that a command means: a day's number, a path, or by default the one saved last."""
    if target is None:
        own = list((root / OWN).glob("[!.]*.ipynb"))  # those with a dot are an editor's own
        if not own:
            raise DeepDaysError("You have not started a day. `deepdays start 1` copies the first notebook for you.")
        return max(own, key=saved_at)
    if target.isdigit():
        path = own_notebook(root, day_path(root, int(target)).stem)
        if not is_there(path):
            raise DeepDaysError(f"You have not started day {target}. Run `deepdays start {target}` first.")
        return path
    path = Path(target)
    if not is_there(path):
        raise DeepDaysError(f"There is no notebook {target}. Give a day's number or the path of a saved .ipynb file.")
    return path


def day_of(root: Path, notebook: Path, content: bytes) -> DayInfo:
    """Which day a notebook is of; DeepDaysError if it is none, or its name says another day than its content."""
    try:
        metadata = parse_notebook(content).get("metadata", {})
    except Ungradable as problem:
        raise DeepDaysError(f"{notebook.name}: {problem}") from None
    ours = metadata.get("deepdays")
    number = ours.get("day") if isinstance(ours, dict) else None
    if type(number) is not int:
        raise DeepDaysError(
            f"{notebook.name} does not say which day it is. Start from a fresh copy: `deepdays start DAY`."
        )
    day = day_info(day_path(root, number))
    named = [info for info in all_days(root) if info.slug == notebook.stem]
    if named and named[0].number != number:
        raise DeepDaysError(
            f"{notebook.name} is named after day {named[0].number} but holds day {number}. "
            f"Rename it to {notebook_name(day.slug)}."
        )
    return day


def reset(notebook: Path, exercise: str, original: Path) -> Path:
    """Put back an exercise's cell as it was handed out; returns the backup that was made of the notebook."""
    content = json.loads(notebook.read_bytes())
    starting = {grade_id(cell): cell for cell in json.loads(original.read_bytes())["cells"]}
    mine = [cell for cell in content["cells"] if grade_id(cell) == exercise]
    if exercise not in starting or not mine:
        names = ", ".join(name for name, cell in starting.items() if name and _is_exercise(cell))
        raise DeepDaysError(f"{notebook.name} has no exercise `{exercise}`. It has: {names}.")
    backup = notebook.with_name(f"{notebook.stem}.{datetime.now():%Y%m%d-%H%M%S}.backup")
    shutil.copy2(notebook, backup)
    for cell in mine:
        cell["source"] = starting[exercise]["source"]
        cell["outputs"], cell["execution_count"] = [], None
    write_file(notebook, as_bytes(content))
    return backup


def _is_exercise(cell: dict) -> bool:
    return bool(cell.get("metadata", {}).get("nbgrader", {}).get("solution"))
