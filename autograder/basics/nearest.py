"""The known word nearest to one that is not known, for error messages."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str:
    """A mend for a misspelt word.

    Args:
        word: what was written.
        known: what could have been meant, in the order to list it.

    Returns:
        A sentence or two that name the nearest known word and all of them.
    """
    known = list(known)
    if not known:
        return "There is none to choose from."
    close = get_close_matches(word, known, n=1, cutoff=0.0)
    listed = ", ".join(f"`{each}`" for each in known)
    return f"Did you mean `{close[0]}`? Known: {listed}." if close else f"Known: {listed}."
