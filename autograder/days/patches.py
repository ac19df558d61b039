"""The wrong answers of a day with their hints, and changes that leave an answer right with their reasons.

Most are patches on the reference answer, entries of a YAML list in comment lines; a wrong answer that is built
differently is a cell of its own.
"""

import ast
import re
from dataclasses import dataclass

import yaml

from autograder.basics.nearest import nearest
from autograder.basics.python_source import syntax_problem
from autograder.day import Equivalent, Mistake
from autograder.days.markers import MarkedCell, uncommented

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar stays the text that it is


@dataclass(frozen=True)
class _Kind:
    """A kind of patch: what it is called, what its text is called, and what the text is for."""

    made: type[Mistake] | type[Equivalent]
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


def read_mistake(cell: MarkedCell, answer: str) -> Mistake:
    """The wrong answer that one cell holds whole, below its hint.

    Args:
        cell: a mistake cell, which binds the names of the answer.
        answer: the reference answer.

    Raises:
        DayError: it does not open with a hint, or it is the answer itself.
    """
    lines = cell.source.split("\n")
    comments = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    try:
        given = yaml.load("\n".join(uncommented(line) for line in lines[:comments]), Loader=_Loader)
    except (yaml.YAMLError, RecursionError):
        given = None
    hint = given.get("hint") if isinstance(given, dict) and given.keys() == {"hint"} else None
    if not isinstance(hint, str) or not hint.strip():
        mend = f'Begin it with `# hint: "…"`, and nothing else in its first comment. {_MISTAKE.mend}'
        raise cell.error("a wrong answer has no hint", mend, 1)
    wrong = "\n".join(lines[comments:]).strip("\n")
    if ast.dump(ast.parse(wrong)) == ast.dump(ast.parse(answer)):
        raise cell.error("the mistake is the answer itself", "Change what makes it wrong.", comments + 1)
    return Mistake(wrong, hint, cell.line)


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


def _read_patch(kind: _Kind, cell: MarkedCell, answer: str, program: str, item: yaml.Node):
    at = item.start_mark.line + 1
    values = _texts(kind, cell, item, at)
    if not values[kind.text].strip():
        raise cell.error(f"{kind.a} {kind.one}'s {kind.text} is empty", kind.mend, at)
    wrong = _patched(kind, cell, answer, values["replace"], values["with"], at)
    if ast.dump(ast.parse(wrong)) == program:
        raise cell.error(f"the {kind.one} is the answer itself", "Change what `with` puts in its place.", at)
    return kind.made(wrong, values[kind.text], cell.line + at)


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


def _patched(kind: _Kind, cell: MarkedCell, answer: str, old: str, new: str, at: int) -> str:
    """The answer with the one text in place of the other."""
    old, new = _indented_like(answer, old, new)
    count = answer.count(old) if old else 0
    if count == 0:
        raise cell.error(f"the answer does not contain {old!r}", "Copy the text from the answer.", at)
    if count > 1:
        mend = "Take more of the line, so that it says which one."
        raise cell.error(f"the answer contains {old!r} {count} times", mend, at)
    wrong = answer.replace(old, new)
    if problem := syntax_problem(wrong):
        raise cell.error(f"the patched answer is not valid Python: {problem[0]}", "Mend `with`.", at)
    return wrong


def _indented_like(answer: str, old: str, new: str) -> tuple[str, str]:
    """Two texts of several lines, both indented as the first occurs in the answer, wherever it stands there."""
    if old in answer:
        return old, new
    indents = {line[: len(line) - len(line.lstrip())] for line in answer.split("\n")}
    for indent in sorted(indents, key=len):
        moved, moved_new = (re.sub(r"\n(?=[^\n])", "\n" + indent, text) for text in (old, new))
        if moved in answer:
            return moved, moved_new
    return old, new
