"""The life of warm processes: started once, shared, replaced, and gone without a trace."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgpack
import psutil
import pytest

from autograder.engine import client, wire
from autograder.engine.client import Zygote, runtime_folder
from autograder.engine.limits import Limits
from autograder.engine.sandbox import BEST_EFFORT
from autograder.engine.zygote import FLAVOURS
from autograder.errors import DeepDaysError

REQUEST = {"limits": Limits().model_dump(), "mode": BEST_EFFORT}


@pytest.fixture
def runtime(monkeypatch):
    """A runtime folder of the test's own."""
    with _runtime_folder() as base:
        monkeypatch.setenv("XDG_RUNTIME_DIR", base)
        yield Path(base) / "deepdays"


@pytest.fixture(scope="module")
def shared_base():
    with _runtime_folder() as base:
        yield base


@pytest.fixture
def shared_runtime(shared_base, monkeypatch):
    """A runtime folder in which one warm process serves several tests."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", shared_base)
    return Path(shared_base) / "deepdays"


@contextlib.contextmanager
def _runtime_folder():
    """A folder with a short path; its warm processes are gone afterwards, whatever a test found."""
    base = tempfile.mkdtemp(prefix="dd")
    try:
        yield base
    finally:
        for process in warm_processes(Path(base)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        shutil.rmtree(base, ignore_errors=True)


def warm_processes(folder: Path) -> list[psutil.Process]:
    """The warm processes of a runtime folder: one that holds the process tree and the one within it."""
    return [process for process, _ in with_parents(folder)]


def with_parents(folder: Path) -> list[tuple[psutil.Process, int]]:
    """The same, each with the number of its parent."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            command, parent = process.cmdline(), process.ppid()
            if "autograder.engine.zygote" in command and any(part.startswith(str(folder)) for part in command):
                found.append((process, parent))
    return found


def roots(folder: Path) -> list[psutil.Process]:
    """The outermost warm processes of a folder."""
    mine = with_parents(folder)
    numbers = {process.pid for process, _ in mine}
    return [process for process, parent in mine if parent not in numbers]


