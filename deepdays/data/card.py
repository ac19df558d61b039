"""What a set says about itself, and the fingerprint that tells whether it is still the same."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from deepdays.data.public import PublicFile


@dataclass(frozen=True)
class Card:
    """A set, described; each module of `deepdays.data.sets` ends with one, called CARD.

    Attributes:
        name: the set's name, also its datasheet's: `data/NAME.md`.
        title: what it is, a clause.
        size: its shape in words, such as `8,000 rows x 10 columns`.
        origin: `made`, or where it comes from.
        licence: under which it may be used.
        make: gives the canonical generation: what the calls in the lessons give by default.
        fingerprint: of make()'s value; empty for a set that is public files alone.
        draw: draws a contact sheet of the set onto a Matplotlib figure.
        files: the public files of its full form.
        needs: packages beyond the usual ones.
        bundled: False if the public files are all there is.
    """

    name: str
    title: str
    size: str
    origin: str
    licence: str
    make: Callable[[], Any]
    fingerprint: str = ""
    draw: Callable[[Any], None] | None = None
    files: tuple[PublicFile, ...] = ()
    needs: tuple[str, ...] = ()
    bundled: bool = True


def fingerprint(value) -> str:
    """SHA-256 of a set's values, hex: the same on every platform and library version that gives the same set.

    Floats count to six decimals, so that the last bits of a library's sine do not matter. Containers, DataFrames,
    dataclasses, arrays, text and numbers are all taken in order.
    """
    digest = hashlib.sha256()
    _feed(digest.update, value)
    return digest.hexdigest()


def _feed(update, value) -> None:
    if isinstance(value, str | bytes):
        data = value if isinstance(value, bytes) else value.encode()
        update(f"text {len(data)} ".encode() + data)
    elif isinstance(value, dict):
        update(f"dict {len(value)} ".encode())
        for key, item in value.items():
            _feed(update, str(key))
            _feed(update, item)
    elif isinstance(value, list | tuple):
        update(f"list {len(value)} ".encode())
        for item in value:
            _feed(update, item)
    elif hasattr(value, "__dataclass_fields__"):
        _feed(update, {field: getattr(value, field) for field in value.__dataclass_fields__})
    elif hasattr(value, "columns"):
        _feed(update, {column: value[column] for column in value.columns})
    else:
        _feed_array(update, np.asarray(value))


def _feed_array(update, array) -> None:
    if array.dtype.kind in "OSUT":
        _feed(update, ["" if item is None else str(item) for item in array.ravel().tolist()])
        return
    update(f"array {array.dtype.kind if array.dtype.kind != 'u' else 'i'} {array.shape} ".encode())
    if array.dtype.kind == "f":
        rounded = np.round(array.astype("<f8"), 6) + 0.0  # + 0.0 turns -0.0 into 0.0
        rounded[np.isnan(rounded)] = np.nan
        update(rounded.tobytes())
    else:
        update(array.astype("<M8[s]" if array.dtype.kind == "M" else "<i8").tobytes())
