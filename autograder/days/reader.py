"""Days read: from a percent-format source file to a `Day`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from autograder.basics.nearest import nearest
from autograder.basics.python_source import bound_names, syntax_problem
from autograder.day import Cell, Day, Exercise, Kind, Test
from autograder.days.earlier import imported_days
from autograder.days.frontmatter import read_front_matter
from autograder.days.markers import MarkedCell, split_cells
from autograder.days.patches import read_equivalents, read_mistake, read_mistakes
from autograder.days.regions import check_regions, with_stub, without_hidden, without_markers
from autograder.errors import DayError
from autograder.project import day_number


def read_day(path: Path | str) -> Day:
    """Read and check one day.

    Args:
        path: its source file.

    Raises:
        DayError: the file can't be read or breaks the format; the message names the line and the mend.
    """
    path = Path(path)
    day_number(path)  # a wrong name is told whether or not there is such a file
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = f"the file can't be read ({error.strerror})"
        raise DayError(problem, "Check its name and place.", path) from None
    return parse_day(path, content)


def parse_day(path: Path, content: bytes) -> Day:
    """The day that a file has or had; arguments and errors as for `read_day`, which reads `content` from it."""
    number = day_number(path)
    lines = _lines(path, content)
    front, start = read_front_matter(path, lines)
    marked = split_cells(path, lines, start)
    for cell in marked:
        _check_cell(cell)
    _check_pairs(marked)
    _check_imports(marked, front.needs_code)
    return Day(
        number=number,
        title=front.title,
        week=front.week,
        minutes=front.minutes,
        backend=front.backend,
        slug=path.stem,
        path=path,
        content=content,
        cells=tuple(_cells(marked)),
        exercises=tuple(_exercise(cell, marked) for cell in marked if cell.kind == Kind.EXERCISE),
        needs=tuple(front.needs),
        data=tuple(front.data),
        papers=tuple(front.papers),
        limits=front.limits.model_dump(exclude_unset=True),
        needs_code=tuple(front.needs_code),
    )


def _lines(path: Path, content: bytes) -> list[str]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DayError("the file is not UTF-8 text", "Save it as UTF-8.", path, line) from None
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _check_cell(cell: MarkedCell) -> None:
    if not cell.source.strip():
        raise cell.error("the cell is empty", "Fill it or remove its marker.")
    check_regions(cell)
    if cell.kind.is_python and (found := syntax_problem(cell.source)):
        problem, at = found
        raise cell.error(f"the cell is not valid Python: {problem}", "Mend this line.", at)


def _check_imports(marked: list[MarkedCell], needs_code: list[int]) -> None:
    """Check that the cells import no other days from `deepdays.earlier` than the front matter names."""
    for cell in marked:
        undeclared = [day for day in imported_days(cell.source) if day not in needs_code] if cell.kind.is_python else []
        if undeclared:
            mend = f"Add {undeclared[0]} to `needs_code` in the front matter."
            raise cell.error(f"it imports the answers of day {undeclared[0]}, which is not under `needs_code`", mend)


def _check_pairs(marked: list[MarkedCell]) -> None:
    """Check that exercises and tests stand in pairs, and that the other named cells belong to one."""
    exercises = _by_name(marked, Kind.EXERCISE)
    tests = _by_name(marked, Kind.TEST)
    for cell in marked:
        if cell.name and cell.name not in exercises:
            raise cell.error(f"there is no exercise `{cell.name}`", nearest(cell.name, exercises))
    for name, exercise in exercises.items():
        if name not in tests:
            mend = f"Add a cell `# %% test: {name}, points=3` below it."
            raise exercise.error("the exercise has no test", mend)
        if tests[name].line < exercise.line:
            raise tests[name].error("the test comes before its exercise", "Move it below the exercise.")
        if (base := name.removeprefix("test_")) != name and base in exercises:
            mend = "Rename this exercise."
            raise exercise.error(f"the exercise has the id of the test of `{base}`", mend)


def _by_name(marked: list[MarkedCell], kind: Kind) -> dict[str, MarkedCell]:
    cells: dict[str, MarkedCell] = {}
    for cell in marked:
        if cell.kind == kind:
            if cell.name in cells:
                problem = f"another {kind} cell has this name, in line {cells[cell.name].line}"
                raise cell.error(problem, "Rename or remove one of the two.")
            cells[cell.name] = cell
    return cells


def _cells(marked: list[MarkedCell]) -> Iterator[Cell]:
    counts: Counter[Kind] = Counter()
    for cell in marked:
        counts[cell.kind] += 1
        ids = {Kind.EXERCISE: cell.name, Kind.TEST: f"test_{cell.name}"}
        id = ids.get(cell.kind, f"{cell.kind}-{counts[cell.kind]}")
        yield Cell(cell.kind, cell.name, cell.source, cell.line, id)


def _exercise(cell: MarkedCell, marked: list[MarkedCell]) -> Exercise:
    answer, stub = without_markers(cell.source), with_stub(cell.source)
    if problem := syntax_problem(stub):
        mend = "Indent the SOLUTION markers like the code between them."
        raise cell.error(f"what the learner starts from is not valid Python: {problem[0]}", mend)
    names = bound_names(answer)
    if not names:
        raise cell.error("the answer binds no name", "Let it define a function, a class or a variable.")
    if not bound_names(stub):
        mend = "Put the markers inside the function, below its docstring."
        raise cell.error("the SOLUTION region hides the whole definition", mend)

    def mine(kind: Kind) -> list[MarkedCell]:
        return [each for each in marked if (each.kind, each.name) == (kind, cell.name)]

    return Exercise(
        name=cell.name,
        source=cell.source,
        answer=answer,
        stub=stub,
        names=names,
        test=_test(mine(Kind.TEST)[0], marked),
        mistakes=(
            *(mistake for each in mine(Kind.MISTAKES) for mistake in read_mistakes(each, answer)),
            *(read_mistake(_whole(each, names), answer) for each in mine(Kind.MISTAKE)),
        ),
        accepts=tuple(_whole(each, names).source for each in mine(Kind.ACCEPTS)),
        line=cell.line,
        equivalents=tuple(patch for each in mine(Kind.EQUIVALENTS) for patch in read_equivalents(each, answer)),
    )


def _test(cell: MarkedCell, marked: list[MarkedCell]) -> Test:
    visible = without_hidden(cell.source)
    if problem := syntax_problem(visible):
        mend = "Put whole statements between the HIDDEN TESTS markers."
        raise cell.error(f"what the learner sees is not valid Python: {problem[0]}", mend)
    demos = [each for each in marked if each.kind == Kind.DEMO and each.line < cell.line]
    shown = [name for demo in demos for name in bound_names(demo.source)]
    for name in cell.uses:
        if name not in shown:
            raise cell.error(f"no demo cell above binds `{name}`, which the test uses", nearest(name, shown))
    return Test(cell.points, cell.source, visible, cell.uses, cell.line)


def _whole(cell: MarkedCell, names: tuple[str, ...]) -> MarkedCell:
    """The cell, which must bind what the answer binds."""
    bound = bound_names(cell.source)
    if set(bound) != set(names):
        problem = f"it binds {_listed(bound)} where the answer binds {_listed(names)}"
        raise cell.error(problem, "Write the whole exercise cell another way, with the same names.")
    return cell


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"
