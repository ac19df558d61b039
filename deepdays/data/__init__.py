"""Data that needs no network: `deepdays.data.NAME(...)` gives the set called NAME.

A set is a function of that name in `deepdays/data/sets/NAME.py`; the few modules that hold several sets are
listed in `_SHARED`. Nothing is imported before it is asked for.
"""

import importlib
from pathlib import Path

from deepdays.data.errors import DataError, UnknownName

__all__ = ["DataError", "available"]

_SHARED = {
    "toy": ("moons", "circles", "blobs", "spirals", "swiss_roll", "gaussian_ring", "steps"),
}
_MODULE = {name: module for module, names in _SHARED.items() for name in names}


def available() -> list[str]:
    """The names of all sets, sorted."""
    files = {path.stem for path in (Path(__file__).parent / "sets").glob("[a-z]*.py")}
    return sorted(files - set(_SHARED) | set(_MODULE))


def __getattr__(name: str):
    if name.startswith("_"):
        raise AttributeError(f"module 'deepdays.data' has no attribute {name!r}")
    if name not in available():
        raise UnknownName(name, available())
    module = importlib.import_module(f"deepdays.data.sets.{_MODULE.get(name, name)}")
    return globals().setdefault(name, getattr(module, name))


def __dir__():
    return [*globals(), *available()]
