"""A day in Colab: the link that opens its notebook there, and the cell that installs what the notebook imports.

Both are built from `[tool.deepdays]` in the project's pyproject.toml, which a fork changes to its own repository.
"""

import importlib
import re
import tomllib
from pathlib import Path

from autograder.day import Cell, Day, Kind
from autograder.errors import DeepDaysError
from autograder.project import handed_out, pyproject_of
from deepdays import data

LACKING = frozenset({"num2words", "pycountry"})
"""What of a notebook's requirements Colab does not have; both are a few megabytes and need nothing else."""
CHECKS_WITH = "jupytext"
"""What `dd.ask()` needs and Colab does not have; its own requirements are there."""
CELL_ID = "colab"

_GITHUB = re.compile(r"https://github\.com/(?P<name>[\w.-]+/[\w.-]+?)(\.git)?/?")
_LINK = re.compile(r"\A\[Open in Colab\]\(https://colab\.research\.google\.com/[^\s()]*\)\n\n")
_CELL = """\
# In Colab, this installs what the notebook imports; anywhere else it does nothing.
try:
    import google.colab
except ImportError:
    pass
else:
    %pip install --quiet --no-deps """


def settings(pyproject: Path) -> tuple[str, str]:
    """Where the course is published: (OWNER/NAME on GitHub, the branch that learners get).

    Raises:
        DeepDaysError: `[tool.deepdays]` names no repository on GitHub, the only host whose notebooks Colab opens.
    """
    table = tomllib.loads(pyproject.read_text(encoding="utf-8")).get("tool", {}).get("deepdays", {})
    repository = _GITHUB.fullmatch(str(table.get("repository", "")))
    if repository is None:
        mend = 'Write `repository = "https://github.com/OWNER/NAME"` there; Colab opens notebooks from GitHub.'
        received = f"Received: {table.get('repository')!r}"
        raise DeepDaysError(f"[tool.deepdays] in {pyproject} names no repository on GitHub. {mend} {received}")
    return repository["name"], table.get("branch", "main")


def link(day: Day) -> str:
    """The address that opens a day's notebook in Colab."""
    name, branch = settings(pyproject_of(day.path))
    path = handed_out(Path(branch), day.slug).as_posix()
    return f"https://colab.research.google.com/github/{name}/blob/{path}"


def with_link(day: Day, opening: str) -> str:
    """A day's opening text below the link."""
    return f"[Open in Colab]({link(day)})\n\n{opening}"


def without_link(text: str) -> str:
    """A text as it is in the day's source; any but an opening is that already."""
    return _LINK.sub("", text, count=1)


def install_cell(day: Day) -> str:
    """The source of the cell that a day's notebook starts with.

    Of all packages `--no-deps` installs those that are named and no other, so what Colab has stays as it is.
    """
    name, branch = settings(pyproject_of(day.path))
    return _CELL + " ".join([f"git+https://github.com/{name}@{branch}", CHECKS_WITH, *lacking(day)])


def as_install_cell(source: str) -> Cell | None:
    """The cell as grading knows it if the source is one, of whichever day and repository; it is never run."""
    is_one = re.fullmatch(re.escape(_CELL) + ".+", source.strip())
    return Cell(Kind.COLAB, "", source, 0, CELL_ID) if is_one else None


def lacking(day: Day) -> list[str]:
    """The packages that a day's data needs and Colab does not have, sorted."""
    known = {*data.available(), *data.modules()} & set(day.data)
    needs = {need for name in known for need in importlib.import_module(data.home(name)).CARD.needs}
    return sorted(needs & LACKING)
