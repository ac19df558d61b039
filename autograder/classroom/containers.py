"""Folders and zip archives that came from strangers, as flat lists of entries that can be read safely.

Nothing is ever unpacked to disk, no link is followed and nothing but a regular file is opened.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import DeepDaysError

MAX_FILE_BYTES = 64 * 2**20
MAX_TOTAL_BYTES = 2 * 2**30
MAX_ENTRIES = 200_000
MAX_DEPTH = 6

_LINK = "is a link, and links are not followed; hand in the file itself"
_SPECIAL = "is not a regular file"
_OUTSIDE = "leads outside the archive"
_UNSEEN = "can't be looked at"
_TOO_BIG = f"is larger than {MAX_FILE_BYTES // 2**20} MB; clear the notebook's outputs and hand it in again"

_DAMAGE = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error)


class UnsafeEntryError(Exception):
    """An entry that must not or can't be read; the message goes on from the entry's name ("is a link …")."""


@dataclass(frozen=True)
class Attempt:
    """What the name tells under which an LMS gives a file out.

    Attributes:
        student: whose it is, the same for each of their attempts. known_as: what else a roster may call them.
        order: what grows from attempt to attempt.
        is_late: whether the name says that it was late. submitted_at: when it was handed in, if the name says so.
        returns_as: the name, but for its end, by which the LMS gives a file back to the student; None if it can't.
    """

    student: str
    known_as: tuple[str, ...]
    order: tuple
    is_late: bool = False
    submitted_at: datetime | None = None
    returns_as: str | None = None


@dataclass(frozen=True)
class Entry:
    """One name in a container.

    Attributes:
        parts: the path inside the container; a single part, the whole name, if it leads outside.
        is_folder: whether it may hold others. A link to a folder counts as one, and has a problem.
        modified: the time stamp that the container gives.
        problem: why it is not read, going on from its name; None if it may be read.
        attempt: what an LMS's name tells; None for any other name.
    """

    parts: tuple[str, ...]
    is_folder: bool
    modified: datetime | None = None
    problem: str | None = None
    attempt: Attempt | None = None

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def leads_outside(self) -> bool:
        return self.problem == _OUTSIDE


class Container:
    """A folder or an archive.

    Attributes:
        path: where it is, for messages. entries: its names, sorted; hidden and system names are left out.
    """

    def __init__(self, path: Path, entries: list[Entry]):
        self.path = path
        self.entries = sorted(entries, key=lambda entry: entry.parts)
        self.is_archive = False

    def read(self, entry: Entry, limit: int = MAX_FILE_BYTES) -> bytes:
        """The entry's bytes; UnsafeEntryError if it isn't a file, can't be read or is larger than `limit`."""
        raise NotImplementedError

    def size(self, entry: Entry) -> int:
        """How many bytes reading an entry without a problem gives, as far as is known beforehand."""
        raise NotImplementedError


class Folder(Container):
    """A folder on disk."""

    def __init__(self, path: Path):
        super().__init__(path, list(_walk(path, ())))

    def read(self, entry: Entry, limit: int = MAX_FILE_BYTES) -> bytes:
        if entry.problem:
            raise UnsafeEntryError(entry.problem)
        try:
            descriptor = _open_below(self.path, entry.parts)
        except OSError as error:
            raise UnsafeEntryError(f"can't be read: {error.strerror}") from error
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnsafeEntryError(_SPECIAL)
            content = file.read(limit + 1)
        if len(content) > limit:
            raise UnsafeEntryError(_TOO_BIG)
        return content

    def size(self, entry: Entry) -> int:
        try:
            return self.path.joinpath(*entry.parts).lstat().st_size
        except OSError:
            return 0


class Archive(Container):
    """A zip archive."""

    def __init__(self, path: Path, archive: zipfile.ZipFile):
        infos, crowd = _without_crowd(archive.infolist())
        if len(infos) > MAX_ENTRIES:
            raise DeepDaysError(
                f"{path.name} holds {len(infos)} entries, more than the {MAX_ENTRIES} that are read. "
                "Leave out everything but the notebooks."
            )
        self._archive = archive
        self._infos = {}
        entries = {crowd.parts: crowd} if crowd else {}
        for info in infos:
            entry = _zip_entry(info)
            if entry.leads_outside or not any(_is_hidden(part) for part in entry.parts):
                self._infos[entry.parts], entries[entry.parts] = info, entry
        for parts in list(entries):
            for depth in range(1, len(parts)):
                entries.setdefault(parts[:depth], Entry(parts[:depth], is_folder=True))
        super().__init__(path, list(entries.values()))
        self.is_archive = True

    def read(self, entry: Entry, limit: int = MAX_FILE_BYTES) -> bytes:
        if entry.problem:
            raise UnsafeEntryError(entry.problem)
        info = self._infos[entry.parts]
        if info.flag_bits & 0x1:
            raise UnsafeEntryError("is encrypted; pack it again without a password")
        if info.file_size > limit:
            raise UnsafeEntryError(_TOO_BIG)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnsafeEntryError("is packed in a way that can't be read; pack it as an ordinary zip")
        try:
            with self._archive.open(info) as file:
                return file.read(limit)
        except (*_DAMAGE, zlib.error, EOFError, RuntimeError) as error:
            raise UnsafeEntryError("is damaged inside the archive") from error

    def size(self, entry: Entry) -> int:
        return self._infos[entry.parts].file_size


