"""Who may import whom: a room of `autograder` imports from rooms below it, never from above and never sideways."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.places import ROOT

WORDS = ("errors", "day", "submission", "result")
FLOORS = (  # from the bottom up; rooms of one floor do not import each other
    ("words",), ("basics",), ("project",), ("days",), ("notebooks",), ("engine",), ("grading",),
    ("kernels", "classroom", "proving", "linting", "learning"), ("publishing",), ("commands",), ("cli",), ("__main__",),
)  # fmt: skip
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(path.relative_to(ROOT) for path in (ROOT / "autograder").rglob("*.py"))


def room(module: str) -> str:
    """The room of `autograder.ROOM.…`, `words` for those on the ground floor; empty for the package itself."""
    name = module.split(".")[1] if "." in module else ""
    return "words" if name in WORDS else name


def imported(path: Path) -> Iterator[str]:
    """Every module of this project that a file names: at its top, inside a function, or as text."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write where it is imported from in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\Aautograder(?:\.\w+)+\Z", node.value)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_from_its_own_room_and_from_below(path):
    mine = room(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
    others = {room(name) for name in imported(path) if name.split(".")[0] == "autograder"} - {mine, ""}
    assert not mine or mine in FLOOR, f"{mine} is no room yet: give it a place in FLOORS"
    assert {other for other in others if FLOOR[other] >= FLOOR[mine]} == set()


@pytest.mark.parametrize("path", sorted(path.relative_to(ROOT) for path in (ROOT / "deepdays").rglob("*.py")), ids=str)
def test_what_learners_code_may_read_does_not_import_what_it_may_not(path):
    assert [name for name in imported(path) if name.split(".")[0] == "autograder"] == []


def test_only_the_project_spells_the_path_of_a_days_notebook():
    spelt = [path.stem for path in MODULES if re.search(r"slug\}?\.ipynb", (ROOT / path).read_text(encoding="utf-8"))]
    assert spelt == ["project"]
