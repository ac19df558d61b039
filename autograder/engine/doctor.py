"""What this machine has for the sandbox, found by entering it and trying to get out."""

import platform

from autograder.engine import wire
from autograder.engine.client import Zygote
from autograder.engine.limits import Limits
from autograder.engine.sandbox import BEST_EFFORT, MECHANISMS
from autograder.engine.session import Session
from deepdays.devices import cores


def examine_machine() -> dict:
    """Enter a sandbox and report each mechanism: `{"complete": …, "mechanisms": [{"name", "what", "present"}], …}`."""
    process = Zygote("numpy").spawn("examinee", limits=Limits().model_dump(), mode=BEST_EFFORT)
    try:
        _, missing = wire.receive(process.work)

        def exchange(message, _):
            wire.send(process.work, message)
            return wire.receive(process.work)

        session = Session(exchange)
        escaped = [name for name, attempt in _ATTEMPTS.items() if name not in missing and _succeeds(session, attempt)]
    finally:
        process.end()
    lacking = {*missing, *escaped}
    return {
        "complete": not lacking,
        "mechanisms": [
            {"name": name, "what": what, "present": name not in lacking} for name, what in MECHANISMS.items()
        ],
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": cores(),
    }


_MORE_MEMORY_OR_THREADS = """
import threading
try:
    x = bytearray(2**40)
except MemoryError:
    stop = threading.Event()
    try:
        for _ in range(1000):
            threading.Thread(target=stop.wait, daemon=True).start()
    finally:
        stop.set()
"""
_ATTEMPTS = {
    "processes": "import os; assert os.getpid() != 1",
    "network": "import os; assert os.listdir('/sys/class/net') != ['lo']",
    "scratch": "import os; assert os.statvfs('.').f_blocks * os.statvfs('.').f_frsize > 2**40",
    "files": "import os; os.stat('/etc/passwd')",
    "privileges": "import os; os.setuid(12345)",
    "system calls": "import socket; socket.socket()",
    "limits": _MORE_MEMORY_OR_THREADS,
}


def _succeeds(session: Session, source: str) -> bool:
    try:
        session.run(source, "attempt", 0)
        return True
    except Exception:
        return False
