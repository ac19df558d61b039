"""Reading a notebook that an editor may be saving at this moment: in a moment it is there, and whole."""

import json
import time
from pathlib import Path

from autograder.errors import DeepDaysError

MAX_BYTES = 64 * 2**20
SECONDS = 1.0
"""How long an editor may take to put a new file in the place of the old one."""
_PAUSE = 0.02


def saved_at(path: Path) -> int:
    """When a file was last saved, in nanoseconds; 0 if it is not there."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def is_there(path: Path) -> bool:
    """Whether a file is there, be it only in a moment."""
    deadline = time.monotonic() + SECONDS
    while not saved_at(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def saved_bytes(notebook: Path) -> bytes:
    """A notebook's bytes, read once; of one that is being saved, those that it has when that is done.

    Raises:
        DeepDaysError: there is no such file, it can't be read, or it is too large.
    """
    deadline = time.monotonic() + SECONDS
    while is_there(notebook):
        try:
            if notebook.stat().st_size > MAX_BYTES:
                mend = "Clear its outputs and save it again."
                raise DeepDaysError(f"{notebook} is larger than {MAX_BYTES // 2**20} MB. {mend}")
            content = notebook.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise DeepDaysError(f"{notebook} can't be read: {error.strerror}. Give a saved .ipynb file.") from None
        if _is_whole(content) or time.monotonic() > deadline:
            return content
        time.sleep(_PAUSE)
    raise DeepDaysError(f"There is no notebook {notebook}. Give the path of a saved .ipynb file.")


def _is_whole(content: bytes) -> bool:
    try:
        json.loads(content)
        return True
    except (ValueError, RecursionError):
        return False
