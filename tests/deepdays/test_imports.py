"""The modules of `deepdays` import one another in one direction."""

import ast
from graphlib import TopologicalSorter

from tests.support.places import ROOT

PACKAGE = ROOT / "deepdays"


def imported(path) -> set[str]:
    """The modules and folders right below `deepdays` that a file imports, at its top or inside a function."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return {name.split(".")[1] for name in names if name.startswith("deepdays.")}


def test_no_two_of_them_import_each_other():
    arrows = {}
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        arrows.setdefault(room, set()).update(imported(path) - {room})
    assert len(arrows) > 10
    TopologicalSorter(arrows).prepare()  # CycleError names the circle
