"""Data that needs no network: `deepdays.data.NAME(...)` gives the set called NAME.

A set is a function of that name in `deepdays/data/sets/NAME.py`, with a CARD that describes it and a datasheet in
`data/NAME.md`; modules that hold several sets are listed in `_SHARED`. Nothing is imported before it is asked for.
"""

import importlib
from pathlib import Path

from deepdays.data.errors import DataError, UnknownName

__all__ = ["DataError", "at_hand", "available"]

_SHARED = {
    "toy": ("moons", "circles", "blobs", "spirals", "swiss_roll", "gaussian_ring", "steps"),
    "tables": ("iris", "wine", "breast_cancer", "diabetes", "digits"),
}
_MODULE = {name: module for module, names in _SHARED.items() for name in names}


def modules() -> list[str]:
    """The modules of `deepdays.data.sets`, sorted."""
    return sorted(path.stem for path in (Path(__file__).parent / "sets").glob("[a-z]*.py"))


def available() -> list[str]:
    """The names that `deepdays.data` answers to, sorted."""
    return sorted(set(modules()) - set(_SHARED) | set(_MODULE))


def home(name: str) -> str:
    """The module that a set or a group of sets lives in, as a dotted name."""
    return f"deepdays.data.sets.{_MODULE.get(name, name)}"


def at_hand(name: str) -> bool:
    """Whether the full public form of a set is on this machine already.

    Args:
        name: the set's name, such as "fashion_mnist".
    """
    if name not in available():
        raise UnknownName(name, available())
    files = importlib.import_module(home(name)).CARD.files
    return bool(files) and all(file.find() for file in files)


def __getattr__(name: str):
    if name.startswith("_"):
        raise AttributeError(f"module 'deepdays.data' has no attribute {name!r}")
    if name not in available() and name not in _SHARED:
        raise UnknownName(name, available())
    module = importlib.import_module(home(name))
    if name in _SHARED:
        return module
    return globals().setdefault(name, getattr(module, name))


def __dir__():
    return sorted({*__all__, *available()})
