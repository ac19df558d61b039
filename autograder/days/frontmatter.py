"""The front matter of a day: YAML in comment lines at the top of its file."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from autograder.basics.nearest import nearest
from autograder.days.markers import uncommented
from autograder.errors import DayError
from autograder.project import day_number

FENCE = "# ---"

Text = Annotated[str, Field(min_length=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(gt=0)]


def _key(kind: str, example: str, **bounds):
    return Field(description=kind, examples=[example], **bounds)


class Limits(BaseModel):
    """Overrides of grading's limits."""

    model_config = ConfigDict(extra="forbid", strict=True)

    seconds_per_call: Seconds = _key("a number above 0", "20", default=None)
    seconds: Seconds = _key("a number above 0", "120", default=None)
    memory_mb: Count = _key("a whole number above 0", "4096", default=None)
    scratch_mb: Count = _key("a whole number above 0", "128", default=None)
    open_files: Count = _key("a whole number above 0", "512", default=None)


class FrontMatter(BaseModel):
    """What a day says about itself before its first cell."""

    model_config = ConfigDict(extra="forbid", strict=True)

    day: int = _key("a whole number from 0", "26", ge=0)
    title: Text = _key("text", "Backpropagation")
    week: int = _key("a whole number from 0", "4", ge=0)
    minutes: int = _key("a whole number above 0", "60", gt=0)
    backend: Literal["numpy", "any", "tensorflow"] = _key("numpy, any or tensorflow", "numpy")
    needs: list[int] = _key("a list of earlier days' numbers", "[2, 25]")
    needs_code: list[int] = _key("a list of earlier days' numbers", "[34]", default_factory=list)
    data: list[Text] = _key("a list of data set names", "[digits]")
    papers: list[Text] = _key("a list of texts", '["Kingma and Ba 2014: Adam"]')
    limits: Limits = _key("a mapping of limits", "{seconds_per_call: 20}", default_factory=Limits)


def read_front_matter(path: Path, lines: list[str]) -> tuple[FrontMatter, int]:
    """Read a day's front matter.

    Args:
        path: the day's file, for messages.
        lines: the file's lines without line ends.

    Returns:
        (front matter, number of lines it takes with both its fences).

    Raises:
        DayError: it is missing, not YAML, or a key of it is missing, unknown or of the wrong kind.
    """
    end = _closing_fence(path, lines)
    text = "\n".join(uncommented(line) for line in lines[1:end])
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = f"the front matter is not YAML: {getattr(error, 'problem', None) or error}"
        mend = "Write each key as `key: value` and quote texts that contain a colon."
        raise DayError(problem, mend, path, mark.line + 2 if mark else 1) from None
    if not isinstance(values, dict):
        keys = ", ".join(FrontMatter.model_fields)
        raise DayError("the front matter holds no keys", f"It takes: {keys}.", path, 2)
    if repeated := _repeated_key(node):
        problem = f"the front matter names `{repeated.value}` twice"
        raise DayError(problem, "Leave one of the two.", path, repeated.start_mark.line + 2)
    try:
        front = FrontMatter.model_validate(values)
    except ValidationError as error:
        details = error.errors()[0]
        raise DayError(*_explained(details), path, _line_of(node, details["loc"]) + 2) from None
    if front.day != (number := day_number(path)):
        problem = f"the front matter says day {front.day}, the file's name day {number}"
        raise DayError(problem, "Make the two agree.", path, _line_of(node, ("day",)) + 2)
    for key, days in (("needs", front.needs), ("needs_code", front.needs_code)):
        if late := [day for day in days if not 0 <= day < front.day]:
            problem = f"`{key}` names day {late[0]}, which does not come before day {front.day}"
            raise DayError(problem, "Name earlier days only.", path, _line_of(node, (key,)) + 2)
    return front, end + 1


def _closing_fence(path: Path, lines: list[str]) -> int:
    """The index of the line that closes the front matter."""
    if not lines or lines[0].rstrip() != FENCE:
        raise DayError("the file does not open with front matter", f"Make `{FENCE}` its first line.", path)
    end = next((n for n, line in enumerate(lines) if n and not line.startswith("#")), len(lines))
    for index in range(1, end):
        if lines[index].rstrip() == FENCE:
            return index
    raise DayError("the front matter is not closed", f"End it with a line `{FENCE}`.", path, end)


def _repeated_key(node: yaml.Node | None) -> yaml.Node | None:
    """The second of two equal keys, in the mapping or in one that it holds."""
    if not isinstance(node, yaml.MappingNode):
        return None
    seen = set()
    for key, value in node.value:
        if key.value in seen:
            return key
        seen.add(key.value)
        if repeated := _repeated_key(value):
            return repeated
    return None


def _explained(details: ErrorDetails) -> tuple[str, str]:
    """A validation error as (problem, mend)."""
    key, *below = map(str, details["loc"])
    name, fields = key, FrontMatter.model_fields
    if key == "limits" and below:
        key, name, fields = below[0], f"limits.{below[0]}", Limits.model_fields
    if key not in fields:
        return f"the front matter has an unknown key `{name}`", nearest(key, fields)
    field = fields[key]
    (written,) = field.examples or [""]
    example = f"Write it like `{key}: {written}`."
    if details["type"] == "missing":
        return f"the front matter lacks `{name}`, {field.description}", example
    problem = f"`{name}` in the front matter is not {field.description}"
    if details["type"] == "literal_error":
        example = nearest(str(details["input"]), ["numpy", "any", "tensorflow"])
    return problem, f"{example} Received: {details['input']!r}"


def _line_of(node: yaml.Node | None, location: tuple[str | int, ...]) -> int:
    """The 0-based line, within the YAML, of the deepest part of a location that is there; -1 if none is."""
    line = -1
    for part in location:
        if isinstance(node, yaml.SequenceNode):
            line, node = node.value[part].start_mark.line, node.value[part]
            continue
        found = [pair for pair in getattr(node, "value", ()) if pair[0].value == str(part)]
        if not found:
            break
        line, node = found[0][0].start_mark.line, found[0][1]
    return line
