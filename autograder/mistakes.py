"""The mistakes cells of a day: patches on a reference answer, each with a hint."""

import ast

import yaml

from autograder.day import Mistake
from autograder.markers import MarkedCell, uncommented
from autograder.nearest import nearest
from autograder.python_source import syntax_problem

KEYS = ("replace", "with", "hint")
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar stays the text that it is
_FORM = "Write each mistake as `- replace: …`, `with: …`, `hint: …`, and put texts with YAML signs in quotes."


def read_mistakes(cell: MarkedCell, answer: str) -> tuple[Mistake, ...]:
    """The mistakes of one cell.

    Args:
        cell: a mistakes cell.
        answer: the reference answer that they patch.

    Raises:
        DayError: the YAML is broken, a key is missing or unknown, or a patch does not apply, changes nothing
            or leaves no valid Python.
    """
    lines = cell.source.split("\n")
    for at, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            raise cell.error("a line of mistakes is not a comment", "Begin it with `# `.", at)
    text = "\n".join(uncommented(line) for line in lines)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = f"the mistakes are not YAML: {getattr(error, 'problem', None) or error}"
        raise cell.error(problem, _FORM, mark.line + 1 if mark else 1) from None
    if not isinstance(node, yaml.SequenceNode):
        raise cell.error("the mistakes are not a list", _FORM, 1)
    program = ast.dump(ast.parse(answer))
    return tuple(_read_mistake(cell, answer, program, item) for item in node.value)


def _read_mistake(cell: MarkedCell, answer: str, program: str, item: yaml.Node) -> Mistake:
    at = item.start_mark.line + 1
    values = _texts(cell, item, at)
    if "hint" in values and not values["hint"].strip():
        raise cell.error("a mistake's hint is empty", "Say what to think about, without the answer.", at)
    mistake = Mistake(values["replace"], values["with"], values["hint"], cell.line + at)
    _check_patch(cell, answer, program, mistake, at)
    return mistake


def _texts(cell: MarkedCell, item: yaml.Node, at: int) -> dict[str, str]:
    """A mistake's three texts by key."""
    if not isinstance(item, yaml.MappingNode):
        raise cell.error("a mistake is not a mapping", _FORM, at)
    values = {}
    for key, value in item.value:
        key_at = key.start_mark.line + 1
        if key.value not in KEYS:
            raise cell.error(f"a mistake has no key `{key.value}`", nearest(str(key.value), KEYS), key_at)
        if key.value in values:
            mend = "Begin the next mistake with `- replace:`."
            raise cell.error(f"a mistake has two texts for `{key.value}`", mend, key_at)
        if not isinstance(value, yaml.ScalarNode):
            raise cell.error(f"a mistake's `{key.value}` is not text", "Put it in quotes.", key_at)
        values[key.value] = value.value
    if missing := [key for key in KEYS if key not in values]:
        raise cell.error(f"a mistake lacks `{missing[0]}`", _FORM, at)
    return values


def _check_patch(cell: MarkedCell, answer: str, program: str, mistake: Mistake, at: int) -> None:
    count = answer.count(mistake.replace) if mistake.replace else 0
    if count == 0:
        mend = "Copy the text from the answer; a block takes `|-` and, from its second line on, the answer's indent."
        raise cell.error(f"the answer does not contain {mistake.replace!r}", mend, at)
    if count > 1:
        mend = "Take more of the line, so that it says which one."
        raise cell.error(f"the answer contains {mistake.replace!r} {count} times", mend, at)
    wrong = mistake.applied_to(answer)
    if problem := syntax_problem(wrong):
        mend = "Mend `with`; from its second line on it needs the answer's indentation."
        raise cell.error(f"the patched answer is not valid Python: {problem[0]}", mend, at)
    if ast.dump(ast.parse(wrong)) == program:
        raise cell.error("the mistake is the answer itself", "Change what `with` puts in its place.", at)
