"""From a submission's bytes to its cells, and to those that grading may run. Outputs are never looked at."""

import json
import re

from autograder.day import Cell, Day, Kind
from autograder.errors import DeepDaysError
from autograder.notebooks import additions, colab
from autograder.notebooks.plain import grade_id
from autograder.result import Outcome
from autograder.submission import Submission, SubmittedCell, SubmittedDay

MAX_BRACKETS = 2_000_000
"""More lists and objects than any honest notebook has; each costs memory far beyond its two bytes."""
MAX_CELLS = 20_000
"""More cells than any honest notebook has; each is written back and shown."""
MAX_CODE = 250_000
"""Characters in a notebook's code cells; Python's own parser can take 600 bytes for each."""

_BINDING = re.compile(
    r"^(?:(?:async[ \t]+)?def[ \t]+(?P<function>\w+)|class[ \t]+(?P<class>\w+)"
    r"|(?P<targets>[A-Za-z_][\w \t,]*)(?::[^=\n]*)?=(?!=))",
    re.MULTILINE,
)


class Ungradable(DeepDaysError):
    """A submission that can't be graded, and which of the outcomes that is."""

    def __init__(self, message: str, status: Outcome = Outcome.UNREADABLE):
        self.status = status
        super().__init__(message)


def read_submission(submission: Submission, day: Day) -> SubmittedDay:
    """What a submission's notebook holds.

    Raises:
        Ungradable: if it is not a readable notebook, or another day's.
    """
    if submission.problem:
        raise Ungradable(submission.problem)
    notebook = parse_notebook(submission.content)
    known = recognise(notebook, day)
    submitted = []
    for raw, cell in zip(notebook["cells"], known, strict=True):
        if cell is not None and cell.kind == Kind.EXERCISE:
            submitted.append(SubmittedCell(Kind.EXERCISE, cell.name, source_of(raw)))
        elif raw["cell_type"] == "code" and (cell is None or cell.kind == Kind.DEMO):
            submitted.append(SubmittedCell(Kind.DEMO if cell else Kind.EXTRA, "", source_of(raw)))
    size = sum(len(cell.source) for cell in submitted)
    if size > MAX_CODE:
        raise Ungradable(f"The code cells hold {size:,} characters, and at most {MAX_CODE:,} are graded.")
    return SubmittedDay(tuple(submitted), tuple(notebook["cells"]), tuple(known))


def parse_notebook(content: bytes) -> dict:
    """A notebook as plain data whose cells, sources and metadata have the types they should have.

    Raises:
        Ungradable: with status unreadable, saying what is wrong.
    """
    notebook = _parse_json(content)
    if not isinstance(notebook, dict) or not notebook.keys() & {"cells", "nbformat"}:
        raise Ungradable("The file is JSON, but not a Jupyter notebook.")
    version = notebook.get("nbformat")
    if not isinstance(version, int):
        raise Ungradable("The file names no notebook format, so it is not a notebook.")
    if version != 4:
        age = "too old" if version < 4 else "too new"
        raise Ungradable(
            f"The notebook has format {version}, which is {age}; save it in Jupyter as format 4.",
        )
    _check_types(notebook)
    return notebook


def day_number(content: bytes) -> int | None:
    """The day that a notebook's metadata names; None if it can't be read or names none."""
    try:
        return stated_day(parse_notebook(content))
    except Ungradable:
        return None


def recognise(notebook: dict, day: Day) -> list[Cell | None]:
    """For each cell of a parsed notebook the cell of the day that it is; None for the learner's own.

    A cell is known by nbgrader's grade_id, else by its cell id, else by being an unchanged copy. An exercise
    that none of these finds is the unknown code cells that define all its names.

    Raises:
        Ungradable: with status wrong day, if the notebook's metadata or its grade ids are another day's.
    """
    number = stated_day(notebook)
    if number is not None and number != day.number:
        raise Ungradable(f"This is the notebook of day {number}, not of day {day.number}.", Outcome.WRONG_DAY)
    headings = map(additions.heading, day.exercises)
    by_id = {cell.id: cell for cell in (*day.cells, *headings) if cell.kind.is_handed_out}
    by_source = {_handed_out(cell, day): cell for cell in by_id.values() if cell.kind != Kind.EXERCISE}
    cells = [_known(raw, by_id, by_source) for raw in notebook["cells"]]
    _recognise_by_names(notebook["cells"], cells, day)
    if number is None and not any(cell is not None and cell.kind == Kind.EXERCISE for cell in cells):
        strangers = {name for raw in notebook["cells"] if (name := grade_id(raw))} - set(by_id)
        if strangers:
            raise Ungradable(
                f"This notebook has another day's exercises, and none of day {day.number}.", Outcome.WRONG_DAY
            )
        if not any(cells):
            raise Ungradable(f"This notebook has nothing of day {day.number} in it.", Outcome.WRONG_DAY)
    return cells


def answered_elsewhere(submitted: SubmittedDay, day: Day) -> list[str]:
    """The exercises whose own cells are as handed out while another cell of the learner's defines their names."""
    others = [bound_names(cell.source) for cell in submitted.cells if cell.kind != Kind.EXERCISE]
    names = []
    for exercise in day.exercises:
        own = [cell.source.strip() for cell in submitted.cells if cell.name == exercise.name]
        is_untouched = all(source == exercise.stub.strip() for source in own)
        if is_untouched and any(set(exercise.names) <= bound for bound in others):
            names.append(exercise.name)
    return names


