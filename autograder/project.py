"""The project's folder, and where each thing lies in it: the one place that spells the paths of a day's files."""

import re
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from platformdirs import user_cache_path

from autograder.errors import DayError, DeepDaysError

SOLUTIONS, CURRICULUM, OWN = "solutions", "curriculum", "my_days"
_PACKAGE = Path(__file__).resolve()


def root() -> Path:
    """The folder of the days: the nearest upwards that holds `solutions`, else where the package is or put them."""
    here = Path.cwd()
    for folder in (here, *here.parents, _PACKAGE.parents[1], _installed()):
        if folder is not None and (folder / SOLUTIONS).is_dir():
            return folder
    raise DeepDaysError("There are no days here. Run this in a clone of the Deep Days repository.")


def _installed() -> Path | None:
    """Where the days lie that an installed package brought; None where there is a clone instead."""
    try:
        brought = files("deepdays") or ()
    except PackageNotFoundError:
        return None
    days = (file for file in brought if file.parts[-4:-1] == ("share", "deepdays", SOLUTIONS))
    return next((Path(file.locate()).resolve().parents[1] for file in days), None)


def own_folder(root: Path) -> Path:
    """Where a learner's own notebooks lie: in the clone, else in the folder that one works in or the nearest above."""
    if root != _installed():
        return root / OWN
    here = Path.cwd()
    return next((folder / OWN for folder in (here, *here.parents) if (folder / OWN).is_dir()), here / OWN)


def build_folder(root: Path) -> Path:
    """Where what is made and can be made again lies: in the clone, else in the user's cache."""
    return user_cache_path("deepdays") / "build" if root == _installed() else root / "build"


def recordings_folder(source: Path) -> Path | None:
    """Where the recordings of a day's tests lie; None if its source is not here or in no project."""
    folder = source.resolve().parent
    is_of_project = folder.name == SOLUTIONS and source.is_file()
    return build_folder(folder.parent) / "recordings" / source.stem if is_of_project else None


def pyproject_of(source: Path) -> Path:
    """The pyproject.toml of the project that a day's source belongs to, else of the one where the package lives."""
    own = source.resolve().parents[1] / "pyproject.toml"
    return own if own.exists() else _PACKAGE.parents[1] / "pyproject.toml"


def notebook_name(slug: str) -> str:
    """The file name of a day's notebook."""
    return f"{slug}.ipynb"


def notebook_in(folder: Path, slug: str) -> Path:
    """A day's notebook where each day has a folder of its own, as nbgrader has them: `FOLDER/SLUG/SLUG.ipynb`."""
    return folder / slug / notebook_name(slug)


def handed_out(root: Path, slug: str) -> Path:
    """The notebook that learners get."""
    return notebook_in(root / CURRICULUM, slug)


def instructors(root: Path, slug: str) -> Path:
    """nbgrader's instructor copy."""
    return notebook_in(build_folder(root) / "source", slug)


def own_notebook(root: Path, slug: str) -> Path:
    """The learner's copy, whether or not it is there."""
    return own_folder(root) / notebook_name(slug)


def earlier_answers(root: Path, name: str) -> Path:
    """The module that holds a day's answers for later days."""
    return root / "deepdays" / "earlier" / f"{name}.py"


def find_days(root: Path) -> list[Path]:
    """The source files of all days, by number.

    Args:
        root: the project's folder, which holds `solutions/`.

    Raises:
        DeepDaysError: two files have one number, or a file that begins with `day_` has not the name of a day.
    """
    by_number: dict[int, Path] = {}
    for path in sorted((root / SOLUTIONS).glob("day_*.py")):
        number = day_number(path)
        if number in by_number:
            both = f"{by_number[number].name} and {path.name}"
            raise DeepDaysError(f"Two files are day {number}: {both}. Renumber or remove one.")
        by_number[number] = path
    return [by_number[number] for number in sorted(by_number)]


def day_path(root: Path, number: int) -> Path:
    """The source file of one day.

    Args:
        root: the project's folder.
        number: the day's number.

    Raises:
        DeepDaysError: there is no such day; the message names the nearest ones.
    """
    paths = {day_number(path): path for path in find_days(root)}
    if number in paths:
        return paths[number]
    if not paths:
        raise DeepDaysError(f"There are no days in {root / SOLUTIONS}. Is this the project's folder?")
    closest = sorted(paths, key=lambda each: abs(each - number))[:2]
    names = " and ".join(f"day {each}" for each in sorted(closest))
    raise DeepDaysError(f"There is no day {number} yet. The nearest: {names}; `deepdays list` shows what there is.")


def day_source(root: Path, number: int, slug: str) -> Path:
    """Where a day's source belongs; slug is without `day_NNN_`."""
    return root / SOLUTIONS / f"day_{number:03d}_{slug}.py"


def day_number(path: Path) -> int:
    """The number in a day's file name.

    Raises:
        DayError: the name is not of the form day_NNN_slug.py.
    """
    name = re.fullmatch(r"day_(\d{3})_[a-z0-9_]+\.py", path.name)
    if name is None:
        mend = "Call it day_NNN_slug.py, the slug in lower-case letters, digits and underscores."
        raise DayError("the file's name is not that of a day", mend, path)
    return int(name[1])
