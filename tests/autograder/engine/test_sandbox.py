"""Each mechanism of the sandbox, and a real attempt to get round it from within."""

import os
import signal
import socket
from pathlib import Path

import msgpack
import pytest

from autograder.engine import sandbox
from autograder.engine.doctor import examine_machine
from autograder.engine.limits import Limits
from autograder.engine.line import Line, Lost
from autograder.engine.session import Session
from autograder.errors import DeepDaysError
from tests.support.places import ROOT

MACHINE = examine_machine()
PRESENT = {entry["name"] for entry in MACHINE["mechanisms"] if entry["present"]}


def needs(*mechanisms: str):
    missing = sorted(set(mechanisms) - PRESENT)
    return pytest.mark.skipif(bool(missing), reason=f"this machine's sandbox lacks {', '.join(missing)}")


@pytest.fixture
def inside(start_line, zygote):
    """Evaluate an expression in a fresh sandbox after running a cell; what it raises is returned as its type's name."""

    def evaluate(cell: str, expression: str = "result", limits: Limits | None = None):
        line = start_line(zygote, limits or Limits(seconds_per_call=10, seconds=20))
        session = Session(line.exchange)
        try:
            session.run(f"{cell}\nresult = {expression}", "attempt", 0)
        except Exception as error:
            return error.kind
        return session.name("result")

    return evaluate


def test_the_machine_is_described():
    assert MACHINE["complete"] == (set(sandbox.MECHANISMS) == PRESENT)
    assert [entry["name"] for entry in MACHINE["mechanisms"]] == list(sandbox.MECHANISMS)


@needs("files")
@pytest.mark.parametrize(
    "place",
    [
        "/etc/passwd",
        "/proc/1/environ",
        "/proc/1/cmdline",
        "/root",
        "/home",
        "/tmp",
        "/var",
        "/usr/src",
        "/opt",
        "/",
        "/dev/shm",
    ],
)
def test_files_outside_cannot_be_read(inside, place):
    assert inside("import os", f"os.listdir({place!r}) if os.path.isdir({place!r}) else open({place!r}).read()") in (
        "PermissionError", "FileNotFoundError",
    )  # fmt: skip


@needs("files")
def test_the_course_cannot_be_read(inside, tmp_path):
    canary = tmp_path / "answers.py"
    canary.write_text("secret")
    project = ROOT
    for path in (canary, tmp_path, project / "solutions", project / "pyproject.toml", project / "autograder", project):
        for attempt in ("open({0!r}).read()", "os.listdir({0!r})", "os.open({0!r}, os.O_RDONLY)"):
            assert inside("import os", attempt.format(str(path))) in (
                "PermissionError", "IsADirectoryError", "NotADirectoryError", "FileNotFoundError",
            )  # fmt: skip


@needs("files")
@pytest.mark.parametrize(
    "way",
    [
        "os.symlink({path!r}, 'link'); result = open('link').read()",
        "os.link({path!r}, 'link'); result = open('link').read()",
        "result = open('/proc/self/root' + {path!r}).read()",
        "result = open('/proc/self/cwd/../../../../../../..' + {path!r}).read()",
        "fd = os.open('/usr/lib', 0); result = open(os.open('../..' + {path!r}, 0, dir_fd=fd)).read()",
        "os.chdir('/'); result = open({path!r}[1:]).read()",
        "os.chroot('/'); result = open({path!r}).read()",
        "import mmap, ctypes; result = ctypes.CDLL({path!r})",
        "import shutil; shutil.copy({path!r}, 'copy'); result = open('copy').read()",
        "os.rename({path!r}, 'moved'); result = open('moved').read()",
        "os.truncate({path!r}, 0); result = 'cut'",
        "os.remove({path!r}); result = 'gone'",
        "os.chmod({path!r}, 0); result = 'changed'",
        "os.chmod(os.path.dirname({path!r}), 0); result = 'changed'",
        "os.utime({path!r}, (0, 0)); result = 'changed'",
        "os.setxattr({path!r}, 'user.x', b'1'); result = 'changed'",
        "os.chown({path!r}, 1, 1); result = 'changed'",
        "import sqlite3; result = sqlite3.connect({path!r}).execute('select 1').fetchall()",
        "import numpy; result = str(numpy.fromfile({path!r}))",
        "import pandas; result = str(pandas.read_csv({path!r}))",
        "import importlib.util as u; s = u.spec_from_file_location('x', {path!r}); m = u.module_from_spec(s); "
        "s.loader.exec_module(m); result = m.SECRET",
    ],
    ids=lambda way: way[:40],
)
def test_no_way_round_to_a_file(inside, tmp_path, way):
    canary = tmp_path / "answers.py"
    canary.write_text("SECRET = 'canary'")
    came = inside("import os\n" + way.format(path=str(canary)))
    assert "canary" not in str(came) and came not in ("cut", "gone", "changed")
    assert canary.read_text() == "SECRET = 'canary'"


