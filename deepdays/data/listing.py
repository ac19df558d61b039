"""What there is: the catalogue of sets, a look at one, and the check of every hash."""

import importlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deepdays import data
from deepdays.data.card import Card, fingerprint
from deepdays.data.errors import DataError, UnknownName


@dataclass(frozen=True)
class Row:
    """A line of the catalogue: a set's name, title, size, origin and licence, whether it can be had now, and why."""

    name: str
    title: str
    size: str
    origin: str
    licence: str
    ready: bool
    state: str


@dataclass(frozen=True)
class Verdict:
    """A line of the check: what was checked, whether its hash is right, and what is wrong otherwise."""

    name: str
    good: bool
    note: str


def cards() -> list[Card]:
    """The cards of all sets, by name."""
    modules = (importlib.import_module(f"deepdays.data.sets.{name}") for name in data.modules())
    return [module.CARD for module in modules]


def card(name: str) -> Card:
    """The card of a set, by its own name or by that of a function in its module; UnknownName if there is none."""
    names = {*data.modules(), *data.available()}
    if name not in names:
        raise UnknownName(name, names)
    return importlib.import_module(data.home(name)).CARD


def catalogue() -> list[Row]:
    """A row for each set, sorted by name."""
    return [_row(card) for card in cards()]


def _row(card: Card) -> Row:
    absent = [package for package in card.needs if importlib.util.find_spec(package) is None]
    complete = bool(card.files) and all(file.find() for file in card.files)
    if absent:
        ready, state = False, f"needs the package {absent[0]}"
    elif card.bundled:
        ready = True
        state = "bundled" if not card.files else f"bundled; full: {'at hand' if complete else 'not fetched'}"
    else:
        ready, state = complete, "at hand" if complete else "not fetched"
    return Row(card.name, card.title, card.size, card.origin, card.licence, ready, state)


def show(name: str, path: Path | str | None = None) -> str:
    """Show a set.

    Args:
        name: the set's name.
        path: where to write a contact sheet, a PNG; None gives a sample as text instead.

    Returns:
        The sample, or the path of the picture.

    Raises:
        DataError: there is no such set, it cannot be had, or nothing can be drawn of it.
    """
    found = card(name)
    if path is None:
        return sample(getattr(data, name)() if name in data.available() else found.make())
    if found.draw is None:
        raise DataError(f"There is no picture of {name}. Call show without a path for a sample of it as text.")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 5), dpi=72, layout="constrained")
    found.draw(figure)
    figure.savefig(path, format="png", metadata={"Software": None})
    return str(path)


def sample(value, indent: str = "") -> str:
    """A few lines of text that show a value: its kind and shape, and how it begins."""
    if isinstance(value, str):
        return "\n".join(indent + line for line in value[:400].splitlines())
    if isinstance(value, np.ndarray):
        begin = np.array2string(value.ravel()[:8], precision=3, separator=", ")
        return f"{indent}{value.dtype} {value.shape}: {begin[:-1]}{', …' if value.size > 8 else ''}]"
    if hasattr(value, "to_string"):
        return "\n".join(indent + line for line in value.head(5).to_string().splitlines())
    if hasattr(value, "__dataclass_fields__"):
        value = {field: getattr(value, field) for field in value.__dataclass_fields__}
    if isinstance(value, dict):
        items = list(value.items())
        return "\n".join(f"{indent}{key}:\n{sample(item, indent + '  ')}" for key, item in items[:10])
    if isinstance(value, list | tuple):
        if all(isinstance(item, str | int | float) for item in value):
            return f"{indent}{len(value):,} of them: {', '.join(map(str, value[:10]))}"
        return "\n".join(sample(item, indent + "  ") for item in value[:10])
    return f"{indent}{value}"


def check() -> list[Verdict]:
    """Make or read every set and compare its hash with the one on record.

    Returns:
        A verdict for each set that can be made and each public file on this machine.
    """
    verdicts = []
    for found in cards():
        if found.bundled:
            verdicts.append(_check_made(found))
        verdicts += [_check_file(file) for file in found.files if file.find()]
    return verdicts


def _check_made(card: Card) -> Verdict:
    absent = [package for package in card.needs if importlib.util.find_spec(package) is None]
    if absent:
        return Verdict(card.name, False, f"needs the package {absent[0]}")
    try:
        found = fingerprint(card.make())
    except DataError as error:
        return Verdict(card.name, False, str(error))
    if found == card.fingerprint:
        return Verdict(card.name, True, "")
    return Verdict(card.name, False, f"its fingerprint is {found}, on record is {card.fingerprint or 'none'}")


def _check_file(file) -> Verdict:
    try:
        return Verdict(str(file.verify(file.find())), True, "")
    except (DataError, OSError) as error:
        return Verdict(file.name, False, str(error))
