"""A place of its own for JupyterLab and the `deepdays` commands, which leaves no process and no file behind."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgpack
import psutil

from tests.support.places import ROOT

DEEPDAYS = Path(sys.executable).with_name("deepdays")


@dataclass(frozen=True)
class Server:
    """A running Jupyter server: its address without a slash at the end, its token, its process."""

    address: str
    token: str
    process: subprocess.Popen

    def url(self, path: str) -> str:
        """The address of a page, with the token that lets a browser in."""
        return f"{self.address}/{path}?token={self.token}"


class Workplace:
    """A project folder with the real days, and a home and a runtime folder that are nobody's."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.project, self.home, self.runtime = (folder / name for name in ("project", "home", "run"))
        for made in (self.project, self.home, self.runtime):
            made.mkdir(mode=0o700)
        for name in ("solutions", "curriculum", "data"):
            (self.project / name).symlink_to(ROOT / name)
        hidden = ("JUPYTER", "JPY_", "IPYTHON", "XDG_", "DEEPDAYS", "PYTEST")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        self.environment = inherited | {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.runtime)}

    def deepdays(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run `deepdays ARGUMENTS` in the project and return how it ended and what it said."""
        return subprocess.run(
            [DEEPDAYS, *arguments],
            cwd=self.project, env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def install_ordinary_kernel(self, name: str) -> None:
        """Make a kernel known that is the warm one's command without its provisioner."""
        folder = self.home / ".local" / "share" / "jupyter" / "kernels" / name
        folder.mkdir(parents=True)
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": command, "display_name": name, "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")

    @contextlib.contextmanager
    def serving(self, *command: str | Path, cwd: Path) -> Iterator[Server]:
        """Run a Jupyter server on a free port until the block ends.

        It heeds signals that `nohup` and the like ignore: what a kernel starts has to end when its terminal goes.
        """
        log = self.folder / "server.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                ["env", "--default-signal=HUP,INT,QUIT", *command, "--no-browser", "--ServerApp.port=0"],
                cwd=cwd, env=self.environment, stdout=output, stderr=output,
            )  # fmt: skip
        try:
            yield self._announced(process, log)
        finally:
            process.terminate()
            process.wait(timeout=30)

    def _announced(self, process: subprocess.Popen, log: Path) -> Server:
        """What the server says of itself in the runtime folder, once it listens."""
        announcement = self.home / ".local" / "share" / "jupyter" / "runtime" / f"jpserver-{process.pid}.json"
        wait_until(lambda: written_json(announcement) or process.poll() is not None, seconds=60)
        told = written_json(announcement)
        if told is None:
            raise AssertionError(f"The Jupyter server did not start:\n{log.read_text()[-3000:]}")
        return Server(told["url"].rstrip("/"), told["token"], process)

    def retire_warm_processes(self) -> None:
        """Let the processes go that wait to be forked; they would otherwise stay until idle for ten minutes."""
        for path in self.runtime.glob("deepdays/*.sock"):
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.connect(str(path))
                line.send(msgpack.packb({"role": "retire"}))

    def processes(self) -> list[psutil.Process]:
        """Every process that was started for this place."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                mentions = " ".join([*process.cmdline(), process.environ().get("XDG_RUNTIME_DIR", "")])
                if str(self.folder) in mentions and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found


@contextlib.contextmanager
def workplace() -> Iterator[Workplace]:
    """Make a place; at the end see that every process of it has gone, then remove it."""
    folder = Path(tempfile.mkdtemp(prefix="dd-"))  # short, because the path of a socket has to be
    place = Workplace(folder)
    try:
        yield place
    finally:
        place.retire_warm_processes()
        is_empty = wait_until(lambda: not place.processes(), seconds=20)
        left = [" ".join(process.cmdline()) for process in place.processes()] if not is_empty else []
        for process in place.processes():
            process.kill()
        shutil.rmtree(folder)
    assert not left, f"left running: {left}"


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def written_json(path: Path) -> dict | None:
    """What another process writes to a file; None before it is written to its end."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