def source_of(raw: dict) -> str:
    """A raw cell's source as one string that any encoding can hold."""
    source = raw["source"] if isinstance(raw["source"], str) else "".join(raw["source"])
    return source.encode("utf-8", "replace").decode("utf-8")


def _parse_json(content: bytes) -> object:
    if not content.strip():
        raise Ungradable("The file is empty.")
    if content.count(b"[") + content.count(b"{") > MAX_BRACKETS:
        raise Ungradable(
            "The file holds far more lists and objects than a notebook does. If they are in its outputs, clear those "
            "(Edit, Clear Outputs of All Cells), save and hand it in again."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Ungradable(f"The file is not UTF-8 text; byte {error.start} is the first bad one.") from error
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Ungradable("The file nests lists or objects too deeply for a notebook.") from error
    except ValueError as error:
        raise Ungradable(_json_problem(text, error)) from error


def _json_problem(text: str, error: ValueError) -> str:
    if re.search(r"^(<<<<<<<|>>>>>>>) ", text, re.MULTILINE):
        return "The file has merge conflict markers (<<<<<<< …); resolve the conflict and save it in Jupyter."
    if text.lstrip().startswith("<"):
        return "The file is a web page, not a notebook; download the notebook itself."
    if not isinstance(error, json.JSONDecodeError):
        return "The file is not valid JSON: it holds a number that is too long."
    if not text.lstrip().startswith("{"):
        return "The file is not a notebook: it is not JSON."
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return "The file ends in the middle; it was probably cut off while it was saved or copied."
    return f"The file is not valid JSON: {error.msg} on line {error.lineno}, column {error.colno}."


def _check_types(notebook: dict) -> None:
    def require(condition: bool, problem: str) -> None:
        if not condition:
            raise Ungradable(f"The notebook is malformed: {problem}.")

    require(isinstance(notebook.get("cells"), list), "its cells are not a list")
    require(len(notebook["cells"]) <= MAX_CELLS, f"it has {len(notebook['cells']):,} cells, and {MAX_CELLS:,} are read")
    require(isinstance(notebook.setdefault("metadata", {}), dict), "its metadata is not an object")
    for number, cell in enumerate(notebook["cells"], start=1):
        require(isinstance(cell, dict), f"cell {number} is not an object")
        require(isinstance(cell.get("cell_type"), str), f"cell {number} has no type")
        source = cell.get("source")
        is_text = isinstance(source, str)
        is_lines = isinstance(source, list) and all(isinstance(line, str) for line in source)
        require(is_text or is_lines, f"the source of cell {number} is not text")
        metadata = cell.setdefault("metadata", {})
        require(isinstance(metadata, dict), f"the metadata of cell {number} is not an object")
        nbgrader = metadata.get("nbgrader", {})
        require(isinstance(nbgrader, dict), f"the nbgrader metadata of cell {number} is not an object")
        require(isinstance(nbgrader.get("grade_id", ""), str), f"the grade_id of cell {number} is not text")


def stated_day(notebook: dict) -> int | None:
    """The day that a parsed notebook's metadata name; None if they name none."""
    deepdays = notebook["metadata"].get("deepdays")
    number = deepdays.get("day") if isinstance(deepdays, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _known(raw: dict, by_id: dict[str, Cell], by_source: dict[str, Cell]) -> Cell | None:
    # Colab moves the cell id into the cell's metadata.
    for key in (grade_id(raw), raw.get("id"), raw["metadata"].get("id")):
        if isinstance(key, str) and key in by_id:
            return by_id[key]
    source = source_of(raw).strip()
    known = by_source.get(additions.without_last_line(colab.without_link(source)).strip())
    return known or colab.as_install_cell(source)


def _handed_out(cell: Cell, day: Day) -> str:
    """What a cell that is not an exercise looks like in the notebook as handed out."""
    source = day.exercise(cell.name).test.visible if cell.kind == Kind.TEST else cell.source
    return source.strip()


def _recognise_by_names(raws: list[dict], cells: list[Cell | None], day: Day) -> None:
    """Fill in `cells` for exercises not found so far, by the names that a code cell binds at top level."""
    found = {cell.name for cell in cells if cell is not None and cell.kind == Kind.EXERCISE}
    lost = [cell for cell in day.cells if cell.kind == Kind.EXERCISE and cell.name not in found]
    matched = set()
    for index, raw in enumerate(raws):
        if cells[index] is None and raw["cell_type"] == "code" and lost:
            bound = bound_names(source_of(raw))
            fitting = [cell for cell in lost if set(day.exercise(cell.name).names) <= bound]
            if fitting:
                match = next((cell for cell in fitting if cell.name not in matched), fitting[0])
                matched.add(match.name)
                cells[index] = match


def bound_names(source: str) -> set[str]:
    """Names bound at top level, found by line, so that a cell with a syntax error or a magic has some too."""
    names = set()
    for match in _BINDING.finditer(source[:MAX_CODE]):
        names.update(re.findall(r"\w+", match["function"] or match["class"] or match["targets"]))
    return names
