"""Which code this is."""

import hashlib
import sys
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = ("numpy", "pandas", "scikit-learn", "keras", "tensorflow", "jax", "torch")


@cache
def code_version() -> str:
    """A hash of the code that grades: this project's, and the versions of the libraries under it."""
    libraries = [(name, _version(name)) for name in _LIBRARIES]
    return hashlib.sha256(repr((sys.version, own_code(), libraries)).encode()).hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def own_code() -> str:
    """A hash of every module of this project, as they lie on the disk now."""
    import autograder
    import deepdays

    return _of_modules(*autograder.__path__, *deepdays.__path__)


def learners_code() -> str:
    """A hash of the package that notebooks import, as it lies on the disk now."""
    import deepdays

    return _of_modules(*deepdays.__path__)


def _of_modules(*folders: str) -> str:
    code = hashlib.sha256()
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("*.py")):
            state = path.stat()
            code.update(str(path.relative_to(folder)).encode() + b"\0")
            code.update(_hashed(path, state.st_mtime_ns, state.st_size))
    return code.hexdigest()


@lru_cache(maxsize=1024)
def _hashed(path: Path, modified: int, size: int) -> bytes:
    """The hash of a file, read again only once it has another time or size."""
    return hashlib.sha256(path.read_bytes()).digest()
