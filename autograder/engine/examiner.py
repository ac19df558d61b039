"""The process that holds the tests: examines one submission after another, on request.

A task is `[path of the day, cells, limits, mode, diagnose, only]`, where `only` names the one exercise to examine, None
all. The reply is `["exercise", result]` for each exercise in turn and then `["done"]`, or `["error", text]`.
"""

import functools
import os
import socket
import warnings
from dataclasses import asdict
from pathlib import Path

from autograder.day import Day
from autograder.engine import wire
from autograder.engine.client import Zygote
from autograder.engine.diagnosis import Diagnosis
from autograder.engine.examination import Examination
from autograder.engine.limits import Limits
from autograder.errors import DeepDaysError
from autograder.reader import read_day
from autograder.submission import SubmittedCell


def main(sock: socket.socket, scratch: str, missing: list[str], flavour: str, backend: str, zygote_path: str) -> None:
    """Serve tasks until the line is cut.

    Args:
        zygote_path: the socket of the zygote that forked this process; examinees come from the same one.
    """
    warnings.simplefilter("ignore")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    zygote = Zygote(flavour, backend)
    zygote.path = Path(zygote_path)
    while True:
        try:
            task = wire.receive(sock)
        except wire.Closed:
            return
        try:
            for result in _examine(zygote, *task):
                wire.send(sock, ["exercise", result])
            wire.send(sock, ["done"])
        except DeepDaysError as error:
            wire.send(sock, ["error", str(error)])


def _examine(zygote: Zygote, path: str, cells: list, limits: dict, mode: str, diagnose: bool, only: str | None):
    day = _day(path, os.stat(path).st_mtime_ns)
    submitted = tuple(SubmittedCell(*cell) for cell in cells)
    examination = Examination(day, submitted, zygote, Limits(**limits), mode)
    diagnosis = _diagnosis(path, os.stat(path).st_mtime_ns)
    for result in examination.results(diagnosis.hint if diagnose else None, only):
        yield asdict(result)


@functools.lru_cache(maxsize=4)
def _day(path: str, modified: int) -> Day:
    return read_day(Path(path))


@functools.lru_cache(maxsize=4)
def _diagnosis(path: str, modified: int) -> Diagnosis:
    return Diagnosis(_day(path, modified))
