"""The zygote: a warm process that has imported everything heavy and forks the others on request.

It runs no op, opens no device, holds nothing secret (an examinee is a copy of its memory), and lives in a process
tree and a network of its own. A client connects to its socket, sends one request with a socket to serve, and
keeps the connection: when the client hangs up the child is killed, when the child ends the client is told how.

    python -m autograder.engine.zygote FLAVOUR SOCKET IDLE_SECONDS
"""

import array
import contextlib
import gc
import importlib
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import traceback
import warnings
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import msgpack

from autograder.basics.startup import skip_address_grammar
from autograder.engine import kernel, sandbox

_NUMPY = ("numpy", "pandas", "matplotlib.pyplot", "deepdays.check")
FLAVOURS = {
    "numpy": _NUMPY,
    "sklearn": (*_NUMPY, "sklearn.linear_model"),  # with SciPy; half as much again to copy at each fork
    "keras": (*_NUMPY, "sklearn.linear_model", "keras", "tensorflow"),
}
_OWN_MODULES = (
    "autograder.engine.examinee",
    "autograder.engine.examiner",
    "deepdays.earlier",
    "IPython.core.inputtransformer2",
    "jupytext",
)


@dataclass
class Child:
    pid: int
    client: socket.socket
    folder: str | None
    account: str
    is_killed: bool = False


class Zygote:
    """Serves fork requests on a listening socket until idle for `idle_seconds`."""

    def __init__(self, listener: socket.socket, scratch: str, missing: list[str], idle_seconds: float):
        self._listener, self._scratch, self._missing = listener, scratch, missing
        self._idle_seconds = idle_seconds
        self._children: dict[int, Child] = {}
        self._cpu_seconds: defaultdict[str, float] = defaultdict(float)  # by account
        self._settling: list[tuple[str, socket.socket]] = []
        self._own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY) if not missing else None
        self._wakeup, writer = os.pipe()
        os.set_blocking(writer, False)
        os.set_blocking(self._wakeup, False)
        signal.set_wakeup_fd(writer)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Serve until nobody has asked for anything, and no child has lived, for the idle time."""
        while True:
            clients = [child.client for child in self._children.values() if not child.is_killed]
            watched: list[socket.socket | int] = [self._listener, self._wakeup, *clients]
            ready, _, _ = select.select(watched, [], [], None if self._children else self._idle_seconds)
            if not ready and not self._children:
                return
            for source in ready:
                if source is self._listener:
                    self._accept()
                elif isinstance(source, socket.socket):
                    self._hang_up(source)
                else:
                    os.read(source, 4096)
            self._reap()

    def serve_the_last(self) -> None:
        """Serve those who knocked while the door was being shut."""
        self._idle_seconds = 0.0
        self.serve()

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        client.settimeout(5)
        descriptors: list[int] = []
        try:
            request, descriptors = _receive_request(client)
            if request["role"] == "retire":
                self._idle_seconds = 0.0
                client.close()
            elif request["role"] == "settle":
                self._settling.append((request["account"], client))
                self._settle()
            else:
                self._fork(client, request, descriptors[0])
        except Exception:  # a request that is none
            client.close()
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _fork(self, client: socket.socket, request: dict, descriptor: int) -> None:
        role, account = request.pop("role"), request.pop("account")
        if role == "examiner":  # whose examinees go on the same account
            request["account"] = account
        of_its_own = role == "examiner" or "scratch" in self._missing
        folder = tempfile.mkdtemp(prefix=f"{role}-", dir=self._scratch) if of_its_own else None
        come_back = self._own_namespace if role == "examinee" else None
        if come_back is not None:
            kernel.unshare(kernel.CLONE_NEWPID)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
            if pid == 0:
                self._become(role, request, descriptor, folder or self._scratch)
        finally:
            if come_back is not None:
                kernel.enter_namespace(come_back, kernel.CLONE_NEWPID)
        self._children[pid] = Child(pid, client, folder, account)
        with contextlib.suppress(OSError):
            client.send(msgpack.packb({"pid": pid}))

    def _become(self, role: str, request: dict, descriptor: int, scratch: str) -> None:
        """In the child: drop what is the zygote's and run the role. Never returns."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            kernel.die_with_parent()
            work = os.dup2(descriptor, 3)
            os.closerange(4, 65536)
            with socket.socket(fileno=work) as sock:
                module = importlib.import_module(f"autograder.engine.{role}")
                module.main(sock, scratch, self._missing, **request)
            status = 0
        except BaseException:
            if role == "examiner":
                traceback.print_exc()
        finally:
            os._exit(status)

    def _hang_up(self, client: socket.socket) -> None:
        for child in self._children.values():
            if child.client is client:
                _kill(child.pid)
                child.is_killed = True  # its line stays readable until it is reaped

    def _reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self._children.pop(pid, None)
            if child:
                _kill_group(pid)
                if child.folder:
                    shutil.rmtree(child.folder, ignore_errors=True)
                self._cpu_seconds[child.account] += usage.ru_utime + usage.ru_stime
                _tell(child.client, exit=os.waitstatus_to_exitcode(status))
                self._settle()

    def _settle(self) -> None:
        """Answer those who ask for the processor time of an account that has no living process."""
        living = {child.account for child in self._children.values()}
        for account, client in [each for each in self._settling if each[0] not in living]:
            self._settling.remove((account, client))
            _tell(client, cpu=self._cpu_seconds.pop(account, 0.0))


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _kill_group(pid)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _tell(client: socket.socket, **news) -> None:
    """The last that a client hears."""
    with contextlib.suppress(OSError):
        client.send(msgpack.packb(news))
    client.close()


