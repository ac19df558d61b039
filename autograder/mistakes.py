"""The mistakes and equivalent cells of a day: patches on a reference answer, each with a hint or a reason."""

import ast
from dataclasses import dataclass

import yaml

from autograder.day import Equivalent, Mistake, Patch
from autograder.markers import MarkedCell, uncommented
from autograder.nearest import nearest
from autograder.python_source import syntax_problem

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar stays the text that it is


@dataclass(frozen=True)
class _Kind:
    """A kind of patch: what it is called, what its text is called, and what the text is for."""

    patch: type[Patch]
    many: str
    one: str
    a: str
    text: str
    mend: str

    @property
    def keys(self) -> tuple[str, str, str]:
        return "replace", "with", self.text

    @property
    def form(self) -> str:
        keys = ", ".join(f"`{key}: …`" for key in ("- replace", "with", self.text))
        return f"Write each {self.one} as {keys}, and put texts with YAML signs in quotes."


_MISTAKE = _Kind(Mistake, "mistakes", "mistake", "a", "hint", "Say what to think about, without the answer.")
_EQUIVALENT = _Kind(Equivalent, "equivalents", "equivalent", "an", "reason", "Say why the answer stays right.")


def read_mistakes(cell: MarkedCell, answer: str) -> tuple[Mistake, ...]:
    """The mistakes of one cell.

    Args:
        cell: a mistakes cell.
        answer: the reference answer that they patch.

    Raises:
        DayError: the YAML is broken, a key is missing or unknown, or a patch does not apply, changes nothing
            or leaves no valid Python.
    """
    return _read_patches(_MISTAKE, cell, answer)


def read_equivalents(cell: MarkedCell, answer: str) -> tuple[Equivalent, ...]:
    """The changes of one equivalent cell that leave the answer right; arguments and errors as for `read_mistakes`."""
    return _read_patches(_EQUIVALENT, cell, answer)


def _read_patches(kind: _Kind, cell: MarkedCell, answer: str) -> tuple:
    lines = cell.source.split("\n")
    for at, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            raise cell.error(f"a line of {kind.many} is not a comment", "Begin it with `# `.", at)
    text = "\n".join(uncommented(line) for line in lines)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = f"the {kind.many} are not YAML: {getattr(error, 'problem', None) or error}"
        raise cell.error(problem, kind.form, mark.line + 1 if mark else 1) from None
    if not isinstance(node, yaml.SequenceNode):
        raise cell.error(f"the {kind.many} are not a list", kind.form, 1)
    program = ast.dump(ast.parse(answer))
    return tuple(_read_patch(kind, cell, answer, program, item) for item in node.value)


def _read_patch(kind: _Kind, cell: MarkedCell, answer: str, program: str, item: yaml.Node) -> Patch:
    at = item.start_mark.line + 1
    values = _texts(kind, cell, item, at)
    if not values[kind.text].strip():
        raise cell.error(f"{kind.a} {kind.one}'s {kind.text} is empty", kind.mend, at)
    patch = kind.patch(values["replace"], values["with"], values[kind.text], cell.line + at)
    _check_patch(kind, cell, answer, program, patch, at)
    return patch


def _texts(kind: _Kind, cell: MarkedCell, item: yaml.Node, at: int) -> dict[str, str]:
    """A patch's three texts by key."""
    a_patch = f"{kind.a} {kind.one}"
    if not isinstance(item, yaml.MappingNode):
        raise cell.error(f"{a_patch} is not a mapping", kind.form, at)
    values = {}
    for key, value in item.value:
        key_at = key.start_mark.line + 1
        if key.value not in kind.keys:
            raise cell.error(f"{a_patch} has no key `{key.value}`", nearest(str(key.value), kind.keys), key_at)
        if key.value in values:
            mend = f"Begin the next {kind.one} with `- replace:`."
            raise cell.error(f"{a_patch} has two texts for `{key.value}`", mend, key_at)
        if not isinstance(value, yaml.ScalarNode):
            raise cell.error(f"{a_patch}'s `{key.value}` is not text", "Put it in quotes.", key_at)
        values[key.value] = value.value
    if missing := [key for key in kind.keys if key not in values]:
        raise cell.error(f"{a_patch} lacks `{missing[0]}`", kind.form, at)
    return values


def _check_patch(kind: _Kind, cell: MarkedCell, answer: str, program: str, patch: Patch, at: int) -> None:
    count = answer.count(patch.replace) if patch.replace else 0
    if count == 0:
        mend = "Copy the text from the answer; a block takes `|-` and, from its second line on, the answer's indent."
        raise cell.error(f"the answer does not contain {patch.replace!r}", mend, at)
    if count > 1:
        mend = "Take more of the line, so that it says which one."
        raise cell.error(f"the answer contains {patch.replace!r} {count} times", mend, at)
    wrong = patch.applied_to(answer)
    if problem := syntax_problem(wrong):
        mend = "Mend `with`; from its second line on it needs the answer's indentation."
        raise cell.error(f"the patched answer is not valid Python: {problem[0]}", mend, at)
    if ast.dump(ast.parse(wrong)) == program:
        raise cell.error(f"the {kind.one} is the answer itself", "Change what `with` puts in its place.", at)
