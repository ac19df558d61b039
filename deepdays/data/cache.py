"""Files kept between runs: where they lie, written whole or not at all, and checked when they are read.

The folder is DEEPDAYS_CACHE, or `deepdays` in the user's cache folder. Several processes may use it at once: each
writes a temporary file of its own and moves it into place, so a reader sees a whole file or none.
"""

import contextlib
import hashlib
import io
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from deepdays.data.errors import CorruptFile, DataError, storage_error

_HEADER = b"deepdays sha256 "  # then 64 hex digits and a newline, then the payload


def folder() -> Path:
    """The cache folder; it need not exist yet."""
    if chosen := os.environ.get("DEEPDAYS_CACHE"):
        return Path(chosen).expanduser()
    home = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "deepdays" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "deepdays"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "deepdays"


@contextlib.contextmanager
def writing(path: Path) -> Iterator[io.BufferedWriter]:
    """Open a temporary file beside path; moved to path when the block ends well, removed when it does not.

    Raises:
        DataError: the disk is full, or the folder may not be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def save_arrays(path: Path, arrays: dict) -> None:
    """Write named arrays, headed by the SHA-256 of what follows.

    Args:
        path: the file.
        arrays: name to array; TypeError if one holds Python objects.
    """
    for name, array in arrays.items():
        if np.asarray(array).dtype.hasobject:
            raise TypeError(f"Only plain arrays can be kept, {name} holds Python objects.")
    payload = io.BytesIO()
    np.savez(payload, **arrays)
    data = payload.getbuffer()
    with writing(path) as file:
        file.write(_HEADER + hashlib.sha256(data).hexdigest().encode() + b"\n")
        file.write(data)


def load_arrays(path: Path) -> dict:
    """Read what `save_arrays` wrote.

    Raises:
        CorruptFile: the file is truncated or changed.
        FileNotFoundError: there is none.
    """
    data = path.read_bytes()
    end = len(_HEADER) + 64
    if not data.startswith(_HEADER) or data[end : end + 1] != b"\n":
        raise CorruptFile(path, "it does not begin as a cached set does")
    payload = memoryview(data)[end + 1 :]
    if hashlib.sha256(payload).hexdigest().encode() != data[len(_HEADER) : end]:
        raise CorruptFile(path, "its SHA-256 is not the one it was stored with")
    with np.load(io.BytesIO(payload), allow_pickle=False) as archive:
        return dict(archive)


def cached(name: str, version: int, key: str, make: Callable[[], dict]) -> dict:
    """The arrays that make() gives, kept on disk: for sets that take over a second to make.

    A cache that may not be written costs the time again and nothing else.

    Args:
        name: the set's name.
        version: raised whenever the set's generator changes.
        key: the arguments, such as `n1000-seed0`; fit for a file name.
        make: makes the arrays when they are not there yet; name to array.

    Raises:
        CorruptFile: the kept file is truncated or changed.
    """
    path = folder() / "made" / name / f"v{version}-{key}.arrays"
    try:
        return load_arrays(path)
    except OSError:
        arrays = make()
    with contextlib.suppress(DataError):
        save_arrays(path, arrays)
    return arrays
