"""Deep Days: what every notebook imports. Light by design: no TensorFlow, no NumPy until one is needed."""

import importlib

__version__ = "0.1.0"

_SUBMODULES = ("check", "data", "plot", "zoo")


def __getattr__(name: str):
    if name in _SUBMODULES:
        return importlib.import_module(f"deepdays.{name}")
    if name == "device":
        return importlib.import_module("deepdays.devices").device
    raise AttributeError(f"module 'deepdays' has no attribute {name!r}")


def __dir__():
    return [*globals(), *_SUBMODULES, "device"]
