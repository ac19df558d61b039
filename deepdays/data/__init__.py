"""Data that needs no network: `deepdays.data.NAME(...)` gives the set called NAME.

A set is a function of that name in `deepdays/data/sets/NAME.py`; the few modules that hold several sets are
listed in `_SHARED`. Nothing is imported before it is asked for.
"""

import importlib
import pkgutil

from deepdays.data.errors import DataError, UnknownName

__all__ = ["DataError", "names"]

_SHARED = {
    "toy": ("moons", "circles", "blobs", "spirals", "swiss_roll", "gaussian_ring", "steps"),
}
_MODULE = {name: module for module, names in _SHARED.items() for name in names}


def names() -> list[str]:
    """The names of all sets, sorted."""
    from deepdays.data import sets  # noqa: PLC0415

    alone = {module.name for module in pkgutil.iter_modules(sets.__path__)} - set(_SHARED)
    return sorted(alone | set(_MODULE))


def __getattr__(name: str):
    if name.startswith("_"):
        raise AttributeError(f"module 'deepdays.data' has no attribute {name!r}")
    if name not in names():
        raise UnknownName(name, names())
    module = importlib.import_module(f"deepdays.data.sets.{_MODULE.get(name, name)}")
    return globals().setdefault(name, getattr(module, name))


def __dir__():
    return [*globals(), *names()]
