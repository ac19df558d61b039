"""Files kept between runs: where they lie, and how they are written: whole or not at all.

The folder is DEEPDAYS_CACHE, or `deepdays` in the user's cache folder. Several processes may use it at once: each
writes a temporary file of its own and moves it into place, so a reader sees a whole file or none.
"""

import contextlib
import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from deepdays.data.errors import storage_error


def folder() -> Path:
    """The cache folder; it need not exist yet."""
    from platformdirs import user_cache_dir

    chosen = os.environ.get("DEEPDAYS_CACHE") or user_cache_dir("deepdays", appauthor=False)
    return Path(chosen).expanduser()


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
