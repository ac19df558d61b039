"""Packages that only some sets need, imported when such a set is made."""

import importlib

from deepdays.data.errors import DataError


def need(module: str, name: str):
    """Import a module.

    Args:
        module: its dotted name; its package is installed under the first part of it.
        name: the set that needs it.

    Returns:
        The module.

    Raises:
        DataError: the package is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise DataError(f"{name} needs the package {package}. Install it: pip install {package}") from error
