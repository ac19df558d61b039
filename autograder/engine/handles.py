"""Objects that cannot cross by value, kept by number on the examinee's side."""

import builtins
import importlib
import sys
import types

import numpy as np

_PASSED_BY_NAME = {"numpy", "keras", "tensorflow", "math", "operator", "builtins"}


class Handles:
    """The examinee's objects that the examiner holds, by number; numbers are never used twice."""

    def __init__(self):
        self._objects = {}
        self._numbers = {}
        self._next = 0

    def add(self, value) -> list:
        """The tagged form of value: its number, its type's name, and the names of its type's trusted bases."""
        number = self._numbers.get(id(value))
        if number is None:
            number, self._next = self._next, self._next + 1
            self._objects[number] = value
            self._numbers[id(value)] = number
        names = [f"{base.__module__}:{base.__qualname__}" for base in type(value).__mro__]
        trusted = [name for name in names if name.partition(".")[0].partition(":")[0] in ("keras", "builtins")]
        return ["handle", number, type(value).__name__, trusted[:-1], getattr(value, "__name__", None)]

    def __getitem__(self, number):
        return self._objects[number]

    def drop(self, numbers) -> None:
        for number in numbers:
            value = self._objects.pop(number, None)
            self._numbers.pop(id(value), None)


def by_name(value) -> list | None:
    """The tagged form of a library's function, class or module that both sides have; None for anything else."""
    if isinstance(value, types.ModuleType):
        module, name = value.__name__, ""
    else:
        module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        if isinstance(value, np.ufunc):
            module, name = "numpy", value.__name__
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    if module.partition(".")[0] not in _PASSED_BY_NAME:
        return None
    try:
        same = resolve(module, name) is value
    except (ImportError, AttributeError):
        return None
    return ["name", module, name] if same else None


def resolve(module: str, name: str):
    """The object that `by_name` described. Only for names that the trusted side sent."""
    value = importlib.import_module(module)
    for part in filter(None, name.split(".")):
        value = getattr(value, part)
    return value


def trusted_class(name) -> type | None:
    """The class that a handle's type derives from, if this side has it loaded and it is safe to stand in for.

    Only Keras classes and a few builtins count: `isinstance` may then be asked of a handle. Arrays and numbers are
    left out, since those must have crossed by value.
    """
    if not isinstance(name, str) or ":" not in name:
        return None
    module, _, qualname = name.partition(":")
    if module == "builtins":
        return {"function": types.FunctionType, "generator": types.GeneratorType}.get(qualname)
    if module.partition(".")[0] != "keras" or "." in qualname:
        return None
    found = getattr(sys.modules.get(module), qualname, None)
    return found if isinstance(found, type) else None


def safe_class(module, name) -> type | None:
    """A class returned by the learner that may cross as itself: number types, exceptions and plain containers."""
    if module == "builtins":
        found = getattr(builtins, str(name), None)
        safe = (int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset)
        if found in safe or (isinstance(found, type) and issubclass(found, BaseException)):
            return found
    if module == "numpy":
        found = getattr(np, str(name), None)
        if isinstance(found, type) and issubclass(found, np.generic):
            return found
    return None
