"""The files that an examinee sees: a root folder of its own, in which nothing is but what it may read.

Landlock keeps it from opening anything else; but the names, sizes and times of what can't be opened could still be
asked for. In here they aren't there.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from autograder.engine import kernel

_ON_THE_WAY = ("/proc", "/etc/alternatives")  # links lead through them


def folder(scratch: str) -> str:
    """Where the view lies, in the mount namespace that it was made in."""
    return f"{scratch}/view"


def is_made(scratch: str) -> bool:
    """Whether there is one in this mount namespace."""
    return os.path.isdir(folder(scratch) + scratch)


def make(scratch: str, readable: Iterable[str]) -> None:
    """Lay the view out, in this mount namespace alone.

    Args:
        scratch: the private temporary folder; it is empty in the view.
        readable: files and folders; what is not there is passed over.

    Raises:
        OSError: this machine doesn't allow it.
    """
    root = folder(scratch)
    os.makedirs(root, exist_ok=True)
    kernel.mount_memory(root, "size=1m,mode=0755")
    shown: list[Path] = []
    for path in sorted({*readable, *_ON_THE_WAY}, key=len):
        if os.path.exists(path):
            _show(root, Path(path), shown)
    os.makedirs(root + scratch)


def _show(root: str, path: Path, shown: list[Path]) -> None:
    """Have a path in the view, with the links on the way to it; `shown` is what is there already."""
    at, left = Path("/"), list(path.parts[1:])
    while left:
        at /= left.pop(0)
        is_there = any(at.is_relative_to(each) for each in shown)
        if at.is_symlink() and not at.is_relative_to("/proc"):
            target = os.readlink(at)
            if not is_there and not os.path.lexists(f"{root}{at}"):
                os.symlink(target, f"{root}{at}")
            at, left = Path("/"), [*Path(os.path.normpath(at.parent / target)).parts[1:], *left]
        elif not is_there and (left or at.is_dir()):
            os.makedirs(f"{root}{at}", exist_ok=True)
    if not any(at.is_relative_to(each) for each in shown):
        if not at.is_dir():
            Path(f"{root}{at}").touch()
        kernel.show_at(str(at), f"{root}{at}")
        shown.append(at)
