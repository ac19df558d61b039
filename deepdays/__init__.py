"""Deep Days: what every notebook imports. Light by design: no TensorFlow, no NumPy until one is needed."""

import importlib

__version__ = "0.1.0"

_MODULES = frozenset({"check", "data", "plot", "zoo"})
_FUNCTIONS = {
    "ask": "deepdays.asking",
    "device": "deepdays.devices",
    "hint": "deepdays.asking",
    "mine": "deepdays.own_answers",
    "progress": "deepdays.standing",
    "quiet": "deepdays.quieting",
    "seed": "deepdays.seeds",
    "solution": "deepdays.asking",
    "track": "deepdays.tracking",
    "visible_tests_pass": "deepdays.asking",
}


def __getattr__(name: str):
    if name in _MODULES:
        return importlib.import_module(f"deepdays.{name}")
    if name in _FUNCTIONS:
        return getattr(importlib.import_module(_FUNCTIONS[name]), name)
    offers = ", ".join(sorted([*_MODULES, *_FUNCTIONS]))
    raise AttributeError(f"deepdays has no {name!r}; it offers {offers}")


def __dir__():
    return sorted([*globals(), *_MODULES, *_FUNCTIONS])
