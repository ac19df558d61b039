"""The rules: a module each, named as in findings, with a function `problems(day, root)`. A new module is a new rule."""

import importlib
import pkgutil

from autograder.linting.finding import Rule


def all_rules() -> dict[str, Rule]:
    """Every rule by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").problems for name in names}
