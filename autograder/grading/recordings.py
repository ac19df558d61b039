"""Recordings of a day's tests, with the replies of its known mistakes: made once, and found again by any grader.

They lie in `build/recordings/`, a file an exercise. One is found only while everything that it follows from is the
same: the day's program, the exercise's test, the code that grades with its libraries, and the machine.
"""

import contextlib
import hashlib
import platform

from autograder.basics.files import write_file
from autograder.basics.fingerprint import code_version
from autograder.day import Day, Kind
from autograder.days.earlier import needed_modules
from autograder.project import recordings_folder


class Recordings:
    """The packed recordings of one day, by exercise.

    Args:
        backend: Keras's backend, with which they are made.
    """

    def __init__(self, day: Day, backend: str):
        self._folder = recordings_folder(day.path)
        self._day, self._backend = day, backend

    def get(self, exercise: str) -> bytes | None:
        """The recording as it was put; None if there is none, or it is of another program or damaged."""
        if self._folder is None:
            return None
        try:
            kept = (self._folder / exercise).read_bytes()
        except OSError:
            return None
        key = self._key(exercise)
        head, content = kept[: len(key) + hashlib.sha256().digest_size], kept[len(key) + hashlib.sha256().digest_size :]
        return content if head == key + _digest(content) else None

    def put(self, exercise: str, content: bytes) -> None:
        """Keep a recording, in place of an older one; where that can't be, it is made again another time."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                write_file(self._folder / exercise, self._key(exercise) + _digest(content) + content)

    def _key(self, exercise: str) -> bytes:
        program = [(cell.kind, cell.source) for cell in self._day.cells if cell.kind.is_given or cell.kind == Kind.DEMO]
        test = self._day.exercise(exercise).test.source
        earlier = needed_modules(self._day.needs_code)
        facts = program, self._day.answers, test, earlier, code_version(), self._backend, platform.machine()
        return _digest(repr(facts).encode())


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