def wait_until(holds, seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


def examinee(zygote: Zygote) -> client.Process:
    """A running examinee."""
    process = zygote.spawn("examinee", **REQUEST)
    assert wire.receive(process.work, wire.within(60))[0] == "missing"
    return process


def test_one_is_shared_by_two_commands_and_by_threads(shared_runtime):
    zygote = Zygote("numpy", idle_seconds=60)
    processes = []
    threads = [threading.Thread(target=lambda: processes.append(examinee(Zygote("numpy")))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    command = (
        "from autograder.engine.client import Zygote\n"
        f"Zygote('numpy').spawn('examinee', **{REQUEST!r}).work.recv(1)\nprint('served')"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == "served\n"
    assert len(roots(shared_runtime)) == 1
    assert len(processes) == 4 and zygote.path.is_socket()
    for process in processes:
        process.end()


def test_an_idle_one_leaves_without_a_trace(runtime):
    zygote = Zygote("numpy", idle_seconds=0.3)
    process = examinee(zygote)
    time.sleep(0.6)
    assert roots(runtime), "it stays while a child lives"
    process.end()
    assert wait_until(lambda: not roots(runtime))
    assert sorted(path.suffix for path in runtime.iterdir() if not path.is_dir()) == [".lock", ".log"]
    assert examinee(zygote).pid() > 0, "the next one starts by itself"


def test_it_is_replaced_when_the_code_changes_and_ends_its_work_first(runtime, monkeypatch):
    old = Zygote("numpy", idle_seconds=60)
    working = examinee(old)
    monkeypatch.setattr(client, "_fingerprint", lambda: "changed")
    new = Zygote("numpy", idle_seconds=60)
    assert new.path != old.path
    examinee(new).end()
    wire.send(working.work, ["run", ["x = 1", "cell", 0, "extra"], [], []])
    assert wire.receive(working.work, wire.within(10))[0] == "ok"
    assert len(roots(runtime)) == 2
    working.end()
    assert wait_until(lambda: len(roots(runtime)) == 1)
    assert not old.path.exists() and new.path.exists()


def test_the_fingerprint_follows_the_code(monkeypatch):
    before = client._fingerprint()
    assert client._fingerprint() == before
    monkeypatch.setattr(client, "own_code", lambda: "changed")
    assert client._fingerprint() != before


@pytest.mark.parametrize("which", ["the outer process", "the inner process"])
def test_when_it_is_killed_everything_it_started_dies(runtime, which):
    zygote = Zygote("numpy")
    process = examinee(zygote)
    examiner = zygote.spawn("examiner", flavour="numpy", backend="tensorflow", zygote_path=str(zygote.path))
    assert examiner.pid() != process.pid()
    (root,) = roots(runtime)
    family = root.children(recursive=True)
    assert len(family) >= 2
    victim = root if which == "the outer process" else family[0]
    victim.kill()
    assert wait_until(lambda: not any(member.is_running() and member.status() != "zombie" for member in family))
    with pytest.raises(wire.Closed):
        wire.receive(process.work, wire.within(10))


def test_an_examiner_leaves_no_folder_behind(runtime):
    zygote = Zygote("numpy")
    examiner = zygote.spawn("examiner", flavour="numpy", backend="tensorflow", zygote_path=str(zygote.path))
    assert examiner.pid() and wait_until(lambda: list(runtime.glob("examiner-*")))
    examiner.end()
    assert wait_until(lambda: not list(runtime.glob("examiner-*")))


def test_each_flavour_holds_what_the_one_before_does():
    numpy, sklearn, keras = (set(FLAVOURS[name]) for name in ("numpy", "sklearn", "keras"))
    assert numpy < sklearn < keras


def test_when_a_command_is_killed_its_examinees_die(shared_runtime):
    zygote = Zygote("numpy")
    examinee(zygote).end()
    (root,) = roots(shared_runtime)
    inner = root.children()[0] if root.children() else root
    command = (
        "import time\nfrom autograder.engine.client import Zygote\nz = Zygote('numpy')\n"
        f"kept = [z.spawn('examinee', **{REQUEST!r}) for _ in range(2)]\n"
        "kept.append(z.spawn('examiner', flavour='numpy', backend='tensorflow', zygote_path=str(z.path)))\n"
        "kept[1].work.recv(1)\nprint('ready', flush=True)\ntime.sleep(600)"
    )
    victim = subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE, text=True)
    try:
        assert victim.stdout.readline() == "ready\n"
        assert wait_until(lambda: len(inner.children()) == 3)
    finally:
        victim.kill()
        victim.wait()
        victim.stdout.close()
    assert wait_until(lambda: not inner.children())
    assert root.is_running()


def test_a_child_that_ends_leaves_no_zombie_and_tells_how(shared_runtime):
    zygote = Zygote("numpy")
    process = examinee(zygote)
    wire.send(process.work, ["run", ["import os; os._exit(7)", "cell", 0, "extra"], [], []])
    assert process.how_it_ended(10) == 7
    killed = examinee(zygote)
    wire.send(killed.work, ["run", ["import ctypes; ctypes.string_at(0)", "cell", 0, "extra"], [], []])
    assert killed.how_it_ended(10) == -signal.SIGSEGV
    (root,) = roots(shared_runtime)
    assert wait_until(lambda: all(child.name() == root.name() for child in root.children(recursive=True)))
    assert wait_until(lambda: not any(child.status() == "zombie" for child in root.children(recursive=True)))


def test_requests_that_are_none_do_not_disturb_it(shared_runtime):
    zygote = Zygote("numpy")
    examinee(zygote).end()

    def knock(data: bytes, descriptors: list[int]):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.connect(str(zygote.path))
            if data:
                socket.send_fds(line, [data], descriptors)
                line.settimeout(10)
                with contextlib.suppress(ConnectionResetError):
                    while line.recv(1024):
                        pass

    for data in (b"", b"\xc1", b"x" * 1000, msgpack.packb([1]), msgpack.packb({}), msgpack.packb({"role": 5}),
                 msgpack.packb({"role": "examinee"}), msgpack.packb({"role": "nonsense"})):  # fmt: skip
        knock(data, [])
        knock(data, [0, 1, 2])
    process = examinee(zygote)
    wire.send(process.work, ["run", ["x = 1", "cell", 0, "extra"], [], []])
    assert wire.receive(process.work, wire.within(10)) == ["ok", None, []]
    process.end()
    assert len(roots(shared_runtime)) == 1


def test_one_that_cannot_start_says_why(runtime, monkeypatch):
    monkeypatch.setattr(Zygote, "module", "autograder.engine.no_such_module")
    with pytest.raises(DeepDaysError, match=r"did not start: .*No module named .*deepdays doctor"):
        Zygote("numpy").spawn("examinee", **REQUEST)


def test_only_its_user_can_enter_the_folder_and_the_socket(shared_runtime):
    zygote = Zygote("numpy")
    examinee(zygote).end()
    assert shared_runtime.stat().st_mode & 0o777 == 0o700
    assert zygote.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("made", ["open to all", "a link", "a file"])
def test_a_folder_that_is_not_ones_own_alone_is_refused(runtime, tmp_path, made):
    if made == "open to all":
        runtime.mkdir()
        runtime.chmod(0o755)
    elif made == "a link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        runtime.symlink_to(tmp_path / "elsewhere")
    else:
        runtime.write_text("")
    with pytest.raises(DeepDaysError, match="is not a folder of yours alone"):
        runtime_folder()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_someone_elses_folder_is_refused(runtime):
    runtime.mkdir(mode=0o700)
    os.chown(runtime, 1234, 1234)
    with pytest.raises(DeepDaysError, match="is not a folder of yours alone"):
        runtime_folder()


def test_its_socket_fits_where_paths_are_short(monkeypatch):
    """A temporary folder of macOS has some 50 characters, a socket's path 103."""
    path = Zygote("numpy").path
    assert len(f"deepdays-501/{path.name}.4194304") <= 103 - 50
    assert len(f"deepdays-501/{Zygote('lab-' + 8 * 'x').path.name}.4194304") <= 103 - 45
