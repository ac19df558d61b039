"""The process that holds the tests: examines one submission after another, on request.

A task is `[path of the day, its content, modules of earlier days, cells, files beside them, limits, mode, diagnose,
names of exercises]`.
The reply is `["exercise", *result]` for each exercise in turn, again for those that get a hint, and then `["done"]`,
or `["error", text]`. In between may come `["recall", exercise]`, to be answered with the packed recording of its test
or None, and `["keep", exercise, recording]`.
"""

import functools
import os
import socket
import warnings
from dataclasses import astuple
from pathlib import Path

from autograder.day import Kind
from autograder.days.reader import parse_day
from autograder.engine import wire
from autograder.engine.client import Zygote
from autograder.engine.diagnosis import Diagnosis
from autograder.engine.examination import Examination
from autograder.engine.limits import Limits
from autograder.engine.sandbox import REQUIRED, confine_examiner, require_hidden
from autograder.engine.trusted import SEED, TrustedDay
from autograder.errors import DeepDaysError
from autograder.submission import SubmittedCell
from deepdays.seeds import seed

MEMORY_MB = 8192  # on top of what the warm process maps: for tests of large values, not for hostile ones


def main(
    sock: socket.socket, scratch: str, missing: list[str], flavour: str, backend: str, zygote_path: str, account: str
) -> None:
    """Serve tasks until the line is cut.

    Args:
        account: what its examinees' processor time is counted under.
        zygote_path: the socket of the zygote that forked this process; examinees come from the same one.
    """
    warnings.simplefilter("ignore")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    confine_examiner(scratch, MEMORY_MB)
    zygote = Zygote(flavour, backend, account=account)
    zygote.path = Path(zygote_path)
    shelf = RemoteShelf(sock)
    while True:
        try:
            task = wire.receive(sock)
        except wire.Closed:
            return
        try:
            for result in _examine(zygote, shelf, *task):
                wire.send(sock, ["exercise", *astuple(result)])
            wire.send(sock, ["done"])
        except DeepDaysError as error:
            wire.send(sock, ["error", str(error)])


class RemoteShelf:
    """Packed recordings by exercise, kept by whoever sends the tasks; KeyError where none is kept.

    Args:
        sock: the line.
    """

    def __init__(self, sock: socket.socket):
        self._sock = sock

    def __getitem__(self, exercise: str) -> bytes:
        wire.send(self._sock, ["recall", exercise])
        match wire.receive(self._sock):
            case wire.Block(data=data):
                return bytes(data)
        raise KeyError(exercise)

    def __setitem__(self, exercise: str, recording: bytes) -> None:
        wire.send(self._sock, ["keep", exercise, wire.Block(recording)])


def _examine(
    zygote: Zygote, shelf: RemoteShelf, path: str, content: bytes, earlier: list, cells: list, files: list,
    limits: list, mode: str, diagnose: bool, names: list,
):  # fmt: skip
    day, diagnosis = _day(Path(path), content, tuple(map(tuple, earlier)), zygote, shelf)
    if mode == REQUIRED:
        require_hidden(Path(path))
    seed(SEED)
    submitted = tuple(SubmittedCell(Kind(kind), name, source) for kind, name, source in cells)
    examination = Examination(day, submitted, zygote, Limits(**dict(limits)), mode, tuple(map(tuple, files)))
    return examination.results(names, diagnosis.hint if diagnose else None)


@functools.lru_cache(maxsize=4)
def _day(
    path: Path, content: bytes, earlier: tuple[tuple[str, str], ...], zygote: Zygote, shelf: RemoteShelf
) -> tuple[TrustedDay, Diagnosis]:
    day = TrustedDay(parse_day(path, content), dict(earlier))
    return day, Diagnosis(day, zygote, shelf)