@needs("files", "scratch")
@pytest.mark.parametrize(
    "way",
    [
        "os.stat({path!r}).st_size",
        "os.lstat({path!r}).st_mtime",
        "os.access({path!r}, os.F_OK) or open({path!r})",
        "os.stat('/proc/self/root' + {path!r}).st_size",
        "os.stat('/proc/self/cwd/../../../../../../..' + {path!r}).st_size",
        "os.stat('/usr/lib/../..' + {path!r}).st_size",
        "os.stat('../..' + {path!r}, dir_fd=os.open('/usr/lib', 0)).st_size",
        "os.stat({path!r}[1:], dir_fd=os.open('/usr', os.O_PATH)).st_size",
        "os.readlink('/proc/1/root' + {path!r})",
        "os.statvfs({path!r}).f_files",
        "os.open({path!r}, os.O_PATH)",
        "os.getxattr({path!r}, 'user.x')",
    ],
    ids=lambda way: way[:40],
)
def test_what_is_outside_is_not_even_there(inside, tmp_path, way):
    canary = tmp_path / "answers.py"
    canary.write_text("SECRET = 'canary'")
    for path in (canary, ROOT / "pyproject.toml", Path("/etc/hostname"), Path("/etc/passwd")):
        assert inside("import os", way.format(path=str(path))) in ("FileNotFoundError", "PermissionError")


@needs("files", "scratch")
def test_links_lead_to_what_they_lead_to_outside(inside):
    for path in sandbox.readable_paths():
        if os.path.exists(path) and not path.startswith("/proc/"):
            assert inside("import os", f"os.path.realpath({path!r})") == os.path.realpath(path)
            assert inside("import os", f"os.path.exists({path!r})") is True


@needs("files", "scratch")
def test_only_the_private_folder_can_be_written(inside):
    assert inside("open('note', 'w').write('mine')", "open('note').read()") == "mine"
    assert inside("import tempfile", "tempfile.NamedTemporaryFile().name").startswith(str(Path.home().anchor))
    for place in (
        "/tmp/a-new-file",
        "/dev/shm/x",
        "/usr/lib/x",
        str(Path(sandbox.__file__).with_name("x.py")),
        "/proc/self/comm",
    ):
        assert inside(f"open({place!r}, 'w')", "1") in ("PermissionError", "OSError", "FileNotFoundError")
    assert inside("import os", "os.path.exists('note')") is False


@needs("scratch")
def test_the_private_folder_is_small_and_starts_empty(inside):
    full = (
        "import os\ntry:\n    for n in range({count}):\n"
        "        open(str(n), 'wb').write(bytes({size}))\nexcept OSError:\n    pass"
    )
    sizes = "sum(os.path.getsize(name) for name in os.listdir('.'))"
    assert inside(full.format(count=99, size=2**20), sizes, Limits(scratch_mb=8)) < 9 * 2**20
    assert inside(full.format(count=10**6, size=0), "len(os.listdir('.'))") < 5000
    assert inside("import os", "os.listdir('.')") == []


@needs("scratch")
def test_the_private_folder_holds_no_programs(inside):
    program = "open('x.py', 'w').write('x = 1')\nimport os, sys\nsys.path.insert(0, os.getcwd())\nimport x"
    assert inside(program, "x.x") == 1
    library = (
        "import shutil, ctypes\n"
        "libc = next(line.split()[-1] for line in open('/proc/self/maps') if 'libc.so' in line or 'libc-' in line)\n"
        "shutil.copyfile(libc, 'l.so')"
    )
    assert inside(library, "ctypes.CDLL('./l.so')") == "OSError"


@needs("network", "system calls")
@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket()", "socket.socket(socket.AF_UNIX)", "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.create_connection(('127.0.0.1', 22), 1)", "socket.create_server(('127.0.0.1', 0))",
        "socket.socketpair(type=socket.SOCK_DGRAM)", "socket.socketpair(type=socket.SOCK_SEQPACKET)",
        "urllib.request.urlopen('http://example.com')",
    ],
)  # fmt: skip
def test_no_network(inside, attempt):
    assert inside("import socket, urllib.request", attempt) in ("PermissionError", "URLError", "OSError", "gaierror")


