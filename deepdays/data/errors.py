"""Data errors meant for people: what was wrong, where, and the mend."""

import difflib
import errno
import os
from collections.abc import Iterable
from pathlib import Path


class DataError(Exception):
    """A set cannot be given as asked; the message is one or two sentences and ends in the mend."""


class UnknownName(DataError, AttributeError):
    """Nothing has that name; the message gives the nearest one.

    Args:
        name: what was asked for.
        known: the names there are.
        what: what the name should have named, such as `data set`.
    """

    def __init__(self, name: str, known: Iterable[str], what: str = "data set"):
        known = sorted(known)
        near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
        mend = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known) or 'none'}."
        super().__init__(f"No {what} is called {name!r}. {mend}")


class CorruptFile(DataError):
    """A file's bytes are not what was stored; the message names the file, which is by default one of a full set."""

    def __init__(self, path: Path | str, problem: str, mend: str = "Delete it and call again with source='full'."):
        self.path = Path(path)
        super().__init__(f"{path} is damaged: {problem}. {mend}")


def storage_error(error: OSError, path: Path | str) -> DataError:
    """What an operating system's error at a path means for a person."""
    elsewhere = "Set DEEPDAYS_CACHE to a folder you may write."
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return DataError(f"The disk is full, so {path} was not written. Free some space, or {_lower(elsewhere)}")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return DataError(f"There is no permission for {path}. {elsewhere}")
    reason = os.strerror(error.errno) if error.errno else str(error)
    return DataError(f"{path} cannot be used: {reason}. {elsewhere}")


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def check_count(value, name: str = "n", low: int = 1, high: int = 1_000_000) -> int:
    """The value as an int if it is a whole number between low and high, else DataError."""
    whole = hasattr(value, "__index__") and not isinstance(value, bool)
    if not whole or not low <= int(value) <= high:
        raise DataError(f"{name} must be a whole number from {low:,} to {high:,}. Received: {value!r}")
    return int(value)


def check_amount(value, name: str, low: float = 0.0, high: float = float("inf")) -> float:
    """The value as a float if it lies between low and high, else DataError."""
    try:
        inside = low <= float(value) <= high
    except (TypeError, ValueError):
        inside = False
    if not inside:
        bounds = f"at least {low:g}" if high == float("inf") else f"from {low:g} to {high:g}"
        raise DataError(f"{name} must be a number {bounds}. Received: {value!r}")
    return float(value)


def check_choice(value, choices: Iterable[str], name: str) -> str:
    """The value if it is one of the choices, else UnknownName with the nearest."""
    choices = tuple(choices)
    if value not in choices:
        raise UnknownName(value, choices, what=name)
    return value
