"""The regions of a cell that a learner does not get: SOLUTION and HIDDEN TESTS.

What is cut and what stands in its place is what nbgrader's ClearSolutions and ClearHiddenTests do with their
default settings; nbgrader itself is slow to import, and grading needs a day's stubs at once.
"""

from autograder.day import Kind
from autograder.days.markers import MarkedCell

SOLUTION, HIDDEN = "SOLUTION", "HIDDEN TESTS"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
HOMES = {SOLUTION: Kind.EXERCISE, HIDDEN: Kind.TEST}


def check_regions(cell: MarkedCell) -> None:
    """Check that the cell has the regions that its kind asks for, closed, filled and not nested.

    Raises:
        DayError: naming the line of the marker at fault.
    """
    for region, home in HOMES.items():
        lines = enumerate(cell.source.split("\n"), 1)
        markers = [(at, line.strip()) for at, line in lines if _names(line, region)]
        if markers and cell.kind != home:
            problem = f"a {region} marker stands in a cell of kind {cell.kind}"
            raise cell.error(problem, f"Only cells of kind {home} have them.", markers[0][0])
        if not markers and cell.kind == home:
            mend = f"Put `### BEGIN {region}` and `### END {region}` around what the learner does not see."
            raise cell.error(f"the {home} has no {region} region", mend)
        _check_balance(cell, region, markers)


def _check_balance(cell: MarkedCell, region: str, markers: list[tuple[int, str]]) -> None:
    begin, end = f"### BEGIN {region}", f"### END {region}"
    lines = cell.source.split("\n")
    opened = 0
    for at, text in markers:
        if text not in (begin, end):
            mend = f"Give `{begin}` or `{end}` a line of its own."
            raise cell.error(f"a {region} marker is misspelt or shares its line", mend, at)
        if text == begin and opened:
            raise cell.error(f"a {region} region begins inside another", f"Put `{end}` before it.", at)
        if text == end and not opened:
            raise cell.error(f"`{end}` closes nothing", f"Put `{begin}` before it.", at)
        if text == end and not "".join(lines[opened : at - 1]).strip():
            raise cell.error(f"the {region} region is empty", "Write its code between the two markers.", opened)
        opened = at if text == begin else 0
    if opened:
        raise cell.error(f"`{begin}` is never closed", f"Add `{end}` below its last line.", opened)


def without_markers(source: str) -> str:
    """The source less its marker lines: what the reference answer is."""
    lines = source.split("\n")
    return "\n".join(line for line in lines if not any(_names(line, region) for region in HOMES))


def with_stub(source: str) -> str:
    """The source with a stub for each SOLUTION region: what the learner starts from."""
    return _replaced(source, SOLUTION, STUB)


def without_hidden(source: str) -> str:
    """The source less its HIDDEN TESTS regions: the tests the learner sees."""
    return _replaced(source, HIDDEN, ())


def _names(line: str, region: str) -> bool:
    return f"BEGIN {region}" in line or f"END {region}" in line


def _replaced(source: str, region: str, replacement: tuple[str, ...]) -> str:
    kept, inside = [], False
    for line in source.split("\n"):
        if _names(line, region):
            inside = f"BEGIN {region}" in line
            if inside:
                indent = line[: len(line) - len(line.lstrip())]
                kept += [indent + stub_line for stub_line in replacement]
        elif not inside:
            kept.append(line)
    return "\n".join(kept)