@needs("system calls")
def test_pairs_of_stream_sockets_are_allowed(inside):
    assert inside("import asyncio\nasync def f():\n    return 7", "asyncio.run(f())") == 7


@needs("system calls")
@pytest.mark.parametrize(
    "attempt",
    [
        "os.fork()", "os.system('id')", "os.execv('/bin/sh', ['sh'])", "subprocess.run(['/bin/true'])",
        "os.posix_spawn('/bin/true', ['true'], {})", "multiprocessing.Process(target=print).start()",
        "os.memfd_create('x')", "os.unshare(os.CLONE_NEWUSER)", "pty.fork()",
    ],
)  # fmt: skip
def test_no_new_programs_or_processes(inside, attempt):
    allowed = ("PermissionError", "OSError", "BlockingIOError", "AttributeError")  # os.unshare is new in Python 3.12
    came = inside("import os, subprocess, multiprocessing, pty", attempt)
    assert came in allowed or (attempt.startswith("os.system") and came not in (0, 1))


@needs("system calls")
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are of x86-64")
@pytest.mark.parametrize(
    "number",
    [41, 42, 57, 58, 59, 101, 155, 161, 165, 272, 308, 310, 311, 319, 321, 322, 323, 425, 435, 438, 447, 2**30 + 39],
)
def test_system_calls_made_by_hand(inside, number):
    call = f"import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nr = libc.syscall({number}, 0, 0, 0, 0, 0, 0)"
    assert inside(call, "(r, ctypes.get_errno())") in ((-1, 1), (-1, 38))


@needs("privileges")
@pytest.mark.parametrize(
    "attempt",
    ["os.setuid(0)", "os.setuid(12345)", "os.setgid(1)", "os.chown('.', 1, 1)", "os.nice(-5)", "os.setgroups([1])"],
)
def test_no_privileges(inside, attempt):
    assert inside("import os", attempt) in ("PermissionError", "OSError")


@needs("privileges", "system calls")
def test_nobody_becomes_another_user(inside):
    for user in (0, os.getuid(), 12345):
        for call in (
            "setuid({0})",
            "setreuid({0}, {0})",
            "setresuid({0}, {0}, {0})",
            "setgid({0})",
            "setgroups([{0}])",
        ):
            assert inside("import os", f"os.{call.format(user)}") == "PermissionError"


@needs("limits")
def test_limits_cannot_be_raised(inside):
    for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_CORE"):
        raised = f"resource.setrlimit(resource.{name}, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))"
        assert inside("import resource", raised) == "ValueError"


@needs("limits")
def test_memory_is_bounded(inside):
    assert inside("x = bytearray(400 * 2**20)", "1", Limits(memory_mb=200)) == "MemoryError"
    many = "blocks = []\nwhile True:\n    blocks.append(bytearray(2**20))"
    assert inside(many, "1", Limits(memory_mb=200)) == "MemoryError"
    assert inside("import mmap", "mmap.mmap(-1, 400 * 2**20)", Limits(memory_mb=200)) == "OSError"


@needs("limits")
def test_open_files_are_bounded(inside):
    assert inside("files = [open('/dev/null') for _ in range(300)]", "1") == "OSError"


@needs("limits")
def test_processor_time_is_bounded_whatever_the_clock_says(zygote, start_line):
    line = start_line(zygote, Limits(seconds=1, seconds_per_call=30))
    line.deadline += 30
    with pytest.raises(Lost, match="killed by signal"):
        Session(line.exchange).run("while True: pass", "spin", 0)


@needs("limits", "privileges")
def test_threads_are_bounded(inside):
    threads = "import threading\nstop = threading.Event()\nn = 0\ntry:\n    while n < 2000:\n        "
    threads += "threading.Thread(target=stop.wait, daemon=True).start()\n        n += 1\nexcept RuntimeError:\n    pass"
    assert inside(threads + "\nstop.set()", "n") < 300


@needs("processes")
@pytest.mark.parametrize("attempt", ["os.kill(-1, 9)", "os.kill(os.getppid(), 9)", "os.killpg(0, 9)", "os.kill(1, 15)"])
def test_signals_reach_no_one_else(zygote, start_line, attempt):
    """Some of these hit the sender; none hits a neighbour, the zygote or the examiner."""
    neighbour = Session(start_line(zygote).exchange)
    line = start_line(zygote)
    try:
        Session(line.exchange).run(f"import os\n{attempt}", "attempt", 0)
    except (Lost, Exception):
        line.end()
    neighbour.run("x = 3", "after", 0)
    assert neighbour.name("x") == 3
    assert Session(start_line(zygote).exchange).run("x = 1", "fresh", 0) is None