@contextmanager
def open_container(path: Path) -> Iterator[Container]:
    """The folder or zip archive at `path`, open for reading.

    Raises:
        DeepDaysError: if there is nothing, or it is neither, or it is an archive that can't be read.
    """
    if path.is_dir():
        yield Folder(path)
        return
    if not path.is_file():
        raise DeepDaysError(f"There is no folder or zip archive at {path}.")
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise DeepDaysError(
            f"{path.name} is neither a folder nor a zip archive that can be read ({error}). "
            "Give the folder itself, or pack it again as a zip."
        ) from error
    with archive:
        yield Archive(path, archive)


def _is_hidden(name: str) -> bool:
    return (name.startswith(".") and name not in (".", "..")) or name == "__MACOSX"


def _walk(folder: Path, parts: tuple[str, ...]) -> Iterator[Entry]:
    try:
        children = sorted(os.scandir(folder), key=lambda child: child.name)
    except OSError:
        return
    for child in children:
        if _is_hidden(child.name):
            continue
        entry = _folder_entry(child, (*parts, child.name))
        yield entry
        if entry.is_folder and not entry.problem and len(entry.parts) < MAX_DEPTH:
            yield from _walk(folder / child.name, entry.parts)


def _open_below(folder: Path, parts: tuple[str, ...]) -> int:
    """A descriptor of a file below a folder, reached without following a link on any of the path's parts."""
    follow_none = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for part in parts[:-1]:
        try:
            below = os.open(part, follow_none | os.O_DIRECTORY, dir_fd=held)
        finally:
            os.close(held)
        held = below
    try:
        return os.open(parts[-1], follow_none, dir_fd=held)
    finally:
        os.close(held)


def _folder_entry(child: os.DirEntry, parts: tuple[str, ...]) -> Entry:
    try:
        status = child.stat(follow_symlinks=False)
    except OSError:
        return Entry(parts, False, None, _UNSEEN)
    try:
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
    except (OverflowError, ValueError, OSError):  # a time that no calendar has
        modified = None
    if stat.S_ISLNK(status.st_mode):
        return Entry(parts, not child.name.lower().endswith(".ipynb"), modified, _LINK)
    if stat.S_ISDIR(status.st_mode):
        return Entry(parts, True, modified)
    return Entry(parts, False, modified, None if stat.S_ISREG(status.st_mode) else _SPECIAL)


def _without_crowd(infos: list[zipfile.ZipInfo]) -> tuple[list[zipfile.ZipInfo], Entry | None]:
    """The entries of an archive of too many, less those of the one folder that most of them lie in, and that folder."""
    if len(infos) <= MAX_ENTRIES:
        return infos, None
    paths = [_zip_entry(info).parts for info in infos]
    crowded: tuple[str, ...] = ()
    while True:
        depth = len(crowded)
        below = Counter(parts[depth] for parts in paths if parts[:depth] == crowded and len(parts) > depth + 1)
        name, count = below.most_common(1)[0] if below else ("", 0)
        if count * 2 <= len(infos):
            break
        crowded += (name,)
    if not crowded:
        return infos, None
    kept = [info for info, parts in zip(infos, paths, strict=True) if parts[: len(crowded)] != crowded]
    problem = f"holds {len(infos) - len(kept)} files, and is left out; hand in the notebook alone"
    return kept, Entry(crowded, is_folder=True, problem=problem)


def _zip_entry(info: zipfile.ZipInfo) -> Entry:
    name = info.filename.replace("\\", "/")
    try:
        modified = datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        modified = None
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or ".." in parts or name[1:2] == ":" or not parts:
        return Entry((name,), name.endswith("/"), modified, _OUTSIDE)
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode) if info.create_system == 3 else 0
    if kind == stat.S_IFLNK:
        return Entry(parts, not name.lower().endswith(".ipynb"), modified, _LINK)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return Entry(parts, False, modified, _SPECIAL)
    return Entry(parts, info.is_dir() or name.endswith("/"), modified)
