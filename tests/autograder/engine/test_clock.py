"""The clock counts work, counts waiting where nothing works, and is not pushed on by a busy machine."""

import subprocess
import sys
import time

import pytest

from autograder.engine.clock import PATIENCE, Clock


class World:
    """Wall-clock time, this process's work and that of process 7, set by hand."""

    def __init__(self):
        self.wall = self.own = self.work = 0.0
        self.has_ended = False

    def of(self, pid: int) -> float:
        assert pid == 7
        if self.has_ended:
            raise ProcessLookupError
        return self.work

    def passes(self, wall: float, work: float = 0.0, own: float = 0.0):
        self.wall, self.work, self.own = self.wall + wall, self.work + work, self.own + own


@pytest.fixture
def world():
    return World()


@pytest.fixture
def clock(world):
    clock = Clock(lambda: world.wall, lambda: world.own, world.of)
    clock.watch(7)
    return clock


@pytest.mark.parametrize(
    ("wall", "work", "own", "counted"),
    [
        (0.5, 0.5, 0, 0.5),
        (0.5, 0, 0.5, 0.5),
        (0.5, 0.2, 0.3, 0.5),
        (0.5, 1.5, 0, 1.5),
        (0.5, 0, 0, 0.5 / PATIENCE),
        (0.01, 0, 0, 0.01),
        (4, 4, 0, 4),
        (4, 0.5, 0, 0.5),
        (4, 0.1, 0, 4 / PATIENCE),
        (4, 0, 0, 4),
        (4, 0.05, 0, 4),
    ],
    ids=lambda value: f"{value:g}",
)
def test_work_counts_in_full_and_sleep_as_it_passes(world, clock, wall, work, own, counted):
    world.passes(wall, work, own)
    assert clock.now() == pytest.approx(counted)
    assert clock.left(10)() == pytest.approx(10 - counted)


def test_it_never_goes_back_and_adds_up(world, clock):
    times = []
    for wall, work in [(0.3, 0.3), (0.6, 0.1), (0.4, 0), (0.2, 0.2), *[(1, 0)] * 5, (0.1, 0.1)] * 3:
        world.passes(wall, work)
        times.append(clock.now())
    assert times == sorted(times)
    assert times[9] == pytest.approx(0.4 + 0.2 + 4 + 0.1, abs=0.15)  # a window that began awake counts as awake


def test_what_a_process_worked_stays_counted_when_it_has_ended_and_another_is_watched(world, clock):
    world.passes(0.5, 0.5)
    assert clock.now() == pytest.approx(0.5)
    world.has_ended = True
    assert clock.now() == pytest.approx(0.5)
    clock.watch(None)
    world.passes(0.5, 3, 0.25)
    assert clock.now() == pytest.approx(0.75)


def test_real_work_of_another_process_counts_although_the_machine_is_shared():
    spin = "import time\nwhile time.process_time() < 0.6: pass\nprint(flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", spin], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        clock = Clock()
        clock.watch(process.pid)
        began = time.monotonic()
        process.stdout.readline()
        assert 0.5 < clock.now() <= time.monotonic() - began + 0.2
        process.stdin.close()
