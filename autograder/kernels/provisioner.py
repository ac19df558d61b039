"""A Jupyter kernel provisioner that asks a warm process for a fork instead of starting Python afresh.

It stands in `kernel.json` under `metadata.kernel_provisioner`, and is found by its entry point in the group
`jupyter_client.kernel_provisioners`. See https://jupyter-client.readthedocs.io/en/stable/provisioning.html
"""

import asyncio
import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

from jupyter_client.provisioning import LocalProvisioner

from autograder.engine.client import Process, Zygote
from autograder.errors import DeepDaysError

_LISTENING_SECONDS = 5
_DECIDES_IMPORTS = (
    "KERAS_",
    "TF_",
    "OMP_",
    "OPENBLAS_",
    "MKL_",
    "CUDA_",
    "XLA_",
    "JAX_",
    "PYTHON",
    "LD_",
    "VIRTUAL_ENV",
)


class WarmZygote(Zygote):
    """The warm process for kernels; there is one for each set of variables that libraries read while they load."""

    module = "autograder.kernels.warm"

    def __init__(self, environment: dict[str, str]):
        self._variables = environment
        relevant = sorted((k, v) for k, v in environment.items() if k.startswith(_DECIDES_IMPORTS))
        super().__init__(f"lab-{hashlib.sha256(repr(relevant).encode()).hexdigest()[:8]}")

    def arguments(self) -> list[str]:
        return [str(self.path), str(self.idle_seconds)]

    def environment(self) -> dict[str, str]:
        return self._variables


class ForkedKernel:
    """A forked kernel with the part of `subprocess.Popen`'s interface that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, process: Process, pid: int):
        self._process, self.pid = process, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, or None while the kernel lives."""
        if self.returncode is None:
            ended = self._process.how_it_ended(seconds=0)
            if ended is not None:
                self.returncode = ended
            elif not _is_alive(self.pid):
                self.returncode = -signal.SIGKILL
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        started = time.monotonic()
        while (status := self.poll()) is None:
            if timeout is not None and time.monotonic() > started + timeout:
                raise subprocess.TimeoutExpired("kernel", timeout)
            time.sleep(0.02)
        self._process.end()
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):
    """Launches a kernel by forking the warm process; where that is not possible, the ordinary way."""

    async def launch_kernel(self, cmd: list[str], **kwargs):
        """Start the kernel that `cmd` would start."""
        self._forget_the_state_before()
        forked = await asyncio.to_thread(self._fork, cmd, kwargs)  # the first one waits seconds for the warm process
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = cast(subprocess.Popen, forked), forked.pid, forked.pid
        self.cwd = kwargs.get("cwd") or str(Path.cwd())
        await self._until_it_listens(forked)
        return self.connection_info

    async def _until_it_listens(self, forked: ForkedKernel) -> None:
        """Wait for the port that a kernel opens last, its heartbeat's.

        Who connects sooner is refused, tries again a tenth of a second later and has then missed a fork's first
        messages; Jupyter's server asks for them anew only after half a second.
        """
        if self.connection_info.get("transport") != "tcp":
            return
        deadline = time.monotonic() + _LISTENING_SECONDS
        while forked.poll() is None and time.monotonic() < deadline:
            try:
                address = str(self.connection_info["ip"]), self.connection_info["hb_port"]
                _, writer = await asyncio.open_connection(*address)
            except OSError:
                await asyncio.sleep(0.005)
            else:
                writer.close()
                return

    def _forget_the_state_before(self) -> None:
        """Let Jupyter's server see a kernel that starts, not the busy one that it takes the place of.

        With a busy kernel the server opens its channels without a trial message, and a fork answers so soon that its
        first output comes before the server listens.
        """
        if self.parent is not None and self.parent.has_trait("execution_state"):
            self.parent.execution_state = "starting"

    def _fork(self, cmd: list[str], kwargs: dict) -> ForkedKernel | None:
        if not can_fork(cmd):
            return None
        environment = {key: value for key, value in (kwargs.get("env") or os.environ).items() if value is not None}
        request = {
            "environment": environment,
            "folder": str(kwargs.get("cwd") or Path.cwd()),
            "arguments": cmd[cmd.index("ipykernel_launcher") + 1 :],
        }
        for is_last in (False, True):  # the warm process may just be going away: then the next one is asked
            try:
                process = WarmZygote(environment).spawn("kernel", **request)
                return ForkedKernel(process, process.pid())
            except (DeepDaysError, OSError) as error:
                if is_last:
                    self.log.warning("No warm kernel (%s); starting an ordinary one.", error)
        return None


def can_fork(cmd: list[str]) -> bool:
    """Whether a kernel's command is one that a fork can stand in for, on a system where forking is safe."""
    return (
        sys.platform == "linux"
        and "ipykernel_launcher" in cmd
        and Path(cmd[0]).resolve() == Path(sys.executable).resolve()
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