def _receive_request(client: socket.socket) -> tuple[dict, list[int]]:
    descriptors = array.array("i")
    data, ancillary, _, _ = client.recvmsg(65536, socket.CMSG_SPACE(4 * descriptors.itemsize))
    for level, kind, payload in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(payload[: len(payload) - len(payload) % descriptors.itemsize])
    if not data:
        raise ValueError("an empty request")
    return msgpack.unpackb(data), descriptors.tolist()


def _import_everything(flavour: str) -> None:
    """Import quietly: TensorFlow writes to the error stream while it loads."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    saved = os.dup(2)
    os.dup2(quiet, 2)
    skip_address_grammar()
    try:
        for name in (*FLAVOURS[flavour], *_OWN_MODULES):
            importlib.import_module(name)
        if "tensorflow" in sys.modules:
            _fill_registries()
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(quiet)
    gc.collect()
    gc.freeze()
    kernel.use_huge_pages()


def _fill_registries() -> None:
    """Have TensorFlow build its tables of kernels and ops now; each child would do it at its first op, in 12 ms.

    This runs no op, opens no device and starts no thread.
    """
    with contextlib.suppress(ImportError, AttributeError):  # these are not TensorFlow's public names
        from tensorflow.python.framework import kernels, op_def_registry
        from tensorflow.python.util import pywrap_xla_ops

        kernels.get_registered_kernels_for_op("MatMul")
        pywrap_xla_ops.get_cpu_kernel_names()
        op_def_registry.get("an op that does not exist")


def main(flavour: str, path: str, idle_seconds: float) -> None:
    """Listen at `path`, become warm, serve."""
    missing, scratch = sandbox.isolate_zygote(), str(Path(path).parent)
    pid = os.fork()
    if pid:  # the first process stays outside the new process tree and only passes death on
        os.waitpid(pid, 0)
        return
    if not missing:
        kernel.die_with_parent()
    _import_everything(flavour)
    if not missing:  # this mount namespace is our own
        missing = sandbox.hide_answers() or sandbox.make_view(scratch)
    listen(path, lambda listener: Zygote(listener, scratch, missing, idle_seconds))


def listen(path: str, make_zygote) -> None:
    """Listen at `path`, readable by this user alone, and serve with the zygote that `make_zygote(listener)` gives."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    temporary = f"{path}.{os.getpid()}"
    listener.bind(temporary)
    os.chmod(temporary, 0o600)
    listener.listen(128)
    os.replace(temporary, path)
    zygote = make_zygote(listener)
    try:
        zygote.serve()
    finally:
        Path(path).unlink(missing_ok=True)
    zygote.serve_the_last()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
