"""A clock that a busy machine doesn't push on: it counts work, and waiting only where nothing is being worked on."""

import time
from collections.abc import Callable
from contextlib import suppress

PATIENCE = 10  # wall-clock seconds that may pass for one of work, however little the machine gives
_WINDOW = 1.0  # wall-clock seconds after which it is decided whether a process slept
_ASLEEP = 0.02  # of a core; a process that wants to run gets more, unless dozens want to
_FINE = 0.02  # wall-clock seconds in which work isn't read again, which takes the system a while; they count in full


class Clock:
    """Seconds of work of this process and of another one, which is watched.

    Processor time counts in full. A second in which neither worked counts as a second, since then something sleeps or
    waits for what will not come; and PATIENCE seconds count as one at least, so that nothing is waited for for ever.

    Args:
        wall, own: the clocks of the world and of this process's work, in seconds.
        of: the clock of another process's work, by its number; OSError if there is no such process.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.monotonic,
        own: Callable[[], float] = time.process_time,
        of: Callable[[int], float] | None = None,
    ):
        self._wall, self._own, self._of = wall, own, of or _processor_time
        self._settled = self._read = self._read_at = self._latest = 0.0
        self._watched: int | None = None
        self._watched_last = 0.0
        self._open_window()

    def watch(self, pid: int | None) -> None:
        """Count another process's work from now on, or nobody's."""
        self._settled = self._counted()
        self._watched, self._watched_last = pid, 0.0
        self._open_window()

    def now(self) -> float:
        """Seconds so far."""
        since = self._wall() - self._read_at
        if since >= _FINE:
            self._read, self._read_at, since = self._counted(), self._wall(), 0.0
        self._latest = max(self._latest, self._read + since)
        return self._latest

    def _counted(self) -> float:
        wall, work = self._wall() - self._wall_start, self._work() - self._work_start
        if wall < _WINDOW:
            return self._settled + max(work, wall / PATIENCE)
        self._settled += wall if work < _ASLEEP * wall else max(work, wall / PATIENCE)
        self._open_window()
        return self._settled

    def left(self, deadline: float) -> Callable[[], float]:
        """Tells how many seconds are left until a time of this clock."""
        return lambda: deadline - self.now()

    def _open_window(self) -> None:
        self._wall_start, self._work_start = self._wall(), self._work()
        self._read, self._read_at = self._settled, self._wall_start

    def _work(self) -> float:
        if self._watched is not None:
            with suppress(OSError):  # it has ended; what it had worked stays
                self._watched_last = self._of(self._watched)
        return self._own() + self._watched_last


def _processor_time(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | 2)  # as clock_getcpuclockid(3) makes it
