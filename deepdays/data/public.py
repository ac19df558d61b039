"""Public sets: files that others made, found in a cache or fetched once, and checked before use."""

import contextlib
import hashlib
import http.client
import os
import socket
import tarfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from deepdays.data import cache
from deepdays.data.errors import CorruptFile, DataError, check_choice

SOURCES = ("auto", "bundled", "full")
TIMEOUT = 15.0  # seconds without a byte, or without an answer to a name look-up
_CHUNK = 1 << 20
_BROKEN = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class PublicFile:
    """A file of a public set.

    Attributes:
        name: its name in the cache folder's `public`.
        digest: hex SHA-256 of its bytes, or `md5:` and the hex MD5 where its publisher gives only that.
        url: where it is published; empty if it has to be brought by hand.
        elsewhere: where Keras's loader keeps it, paths below Keras's home folder.
    """

    name: str
    digest: str
    url: str = ""
    elsewhere: tuple[str, ...] = ()

    def kept(self) -> Path:
        """Where it belongs in the cache."""
        return cache.folder() / "public" / self.name

    def find(self) -> Path | None:
        """Where it lies on this machine, or None; not checked yet."""
        for path in (self.kept(), *_keras_copies(self.elsewhere)):
            if os.path.isfile(path) and os.access(path, os.R_OK):
                return path
        return None

    def verify(self, path: Path) -> Path:
        """The path, if the file there has the right bytes; else CorruptFile."""
        algorithm, digest = _algorithm(self.digest)
        with open(path, "rb") as file:
            found = hashlib.file_digest(file, algorithm).hexdigest()
        if found != digest:
            problem = f"the {algorithm} of its {os.path.getsize(path):,} bytes is {found}, not {digest}"
            raise CorruptFile(path, problem)
        return path

    def get(self) -> Path:
        """The verified file's path, fetched first if it is not on this machine.

        Raises:
            CorruptFile: the file found, or fetched, does not have the right bytes.
            DataError: there is no network, no such page, no room or no permission.
        """
        return self.verify(self.find() or self._fetch())

    def _fetch(self) -> Path:
        by_hand = f"Put {self.name} into {self.kept().parent} by hand, or use another source."
        if not self.url:
            raise DataError(f"{self.name} is not on this machine and has no public address. {by_hand}")
        algorithm, digest = _algorithm(self.digest)
        with cache.writing(self.kept()) as file, _answer(self.url, by_hand) as answer:
            running = hashlib.new(algorithm)
            while chunk := _read(answer, self.url, by_hand):
                running.update(chunk)
                file.write(chunk)
            if running.hexdigest() != digest:
                raise DataError(f"{self.url} gave other bytes than expected, so they were not kept. {by_hand}")
        return self.kept()


def _keras_copies(elsewhere: tuple[str, ...]) -> list[Path]:
    keras = Path(os.environ.get("KERAS_HOME") or "~/.keras")
    return [Path(os.path.expanduser(keras / place)) for place in elsewhere]


def _algorithm(digest: str) -> tuple[str, str]:
    return ("md5", digest[4:]) if digest.startswith("md5:") else ("sha256", digest)


@contextlib.contextmanager
def _answer(url: str, by_hand: str):
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in urllib.request.getproxies():
        _look_up(host, by_hand)
    try:
        answer = urllib.request.urlopen(url, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        raise DataError(f"{url} answered {error.code} {error.reason}. {by_hand}") from error
    except _BROKEN as error:
        raise _offline(host, by_hand, getattr(error, "reason", error)) from error
    with answer:
        yield answer


def _read(answer, url: str, by_hand: str) -> bytes:
    try:
        return answer.read(_CHUNK)
    except _BROKEN as error:
        raise DataError(f"The connection to {url} broke off, so nothing was kept. {by_hand}") from error


def _look_up(host: str, by_hand: str) -> None:
    """Fail in seconds where there is no network: a name look-up has no time-out of its own."""
    found = []
    look_up = threading.Thread(target=lambda: found.extend(_addresses(host)), name="deepdays-look-up", daemon=True)
    look_up.start()
    look_up.join(TIMEOUT)
    if not found:
        raise _offline(host, by_hand)


def _addresses(host: str) -> list:
    try:
        return socket.getaddrinfo(host, None)
    except OSError:
        return []


def _offline(host: str, by_hand: str, reason="there seems to be no network") -> DataError:
    return DataError(f"{host} cannot be reached: {reason}. {by_hand}")


def read_member(archive: tarfile.TarFile, name: str) -> bytes:
    """The bytes of a file in an archive; KeyError if it has no such file."""
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file.read()


def wants_full(source: str, *files: PublicFile) -> bool:
    """Whether a set that has a bundled form should give the public files instead.

    Args:
        source: "full" always, "bundled" never, "auto" only if all the files are on this machine.
        files: what the public form needs.
    """
    check_choice(source, SOURCES, "source")
    return source == "full" or (source == "auto" and all(file.find() for file in files))


def get_full(name: str, source: str, *files: PublicFile, instead: str = "") -> list[Path]:
    """The verified files of a set that has no bundled form.

    Args:
        name: the set's name.
        source: "full" may fetch them, "auto" uses them only if they are on this machine.
        files: what the set needs.
        instead: the bundled set that can stand in, if there is one.

    Raises:
        DataError: source is "bundled", or "auto" and a file is missing.
    """
    check_choice(source, SOURCES, "source")
    stand_in = f" {instead} is the bundled set nearest to it." if instead else ""
    if source == "bundled":
        raise DataError(f"{name} is not bundled. Call it with source='full'.{stand_in}")
    missing = [file.name for file in files if file.find() is None]
    if source == "auto" and missing:
        fetch = "Call it with source='full' to fetch it, or put" if files[0].url else "Put"
        mend = f"{fetch} it into {files[0].kept().parent}."
        raise DataError(f"{name} needs {missing[0]}, which is not on this machine. {mend}{stand_in}")
    return [file.get() for file in files]
