"""Attempts to read, write, reach or start what lies outside the sandbox. Each must be refused, and say so."""

import textwrap

import pytest

from autograder.engine.client import runtime_folder
from tests.attacks.conftest import CANARY
from tests.support.places import ROOT, SAMPLE

SYSTEM_CALL = "import ctypes; libc = ctypes.CDLL(None, use_errno=True); assert libc.syscall({}) != -1"

ATTEMPTS = {
    "read the answers": f"open({str(ROOT / 'solutions/day_002_linear_regression.py')!r}).read()",
    "read the tests": f"open({str(SAMPLE)!r}).read()",
    "read the day through the grader's own reader": (
        f"from pathlib import Path; from autograder.days.reader import read_day; read_day(Path({str(SAMPLE)!r}))"
    ),
    "list the solutions": f"import os; os.listdir({str(ROOT / 'solutions')!r})",
    "list the project": f"import os; os.listdir({str(ROOT)!r})",
    "read the gradebook": "open(OUTSIDE).read()",
    "write to the gradebook": "open(OUTSIDE, 'a').write('!')",
    "truncate the gradebook": "import os; os.truncate(OUTSIDE, 0)",
    "delete the gradebook": "import os; os.unlink(OUTSIDE)",
    "rename the gradebook": "import os; os.rename(OUTSIDE, OUTSIDE + '.mine')",
    "read it through a symbolic link": "import os; os.symlink(OUTSIDE, 'link'); open('link').read()",
    "make a hard link to it": "import os; os.link(OUTSIDE, 'link')",
    "leave the sandbox by dots": "open('../' * 20 + OUTSIDE).read()",
    "leave it through /proc/self/root": "open('/proc/self/root' + OUTSIDE).read()",
    "leave it through /proc/self/cwd": "open('/proc/self/cwd/' + '../' * 20 + OUTSIDE).read()",
    "read the users": "open('/etc/passwd').read()",
    "list the home folder": "import os; os.listdir('/root')",
    "read another process's environment": "open('/proc/1/environ', 'rb').read()",
    "read another process's memory": "open('/proc/1/mem', 'rb').read(1)",
    "list the processes": "import os; [int(name) for name in os.listdir('/proc') if name.isdigit()][0]",
    "read the kernel's memory": "open('/dev/mem', 'rb').read(1)",
    "write to the temporary folder": "open('/tmp/left-by-an-answer', 'w')",
    "write into the packages": "import numpy, os; open(os.path.dirname(numpy.__file__) + '/left.py', 'w')",
    "open a TCP socket": "import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
    "open a UDP socket": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "connect to the zygote": (
        "import socket; s = socket.socket(socket.AF_UNIX); "
        f"s.connect(__import__('glob').glob({str(runtime_folder())!r} + '/*.sock')[0])"
    ),
    "see the zygote's socket": f"import os; assert os.listdir({str(runtime_folder())!r})",
    "listen on an abstract socket": "import socket; s = socket.socket(socket.AF_UNIX); s.bind(chr(0) + 'mine')",
    "fork": "import os; os.fork()",
    "run a program": "import subprocess; subprocess.run(['/bin/true'])",
    "replace the process by a program": "import os; os.execv('/bin/true', ['true'])",
    "start a process with multiprocessing": "import multiprocessing as m; m.Process(target=print).start()",
    "leave the session and fork": "import os; os.setsid(); os.fork()",
    "become root": "import os; os.setuid(0); os.chown('.', 0, 0); os.chroot('/')",
    "change the root": "import os; os.chroot('.')",
    "raise the memory limit": "import resource as r; r.setrlimit(r.RLIMIT_AS, (-1, -1))",
    "raise the processor limit": "import resource as r; r.setrlimit(r.RLIMIT_CPU, (-1, -1))",
    "take all memory": "x = bytearray(2**40)",
    "take much memory bit by bit": "x = [bytearray(2**26) for _ in range(64)]",
    "fill the disk with one file": "f = open('big', 'wb')\nfor _ in range(64): f.write(bytes(2**20)); f.flush()",
    "fill the disk with many files": "for k in range(64): open(f'part{k}', 'wb').write(bytes(2**20))",
    "make very many files": "for k in range(100000): open(f'n{k}', 'w').close()",
    "open very many files": "files = [open('/dev/null') for _ in range(5000)]",
    "trace a process": SYSTEM_CALL.format("101, 16, 1, 0, 0"),
    "mount a file system": SYSTEM_CALL.format("165, b'none', b'.', b'tmpfs', 0, None"),
    "make new namespaces": SYSTEM_CALL.format("272, 0x10000000"),
    "read another process's memory by system call": SYSTEM_CALL.format("310, 1, None, 0, None, 0, 0"),
    "use io_uring": SYSTEM_CALL.format("425, 8, None"),
    "clone by system call": SYSTEM_CALL.format("56, 17, 0, 0, 0, 0"),
    "load a kernel program": SYSTEM_CALL.format("321, 0, None, 0"),
    "take memory as buffers of sockets": (
        "import socket; s, _ = socket.socketpair(); s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**30)"
    ),
    "take memory as many sockets": (
        "import socket; pairs = []\nwhile len(pairs) < 200:\n    pairs.append(socket.socketpair())\n"
        "    pairs[-1][0].setblocking(False)\n    pairs[-1][0].send(bytes(2**20))"
    ),
    "watch what happens to files": SYSTEM_CALL.format("294, 0"),
    "watch a folder's files": "import ctypes; assert ctypes.CDLL(None, use_errno=True).inotify_init() != -1",
    "find a secret in the environment": "import os; assert 'CANARY' in os.environ or 'SHELL' in os.environ",
}

TEMPLATE = """
def welford_update(count, mean, m2, x):
    OUTSIDE = {outside!r}
    try:
{attempt}
    except BaseException as error:
        raise RuntimeError("refused: " + type(error).__name__) from None
    raise RuntimeError("the attempt succeeded")
"""


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda name: name.replace(" ", "-"))
def test_it_is_refused(attempt, examine, canary):
    source = TEMPLATE.format(outside=str(canary), attempt=textwrap.indent(ATTEMPTS[attempt], " " * 8))
    verdict = examine(source)["welford_update"]
    assert verdict.points == 0
    assert "refused: " in verdict.message, verdict.message
    assert "the attempt succeeded" not in verdict.message
    assert CANARY not in verdict.message


def test_no_test_or_answer_is_in_the_memory_of_the_process(examine):
    verdict = examine("""
    import gc, sys

    def welford_update(count, mean, m2, x):
        needle = "variance of the" + " whole stream"
        texts = [each for each in gc.get_objects() if isinstance(each, dict)]
        found = [v for each in texts for v in list(each.values()) if isinstance(v, str) and needle in v]
        frame = sys._getframe()
        while frame:
            others = [v for v in frame.f_locals.values() if isinstance(v, str) and v != needle]
            found += [v for v in others if needle in v]
            frame = frame.f_back
        modules = [name for name in sys.modules if "solution" in name or "day_000" in name]
        raise RuntimeError(f"found {len(found)} and {len(modules)}")
    """)["welford_update"]
    assert "found 0 and 0" in verdict.message
