"""A surviving mutant as an entry for a day's `equivalents` or `mistakes` cell, ready but for its last line."""

from textwrap import indent

_LAST = 'reason: "TODO why the answer stays right; or make it a mistake, with its hint"'


def entry(answer: str, mutant: str) -> str:
    """The lines of the entry, as comments.

    Args:
        answer: the reference answer. mutant: the changed answer, which differs in one block of lines.
    """
    old, new = answer.split("\n"), mutant.split("\n")
    first = next(n for n, pair in enumerate(zip([*old, None], [*new, None], strict=False)) if pair[0] != pair[1])
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    while first > 0 and (not new[first : len(new) - last] or answer.count(_text(old[first : len(old) - last])) != 1):
        first -= 1  # nothing takes its place, or it is not the only one: take the line above with it
    block = [_field("- replace", old[first : len(old) - last]), _field("  with", new[first : len(new) - last])]
    return indent("\n".join([*block, f"  {_LAST}"]), "# ")


def _text(lines: list[str]) -> str:
    return "\n".join(lines).strip()


def _field(key: str, lines: list[str]) -> str:
    """A key of the entry with its text: on its line if it is one, else as a block."""
    text = _text(lines)
    if "\n" in text:
        return f"{key}: |-\n" + indent(text, "    ")
    return f"{key}: '{text.replace(chr(39), chr(39) * 2)}'"
