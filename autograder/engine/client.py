"""Finding the zygote, or starting one, and asking it for processes."""

import contextlib
import fcntl
import hashlib
import os
import site
import socket
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgpack

from autograder.basics.fingerprint import own_code
from autograder.errors import DeepDaysError

IDLE_SECONDS = 600
_START_SECONDS = 120
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")} | {
    f"TF_NUM_{name}OP_THREADS": "1" for name in ("INTRA", "INTER")
}
"""Environment variables that bound the libraries' own threads."""


@dataclass
class Process:
    """A process that the zygote forked: `work` is the socket it serves, `control` the line that keeps it alive."""

    work: socket.socket
    control: socket.socket
    _messages: msgpack.Unpacker = field(default_factory=msgpack.Unpacker)

    def pid(self, seconds: float = 10.0) -> int:
        """Its process number as the zygote sees it; OSError if the zygote does not tell."""
        pid = self.told("pid", seconds)
        if pid is None:
            raise OSError("the warm process did not fork")
        return pid

    def end(self) -> None:
        """Hang up; the zygote kills the process and everything it started."""
        self.work.close()
        self.control.close()

    def how_it_ended(self, seconds: float = 2.0) -> int | None:
        """The exit status (negative: the signal that killed it), or None if it has not ended in time."""
        return self.told("exit", seconds)

    def told(self, what: str, seconds: float):
        """Wait for the zygote to say something about the process: its `pid` first, its `exit` at last; else None."""
        deadline = time.monotonic() + seconds
        while True:
            for message in self._messages:
                if what in message:
                    return message[what]
            try:
                self.control.settimeout(max(deadline - time.monotonic(), 0))
                data = self.control.recv(1024)
            except OSError:
                return None
            if not data:
                return None
            self._messages.feed(data)


class Zygote:
    """A client's view of one warm process.

    Args:
        flavour: `numpy` (ready in a second), `sklearn` or `keras`, each of which holds what the one before does.
        backend: Keras's backend, for the keras flavour.
        account: what the processor time of the processes asked for is counted under; see `cpu_seconds`.
    """

    module = "autograder.engine.zygote"

    def __init__(
        self, flavour: str, backend: str = "tensorflow", idle_seconds: float = IDLE_SECONDS, account: str = ""
    ):
        self.flavour, self.backend, self.idle_seconds, self.account = flavour, backend, idle_seconds, account
        self._kind = f"{flavour}-{_short_hash(backend, sys.prefix, sys.version)}"
        self.path = runtime_folder() / f"{self._kind}-{_fingerprint()}.sock"

    def warm_up(self) -> None:
        """Have the process run, so that the first one to ask need not wait; returns when it is ready."""
        (self._connect() or self._start()).close()

    def spawn(self, role: str, **request) -> Process:
        """Fork a process in the role `examiner` or `examinee` and return the line to it."""
        control = self._connect() or self._start()
        ours, theirs = socket.socketpair()
        try:
            request |= {"role": role, "account": self.account}
            socket.send_fds(control, [msgpack.packb(request)], [theirs.fileno()])
        except OSError:
            ours.close()
            raise DeepDaysError(
                "The warm process went away while it was asked for another. Run the command again."
            ) from None
        finally:
            theirs.close()
        return Process(ours, control)

    def cpu_seconds(self, seconds: float = 10.0) -> float:
        """Processor time of all processes of this account, once the last of them has ended; it is then forgotten."""
        control = self._connect()
        if control is None:
            return 0.0
        with control:
            control.send(msgpack.packb({"role": "settle", "account": self.account}))
            return Process(control, control).told("cpu", seconds) or 0.0

    def arguments(self) -> list[str]:
        return [self.flavour, str(self.path), str(self.idle_seconds)]

    def environment(self) -> dict[str, str]:
        """A scrubbed environment: nothing of the user's reaches a learner's code."""
        folder = self.path.parent
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "MPLBACKEND": "Agg",
            "MPLCONFIGDIR": str(folder / "matplotlib"),
            "KERAS_BACKEND": self.backend,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",  # oneDNN compiles its kernels anew in every process, 50 ms each time
            "TENSORFLOW_USE_CUSTOM_CONTRACTION_KERNEL": "0",  # the same by another door
            "CUDA_VISIBLE_DEVICES": "-1",
            "JAX_PLATFORMS": "cpu",
            "PYTHONHASHSEED": "0",
            "PYTHONSAFEPATH": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **ONE_THREAD,
        }

    def _connect(self) -> socket.socket | None:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            client.connect(str(self.path))
            return client
        except OSError:
            client.close()
            return None

    def _start(self) -> socket.socket:
        with open(self.path.parent / f"{self._kind}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            client = self._connect()
            if client:
                return client
            self._retire_others()
            log = self.path.with_suffix(".log")
            with open(log, "wb") as output:
                process = subprocess.Popen(
                    [sys.executable, "-m", self.module, *self.arguments()],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/",
                    env=self.environment(), start_new_session=True,
                )  # fmt: skip
            deadline = time.monotonic() + _START_SECONDS
            while time.monotonic() < deadline and process.poll() is None:
                client = self._connect()
                if client:
                    return client
                time.sleep(0.01)
            process.kill()
        lines = log.read_text(errors="replace").strip().splitlines()
        raise DeepDaysError(
            f"The warm process for grading did not start: {lines[-1] if lines else 'it said nothing'}. "
            f"Its whole output is in {log}; `deepdays doctor` tells what this machine lacks."
        )

    def _retire_others(self) -> None:
        """Let warm processes of older code or packages go once their work is done."""
        for path in self.path.parent.glob(f"{self._kind}-*.sock"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
                try:
                    other.connect(str(path))
                    other.send(msgpack.packb({"role": "retire"}))
                except OSError:
                    path.unlink(missing_ok=True)
        for path in self.path.parent.glob(f"{self._kind}-*.log"):
            path.unlink(missing_ok=True)


def runtime_folder() -> Path:
    """A folder that only this user can enter; DeepDaysError if someone else made it first."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    folder = (
        Path(base) / "deepdays"
        if base and os.path.isdir(base)
        else Path(tempfile.gettempdir()) / f"deepdays-{os.getuid()}"
    )
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise DeepDaysError(
            f"{folder} is not a folder of yours alone. Remove it, or set XDG_RUNTIME_DIR to one that is."
        )
    return folder


def _fingerprint() -> str:
    """Changes when the installed packages or the project's own code change, or lie elsewhere."""
    folders = [os.stat(folder).st_mtime_ns for folder in site.getsitepackages() if os.path.isdir(folder)]
    return _short_hash(folders, __file__, own_code())


def _short_hash(*facts) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:8]  # the path of a socket has to be short
