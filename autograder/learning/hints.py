"""Hints in tiers: where to read again, what others got wrong, what the answer is made of; never its lines."""

import ast
import re

from autograder.day import Day, Exercise, Kind


def tiers(day: Day, exercise: Exercise) -> list[str]:
    """The hints for an exercise, from the gentlest on."""
    found = [f"Read again: “{heading_above(day, exercise)}”, the part just above the exercise."]
    found += [f"People often get this wrong: {mistake.hint}" for mistake in exercise.mistakes[:3]]
    tools = _tools(exercise.answer)
    if tools:
        found.append(f"One answer uses {', '.join(tools)}.")
    return found


def heading_above(day: Day, exercise: Exercise) -> str:
    """The last heading before the exercise."""
    heading = day.title
    for cell in day.cells:
        if cell.kind == Kind.EXERCISE and cell.name == exercise.name:
            return heading
        if cell.kind == Kind.MARKDOWN:
            headings = re.findall(r"^#+ +(.+)$", cell.source, re.MULTILINE)
            heading = headings[-1] if headings else heading
    return heading


def _tools(answer: str) -> list[str]:
    """The library functions that an answer calls, in order of their names."""
    calls = (node.func for node in ast.walk(ast.parse(answer)) if isinstance(node, ast.Call))
    names = (ast.unparse(call) for call in calls if isinstance(call, ast.Attribute))
    return sorted({name for name in names if re.fullmatch(r"(np|ops|keras|pd|tf)(\.\w+)+", name)})
