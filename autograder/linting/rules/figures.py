"""Every figure has a title, labelled axes and a text for those who can't see it.

What can be told without running the day: a cell that shows a figure must say all of these somewhere, itself or in a
function of the day that it calls.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.day import Day, Kind
from autograder.linting.finding import Problem
from autograder.linting.text import code

_Function = ast.FunctionDef | ast.AsyncFunctionDef
MIN_WORDS = 6

TITLE, XLABEL, YLABEL = "a title", "a label below", "a label at the side"
PICTURE, PLOT, BEGUN, SHOWN = "picture", "plot", "begun", "shown"
_SAID = (TITLE, XLABEL, YLABEL)
_SHOWS = ("plt.show", "dd.plot.show")
_METHODS = {
    "set_title": {TITLE}, "suptitle": {TITLE},
    "set_xlabel": {XLABEL}, "supxlabel": {XLABEL}, "bar": {PLOT, XLABEL},  # names of bars say what they are
    "set_ylabel": {YLABEL}, "supylabel": {YLABEL}, "barh": {PLOT, YLABEL},
    "imshow": {PICTURE}, "set_axis_off": {PICTURE}, "axis": {PICTURE}, "pie": {PICTURE},
    "figure": {BEGUN}, "subplots": {BEGUN}, "subplot_mosaic": {BEGUN},
    "decision_regions": {BEGUN, *_SAID}, "learning_curve": {BEGUN, *_SAID}, "loss_contours": {BEGUN, XLABEL, YLABEL},
    "matrix": {BEGUN, PICTURE}, "image_grid": {BEGUN, PICTURE},
}  # fmt: skip
_PLOTS = {
    "plot", "scatter", "hist", "step", "stem", "boxplot", "violinplot", "errorbar", "semilogx", "semilogy", "loglog",
    "fill_between", "contour", "contourf", "quiver", "pcolormesh", "stackplot", "hexbin",
}  # fmt: skip
_KEYWORDS = {
    "title": TITLE, "titles": TITLE, "xlabel": XLABEL, "ylabel": YLABEL,
    "xticklabels": XLABEL, "yticklabels": YLABEL, "xticks": XLABEL, "yticks": YLABEL,
}  # fmt: skip
_TITLE_OF_MATRIX = 4  # where it comes among the arguments
_OF_PYPLOT = {"title": TITLE, "xlabel": XLABEL, "ylabel": YLABEL}


def problems(day: Day, root: Path) -> Iterator[Problem]:
    cells = list(code(day))
    functions = {node.name: node for _, tree in cells for node in ast.walk(tree) if isinstance(node, _Function)}
    for cell, tree in cells:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in _SHOWS:
                yield from _alternative(node, cell.line + node.lineno)
        if cell.kind is Kind.DEMO:
            yield from _labels(list(_calls(tree.body)), functions, cell.line)


def _alternative(call: ast.Call, line: int) -> Iterator[Problem]:
    if ast.unparse(call.func) == "plt.show":
        mend = 'Write `dd.plot.show("what it shows")`: its axes, and what can be read off it.'
        yield Problem(line, "the figure has no alternative text", mend)
    elif call.args and isinstance(call.args[0], ast.Constant) and len(str(call.args[0].value).split()) < MIN_WORDS:
        problem = f"the alternative text has fewer than {MIN_WORDS} words"
        yield Problem(line, problem, "Say what the axes are and what can be read off.")


def _labels(calls: list[ast.Call], functions: dict[str, _Function], line: int) -> Iterator[Problem]:
    facts = _facts(calls, functions, set())
    if BEGUN not in facts:
        return
    last = line + next(call.lineno for call in reversed(calls) if _facts([call], functions, set()))
    if SHOWN not in facts:
        yield Problem(last, "a figure is drawn and not shown", 'End the cell with `dd.plot.show("what it shows")`.')
    due = [TITLE] if PICTURE in facts or PLOT not in facts else _SAID
    if lacking := [each for each in due if each not in facts]:
        mend = 'Give its axes `title=`, `xlabel=`, `ylabel=`; an axis that needs none gets `ylabel=""`.'
        yield Problem(last, f"the figure lacks {', '.join(lacking)}", mend)


def _calls(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """The calls that running statements makes, those inside the functions they define left out."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if isinstance(node, ast.Call):
            yield node
        yield from _calls(ast.iter_child_nodes(node))


def _facts(calls: Iterable[ast.Call], functions: dict[str, _Function], seen: set[str]) -> set[str]:
    """What calls say of a figure, with what is said by the day's own functions that they call or hand on."""
    facts = set()
    for call in calls:
        facts |= _of_call(call)
        named = {node.id for node in (call.func, *call.args) if isinstance(node, ast.Name)}
        for name in (named & functions.keys()) - seen:
            seen.add(name)
            facts |= _facts(_calls(functions[name].body), functions, seen)
    return facts


def _of_call(call: ast.Call) -> set[str]:
    whole = ast.unparse(call.func)
    name = whole.rpartition(".")[2]
    facts = {SHOWN} if whole in _SHOWS else {*_METHODS.get(name, ()), *[PLOT] * (name in _PLOTS)}
    if whole == f"plt.{name}" and name in _OF_PYPLOT:
        facts.add(_OF_PYPLOT[name])
    if name in ("set_xticks", "set_yticks") and len(call.args) > 1:
        facts.add(XLABEL if name == "set_xticks" else YLABEL)
    if name == "matrix" and len(call.args) > _TITLE_OF_MATRIX:
        facts.add(TITLE)
    for keyword in call.keywords:
        if keyword.arg is None and name == "set":
            facts |= set(_SAID)  # `**labels` may be all of them
        elif said := _KEYWORDS.get(keyword.arg or ""):
            empty = isinstance(keyword.value, ast.Constant) and not keyword.value.value
            facts |= set() if said == TITLE and empty else {said}
    return facts
