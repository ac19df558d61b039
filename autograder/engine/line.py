"""The line to an examinee: a process is started, asked within limits of time, and ended."""

import contextlib

from autograder.engine import wire
from autograder.engine.client import Process, Zygote
from autograder.engine.clock import Clock
from autograder.engine.limits import Limits
from autograder.engine.sandbox import MECHANISMS, REQUIRED
from autograder.errors import DeepDaysError
from autograder.result import Status

_STARTING_SECONDS = 60


class Lost(BaseException):
    """The examinee is gone or no longer answers; not an Exception, so that no test swallows it.

    Attributes:
        status: timeout, crashed or failed. message: what happened, a clause.
    """

    def __init__(self, status: Status, message: str):
        super().__init__(message)
        self.status, self.message = status, message


class Line:
    """The learner's process, as the examiner holds it; there is none before `start` and after `end`.

    Attributes:
        clock: of the process's work and of what is done here with its answers.
        deadline: the time of that clock after which nothing is waited for; it may be moved.
    """

    def __init__(self, zygote: Zygote, limits: Limits, mode: str):
        self._zygote, self._limits, self._mode = zygote, limits, mode
        self._process: Process | None = None
        self.clock = Clock()
        self.deadline = 0.0

    def start(self, deadline: float) -> None:
        """Have a fresh process, locked in; DeepDaysError if this machine can't do that."""
        self.deadline = deadline
        self._process = process = self._zygote.spawn("examinee", limits=self._limits.model_dump(), mode=self._mode)
        try:
            _, missing = wire.receive(process.work, wire.within(_STARTING_SECONDS))
        except wire.WireError:
            self.end()
            raise DeepDaysError(
                "The sandbox could not be entered. `deepdays doctor` tells what this machine lacks."
            ) from None
        with contextlib.suppress(OSError):  # a warm process that has gone; the line is closed then
            self.clock.watch(process.pid())
        if missing and self._mode == REQUIRED:
            self.end()
            lacking = "; ".join(MECHANISMS[name] for name in missing)
            raise DeepDaysError(
                f"This machine cannot lock learners' code in: it lacks {lacking}. "
                "Grade on a Linux machine that has it, or pass --sandbox=best-effort if you trust the submissions."
            )

    @property
    def alive(self) -> bool:
        return self._process is not None

    def exchange(self, message, answer_callback):
        """Send a request, answer callbacks, return the reply; raises Lost."""
        if self._process is None:
            raise Lost(Status.CRASHED, "the process had already ended")
        left = self.clock.left(min(self.clock.now() + self._limits.seconds_per_call, self.deadline))
        try:
            wire.send(self._process.work, message, left)
            while True:
                reply = wire.receive(self._process.work, left)
                match reply:
                    case ["callback", number, list(args), list(kwargs)]:
                        wire.send(self._process.work, answer_callback(number, args, kwargs), left)
                    case _:
                        return reply
        except wire.TimedOut:
            self.end()
            raise Lost(Status.TIMEOUT, self._out_of_time()) from None
        except wire.Closed:
            raise Lost(Status.CRASHED, self._how_it_ended()) from None
        except wire.WireError as error:
            self.end()
            raise Lost(Status.FAILED, f"it returned what can't be read: {error}") from None

    def _out_of_time(self) -> str:
        if self.clock.now() >= self.deadline:
            return "the time for this exercise was used up"
        return f"did not finish within {self._limits.seconds_per_call:g} s; is there a loop that never ends?"

    def _how_it_ended(self) -> str:
        status = self._process.how_it_ended() if self._process else None
        self.end()
        if status is None:
            return "the process stopped answering"
        if status < 0:
            return f"the process was killed by signal {-status}"
        return f"the process ended itself with exit status {status}"

    def end(self) -> None:
        if self._process is not None:
            self.clock.watch(None)
            self._process.end()
            self._process = None