@needs("processes", "files")
def test_no_other_process_can_be_seen(inside):
    assert inside("import os", "os.getpid()") == 1
    assert inside("import os", "os.listdir('/proc')") == "PermissionError"
    assert inside("import os", "open(f'/proc/{os.getppid() or 2}/status').read()") == "PermissionError"


def test_the_environment_is_scrubbed(inside, monkeypatch):
    monkeypatch.setenv("CANARY_TOKEN", "secret")
    environment = inside("import os", "dict(os.environ)")
    assert "CANARY_TOKEN" not in environment and "secret" not in str(environment)
    assert not {"USER", "SSH_AUTH_SOCK", "VIRTUAL_ENV", "PYTHONPATH"} & set(environment)
    assert inside("import sys", "sys.argv[0]").endswith(("zygote.py", "-m"))


def test_no_descriptor_is_left_open(inside):
    kinds = "import os\nfound = {}\nfor n in range(64):\n    try:\n        found[n] = os.fstat(n).st_mode & 0o170000\n"
    kinds += "    except OSError:\n        pass"
    found = inside(kinds, "found")
    assert sorted(found) == [0, 1, 2, 3]
    assert [oct(found[n]) for n in range(4)] == ["0o20000"] * 3 + ["0o140000"]


@pytest.mark.parametrize("mechanism", [name for name in sandbox.MECHANISMS if name not in ("processes", "network")])
def test_required_refuses_and_best_effort_goes_on_without_a_mechanism(monkeypatch, tmp_path, mechanism):
    """Enter the sandbox in a child of this process in which one mechanism fails."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _break(mechanism)
            missing = sandbox.enter(Limits(), str(tmp_path), ["processes", "network"])
            os.write(writer, ",".join(missing).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(pid, 0)
    with os.fdopen(reader) as told:
        missing = told.read().split(",")
    assert mechanism in missing


def _break(mechanism: str) -> None:
    def fail(*_):
        raise OSError(38, "not here")

    name = {
        "scratch": "mount_memory",
        "files": "restrict_files",
        "privileges": "drop_privileges",
        "system calls": "forbid_system_calls",
    }.get(mechanism)
    if name:
        setattr(sandbox.kernel, name, fail)
    else:
        sandbox._set_limits = fail


class _Incomplete:
    """A zygote whose examinees say that they lack something."""

    def __init__(self, missing: list[str]):
        self._missing = missing

    def spawn(self, role: str, **request):
        from autograder.engine import wire
        from autograder.engine.client import Process

        (ours, theirs), (control, of_zygote) = socket.socketpair(), socket.socketpair()
        wire.send(theirs, ["missing", self._missing])
        of_zygote.send(msgpack.packb({"pid": os.getpid()}))
        return Process(ours, control)


def test_a_line_refuses_an_incomplete_sandbox_only_where_it_is_required():
    deadline = 5.0
    refused = Line(_Incomplete(["network", "privileges"]), Limits(), sandbox.REQUIRED)
    with pytest.raises(DeepDaysError, match=r"it lacks no network; no capabilities.*--sandbox=best-effort"):
        refused.start(deadline)
    assert not refused.alive
    for missing, mode in ((["network"], sandbox.BEST_EFFORT), ([], sandbox.REQUIRED)):
        line = Line(_Incomplete(missing), Limits(), mode)
        line.start(deadline)
        assert line.alive
        line.end()


def test_a_course_where_learners_may_read_is_refused(monkeypatch, tmp_path):
    path = tmp_path / "course" / "day_000.py"
    sandbox.require_hidden(path)
    monkeypatch.setattr(sandbox.sys, "prefix", str(tmp_path))
    sandbox.require_hidden(path)
    with pytest.raises(DeepDaysError, match="which learners' code may read"):
        sandbox.require_hidden(tmp_path / "lib" / "course" / "day_000.py")


def test_a_stopped_process_is_ended_all_the_same(zygote, start_line):
    line = start_line(zygote, Limits(seconds_per_call=0.5, seconds=5))
    with pytest.raises(Lost, match=r"did not finish within 0\.5 s"):
        Session(line.exchange).run(
            f"import os, signal\nos.kill(os.getpid(), {int(signal.SIGSTOP)})\nwhile True: pass", "x", 0
        )
