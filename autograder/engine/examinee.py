"""The process that holds a learner's code: locks itself in, then answers requests until the line is cut."""

import builtins
import os
import socket
import sys
import threading
import types

from autograder.engine import sandbox, shell, wire
from autograder.engine.limits import Limits
from autograder.engine.server import Server


def main(sock: socket.socket, scratch: str, missing: list[str], limits: dict, mode: str) -> None:
    """Enter the sandbox, say what it lacks, serve.

    Args:
        sock: the line to the examiner.
        mode: `required` ends the process unless every mechanism is in place.
    """
    _silence_output()
    missing = sandbox.enter(Limits(**limits), scratch, missing)
    wire.send(sock, ["missing", missing])
    if missing and mode == sandbox.REQUIRED:
        return
    sys.path.append(os.getcwd())  # last, so that a learner's file takes no library's place
    threading.stack_size(2**20)
    sys.setrecursionlimit(1000)
    serve(sock)


def _silence_output() -> None:
    """Nothing that a learner's code prints is kept: it counts for nothing and could be endless."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - lives as long as the process
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115


def serve(sock: socket.socket) -> None:
    """Answer requests until the examiner hangs up."""

    def ask(request):
        wire.send(sock, request)
        while True:
            message = wire.receive(sock)
            if message[0] in ("return", "raise"):
                return message
            wire.send(sock, server.handle(message))

    main_module = types.ModuleType("__main__")
    main_module.__dict__["__builtins__"] = builtins
    sys.modules["__main__"] = main_module
    shell.install(main_module.__dict__)
    server = Server(main_module.__dict__, ask)
    while True:
        try:
            message = wire.receive(sock)
        except wire.Closed:
            return
        try:
            wire.send(sock, server.handle(message))
        except wire.Closed:
            return
        except wire.WireError as error:
            wire.send(sock, ["unsendable", str(error)])
