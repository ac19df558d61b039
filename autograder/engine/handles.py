"""Objects that cannot cross by value, kept by number on the examinee's side."""

import builtins
import importlib
import sys
import types
from functools import lru_cache

import numpy as np

_PASSED_BY_NAME = {"numpy", "keras", "tensorflow", "math", "operator", "builtins"}
_STOOD_IN_FOR = ("keras", "tensorflow", "builtins", "__main__")
_BY_VALUE = (np.ndarray, np.generic, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


class Handles:
    """The examinee's objects that the examiner holds, by number; numbers are never used twice."""

    def __init__(self):
        self._objects = {}
        self._numbers = {}
        self._next = 0

    def add(self, value) -> list:
        """The tagged form of value: its number, its type's name, the names of the types it may pass for, its name."""
        number = self._numbers.get(id(value))
        if number is None:
            number, self._next = self._next, self._next + 1
            self._objects[number] = value
            self._numbers[id(value)] = number
        kind: type = type(value)
        return ["handle", number, kind.__name__, _bases(kind), getattr(value, "__name__", None)]

    def known(self, value) -> list | None:
        """The tagged form of a value that the examiner holds; None if it does not."""
        number = self._numbers.get(id(value))
        return None if number is None else ["handle", number]

    def __getitem__(self, number):
        return self._objects[number]

    def drop(self, numbers) -> None:
        for number in numbers:
            value = self._objects.pop(number, None)
            self._numbers.pop(id(value), None)


@lru_cache(maxsize=256)
def _bases(kind: type) -> list[str]:
    names = [f"{base.__module__}:{base.__qualname__}" for base in kind.__mro__[:-1]]
    return [name for name in names if name.partition(":")[0].partition(".")[0] in _STOOD_IN_FOR]


def by_name(value) -> list | None:
    """The tagged form of a library's function, class or module that both sides have; None for anything else."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if isinstance(value, types.ModuleType):
        module, name = value.__name__, ""
    elif isinstance(value, np.ufunc):
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


def stand_in_class(names, namespace: dict) -> type:
    """The class that a stand-in passes for: the nearest of an object's bases that this side has, else one of its own.

    Only classes of Keras and TensorFlow, those that the set-up itself (`namespace`) defines and a few builtins count:
    `isinstance` may then be asked of a handle. Arrays, tensors and plain data are left out, since those must have
    crossed by value.
    """
    tensor = getattr(sys.modules.get("tensorflow"), "Tensor", ())
    for name in names:
        module, _, qualname = name.partition(":")
        if module == "builtins":
            found = {"function": types.FunctionType, "generator": types.GeneratorType}.get(qualname)
        elif module == "__main__":
            found = namespace.get(qualname)
            found = found if getattr(found, "__module__", None) == namespace["__name__"] else None
        else:
            root = module.partition(".")[0]
            found = getattr(sys.modules.get(module), qualname, None) if root in _STOOD_IN_FOR else None
        if isinstance(found, type) and not issubclass(found, (tensor, *_BY_VALUE)):
            return found
    return _nameless(names[0].partition(":")[2] if names else "object")


@lru_cache(maxsize=256)
def _nameless(name: str) -> type:
    return type(name if name.isidentifier() else "object", (), {})


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
