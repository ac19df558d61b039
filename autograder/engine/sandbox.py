"""The sandbox: what an examinee can no longer do, mechanism by mechanism.

Two steps. The zygote calls `isolate_zygote` once, before it imports anything: its own process tree (so that its
death ends every child), no network. Each examinee calls `enter` before the first line of a learner's code.
"""

import os
import platform
import resource
import sys
import tempfile
from pathlib import Path

from autograder.engine import kernel
from autograder.engine.limits import Limits

REQUIRED, BEST_EFFORT = "required", "best-effort"

_NOBODY = 65534

MECHANISMS = {
    "processes": "a process tree of its own, killed whole",
    "network": "no network",
    "scratch": "a private temporary folder of limited size",
    "files": "sees only Python, the packages and the data (Landlock)",
    "privileges": "no capabilities, none to be gained",
    "system calls": "no new processes, programs or sockets (seccomp)",
    "limits": "bounded processor time, memory, file size and open files",
}

_SYSTEM_FILES = (
    "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/mime.types",
    "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",
    "/proc/self", "/proc/sys/vm/overcommit_memory", "/sys/devices/system", "/sys/fs/cgroup",
)  # fmt: skip


def isolate_zygote() -> list[str]:
    """Give this process new user (unless root), mount, network and process namespaces; fork afterwards to be in them.

    Returns:
        The mechanisms that this machine lacks, of "processes", "network" and "scratch".
    """
    if platform.system() != "Linux":
        return ["processes", "network", "scratch"]
    identity = (os.getuid(), os.getgid())
    wanted = kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET
    try:
        kernel.unshare(wanted | (0 if os.geteuid() == 0 else kernel.CLONE_NEWUSER))
    except OSError:
        return ["processes", "network", "scratch"]
    if identity[0] != 0:
        Path("/proc/self/setgroups").write_text("deny")
        for name, number in zip(("uid_map", "gid_map"), identity, strict=True):
            Path(f"/proc/self/{name}").write_text(f"{number} {number} 1")
    return []


def enter(limits: Limits, scratch: str, missing: list[str]) -> list[str]:
    """Lock this freshly forked process in, for good.

    Args:
        scratch: an empty folder that becomes the private temporary folder; covered in this mount namespace.
        missing: what `isolate_zygote` found missing.

    Returns:
        The mechanisms (keys of MECHANISMS) that could not be put in place.
    """
    missing = list(missing)
    os.setsid()
    for name, lock in (
        ("scratch", lambda: _private_scratch(limits, scratch)),
        ("limits", lambda: _set_limits(limits)),
        ("files", lambda: kernel.restrict_files(readable_paths(), [scratch, "/dev/null"])),
        ("privileges", _drop_identity_and_privileges),
        ("system calls", kernel.forbid_system_calls),
    ):
        try:
            lock()
        except (OSError, ValueError, AttributeError):
            if name not in missing:
                missing.append(name)
    return missing


def readable_paths() -> list[str]:
    """Python itself, the installed packages, the helper package and its data; nothing of the course."""
    import deepdays

    package = Path(deepdays.__file__).resolve().parent
    paths = {*_SYSTEM_FILES, sys.prefix, sys.base_prefix, str(package), str(package.parent / "data")}
    paths |= {entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))}
    return sorted(paths)


def _private_scratch(limits: Limits, scratch: str) -> None:
    try:
        kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC)
        kernel.mount_private_scratch(scratch, limits.scratch_mb)
        if _can_become_nobody():
            os.chown(scratch, _NOBODY, _NOBODY)
    finally:
        os.chdir(scratch)
        os.environ.update(TMPDIR=scratch, HOME=scratch)
        tempfile.tempdir = scratch


def _set_limits(limits: Limits) -> None:
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    seconds = int(limits.seconds) + 1
    for name, bound in (
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_AS", mapped + limits.memory_mb * 2**20),
        ("RLIMIT_FSIZE", limits.scratch_mb * 2**20),
        ("RLIMIT_NOFILE", limits.open_files),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_MEMLOCK", 0),
        ("RLIMIT_MSGQUEUE", 0),
    ):
        resource.setrlimit(getattr(resource, name), (bound, bound))


def _drop_identity_and_privileges() -> None:
    if _can_become_nobody():
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    kernel.drop_privileges()


def _can_become_nobody() -> bool:
    """Root may, unless Python or the packages lie in a folder that only root can enter."""
    if os.geteuid() != 0:
        return False
    paths = [Path(path).resolve() for path in (sys.base_prefix, sys.prefix)]
    return all(folder.stat().st_mode & 0o001 for path in paths for folder in [path, *path.parents])
