"""What a command costs: wall-clock time, processor time and memory, of all the processes that work for it.

A command's own descendants are known from the process tree. The warm process and what it forks stand apart from
it, and are known by the private runtime folder that they were started with. Linux only.
"""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder.errors import DeepDaysError

_TICKS = os.sysconf("SC_CLK_TCK")
_SAMPLE_SECONDS = 1.0


@dataclass(frozen=True)
class Cost:
    """What one run of a command took.

    Attributes:
        seconds: wall-clock time. cpu_seconds: processor time of all its processes.
        peak_mb: the largest memory of them together, a shared page counted once, sampled every second.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float


def measure(command: list[str], folder: Path, runtime: Path) -> Cost:
    """Run a command to its end.

    Args:
        folder: where it runs.
        runtime: the folder for the warm process's socket, with a short path; whoever gives the same one finds the
            same warm process.

    Raises:
        DeepDaysError: the command fails; the message ends in the last lines that it printed.
    """
    log = runtime / "log.txt"
    before = warm_cpu_seconds(runtime)
    started = time.monotonic()
    with open(log, "wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=_environment(runtime), stdout=output, stderr=output)
    sampler = _Sampler(process.pid, runtime)
    sampler.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    sampler.stop()
    if process.returncode:
        lines = log.read_text(errors="replace").strip().splitlines()[-5:]
        raise DeepDaysError(f"`{Path(command[0]).name}` failed: {' / '.join(lines)}")
    cpu_seconds = usage.ru_utime + usage.ru_stime + warm_cpu_seconds(runtime) - before
    return Cost(seconds, cpu_seconds, sampler.peak_mb)


def warm_cpu_seconds(runtime: Path) -> float:
    """Processor time so far of the runtime folder's warm processes and all that they forked, once those have ended."""
    deadline = time.monotonic() + 30
    while any(is_forked(process) for process in warm_processes(runtime)) and time.monotonic() < deadline:
        time.sleep(0.05)
    total = 0.0
    for process in warm_processes(runtime):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])
    return total


def warm_processes(runtime: Path) -> list[psutil.Process]:
    """The processes that serve the sockets in a runtime folder: zygotes, examiners, examinees."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "autograder.engine.zygote" in command and any(part.startswith(str(runtime)) for part in command):
            found.append(process)
    return found


def is_forked(process: psutil.Process) -> bool:
    """Whether a warm process is an examiner or an examinee: its grandparent is one as well."""
    with contextlib.suppress(psutil.Error):
        parents = process.parents()[:2]
        return len(parents) == 2 and all("autograder.engine.zygote" in parent.cmdline() for parent in parents)
    return False


def retire(runtime: Path) -> None:
    """End the warm processes of a runtime folder."""
    processes = warm_processes(runtime)
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def memory_mb(process: psutil.Process, kinds: tuple[str, ...] = ("Pss",)) -> float:
    """A process's memory by /proc/PID/smaps_rollup, the sum of those kinds; 0 if it is gone or may not be read."""
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.split(":")[0] in kinds) / 1024


def _environment(runtime: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    scripts = str(Path(os.sys.executable).parent)
    return {
        **kept,
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)]),
        "XDG_RUNTIME_DIR": str(runtime),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


class _Sampler(threading.Thread):
    """Keeps the largest sum of memory that it saw."""

    def __init__(self, pid: int, runtime: Path):
        super().__init__(daemon=True)
        self._pid, self._runtime, self._over = pid, runtime, threading.Event()
        self.peak_mb = 0.0

    def run(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            self.peak_mb = max(self.peak_mb, sum(map(memory_mb, self._processes())))

    def _processes(self) -> Iterator[psutil.Process]:
        yield from warm_processes(self._runtime)
        with contextlib.suppress(psutil.NoSuchProcess):
            command = psutil.Process(self._pid)
            yield from (command, *command.children(recursive=True))

    def stop(self) -> None:
        self._over.set()
        self.join()
