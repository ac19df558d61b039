"""The learner's own copies of the notebooks, in `my_days/`, which the repository ignores."""

import json
import shutil
from datetime import datetime
from pathlib import Path

from autograder.basics.files import write_file
from autograder.day import Day, Kind
from autograder.days.overview import DayInfo
from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.learning.saving import is_there, saved_at
from autograder.notebooks.plain import as_bytes, grade_id
from autograder.notebooks.reading import parse_notebook, recognise
from autograder.project import day_path, handed_out, own_folder, own_notebook


def start(root: Path, day: DayInfo) -> tuple[Path, bool]:
    """Copy a day's notebook to the learner's folder, unless it is there already.

    Returns:
        (its path, whether it was copied now).
    """
    own = own_notebook(root, day.slug)
    if own.exists():
        return own, False
    write_file(own, original(root, day))
    return own, True


def original(root: Path, day: DayInfo) -> bytes:
    """A day's notebook as it is handed out: from the curriculum, or built now where that has not been."""
    path = handed_out(root, day.slug)
    if path.is_file():
        return path.read_bytes()
    from autograder.notebooks.building import student_bytes  # loads nbgrader

    return student_bytes(read_day(day.path))


def which_notebook(root: Path, target: str | None) -> Path:
    """The notebook that a command means: a day's number, a path, or by default the one saved last."""
    if target is None:
        own = list(own_folder(root).glob("[!.]*.ipynb"))  # those with a dot are an editor's own
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


def reset(notebook: Path, exercise: str, day: Day, handed_out: bytes) -> Path:
    """Put back an exercise's cell as it was handed out; returns the backup that was made of the notebook.

    Args:
        handed_out: the day's notebook as it was handed out.
    """
    content = json.loads(notebook.read_bytes())
    starting = {grade_id(cell): cell for cell in json.loads(handed_out)["cells"]}
    mine = [
        cell
        for cell, known in zip(content["cells"], recognise(parse_notebook(as_bytes(content)), day), strict=True)
        if known is not None and known.kind == Kind.EXERCISE and known.name == exercise
    ]
    if not mine:
        names = ", ".join(each.name for each in day.exercises)
        raise DeepDaysError(f"{notebook.name} has no exercise `{exercise}`. It has: {names}.")
    backup = notebook.with_name(f"{notebook.stem}.{datetime.now():%Y%m%d-%H%M%S}.backup")
    shutil.copy2(notebook, backup)
    for cell in mine:
        cell["source"] = starting[exercise]["source"]
        cell["outputs"], cell["execution_count"] = [], None
    write_file(notebook, as_bytes(content))
    return backup
