"""The sandbox: what an examinee can no longer do, mechanism by mechanism.

Two steps. The zygote calls `isolate_zygote` once, before it imports anything: its own process tree (so that its
death ends every child), no network. Each examinee calls `enter` before the first line of a learner's code.
"""

import contextlib
import os
import platform
import resource
import sys
import tempfile
from pathlib import Path

from autograder.engine import kernel, view
from autograder.engine.limits import Limits
from autograder.errors import DeepDaysError

REQUIRED, BEST_EFFORT = "required", "best-effort"

_NOGROUP = 65534
_NOBODIES = 2_000_000_000  # user numbers from here on are nobody's: a process number is added

MECHANISMS = {
    "processes": "a process tree of its own, killed whole",
    "network": "no network",
    "scratch": "a private temporary folder of limited size",
    "files": "sees only Python, the packages and the data, and opens nothing else (Landlock)",
    "privileges": "no capabilities, none to be gained",
    "system calls": "no new processes, programs or sockets (seccomp)",
    "limits": "bounded processor time, memory, threads, file size and open files",
}

_SYSTEM_FILES = (
    "/usr/lib", "/usr/lib64", "/usr/share/fonts", "/usr/share/locale", "/usr/share/zoneinfo", "/lib", "/lib64",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/mime.types",
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
    try:
        _unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET)
    except OSError:
        return ["processes", "network", "scratch"]
    return []


def _unshare(flags: int) -> None:
    """Enter new namespaces; who is not root needs a user namespace around them, in which nobody else exists."""
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        kernel.unshare(flags)
        return
    kernel.unshare(flags | kernel.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def hide_answers() -> list[str]:
    """Cover the answers of all days, `deepdays.earlier`, in this mount namespace; what a day needs is handed over.

    Returns:
        The mechanisms that this machine lacks for it.
    """
    import deepdays.earlier

    try:
        kernel.keep_mounts_private()
        kernel.mount_memory(deepdays.earlier.__path__[0], "size=4k,mode=0755", is_read_only=True)
    except OSError:
        return ["files"]
    return []


def make_view(scratch: str) -> list[str]:
    """Lay out, in this mount namespace, the files that examinees are to see: what they may read, and no more.

    Args:
        scratch: the folder that becomes their private temporary folder.

    Returns:
        The mechanisms that this machine lacks for it.
    """
    try:
        view.make(scratch, readable_paths())
    except OSError:
        return ["files"]
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


def confine_examiner(folder: str, megabytes: int) -> None:
    """Lock a process that holds tests in, for good, as far as this machine can: what it reads came from learners.

    It keeps its line to the warm process, may read what learners' code may, and write in a folder of its own.
    """
    os.environ.update(TMPDIR=folder)
    tempfile.tempdir = folder
    for lock in (
        lambda: limit_memory(megabytes),
        lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
        lambda: kernel.restrict_files(readable_paths(), [folder, "/dev/null"]),
        kernel.drop_privileges,
    ):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            lock()


def readable_paths() -> list[str]:
    """Python itself, the installed packages, the helper package and its data; nothing of the course."""
    paths = {*_SYSTEM_FILES, *_own_paths()}
    paths |= {f"{prefix}/{name}" for prefix in (sys.prefix, sys.base_prefix) for name in ("lib", "lib64")}
    paths |= {entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))}
    return sorted(paths)


def _own_paths() -> list[str]:
    import deepdays
    from deepdays import zoo

    package = Path(deepdays.__file__).resolve().parent
    return [str(package), str(package.parent / "data"), str(zoo.FOLDER)]


def require_hidden(path: Path) -> None:
    """Raise DeepDaysError if an examinee could read this file."""
    path = path.resolve()
    for readable in map(Path, readable_paths()):
        if path.is_relative_to(readable.resolve()):
            raise DeepDaysError(
                f"{path} lies in {readable}, which learners' code may read. Keep the course in another folder."
            )


def limit_memory(megabytes: int) -> None:
    """Bound this process's address space to so much on top of what it has mapped."""
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    bound = mapped + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))


def _private_scratch(limits: Limits, scratch: str) -> None:
    outside = view.folder(scratch) if view.is_made(scratch) else ""
    try:
        _unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC)
        kernel.keep_mounts_private()
        kernel.make_read_only()
        kernel.mount_memory(outside + scratch, f"size={limits.scratch_mb}m,mode=0700,nr_inodes=4096")
        if outside:
            os.chroot(outside)
        if _can_become_nobody():
            os.chown(scratch, _nobody(), _NOGROUP)
    finally:
        os.chdir(scratch)
        os.environ.update(TMPDIR=scratch, HOME=scratch)
        tempfile.tempdir = scratch


def _set_limits(limits: Limits) -> None:
    seconds = int(limits.seconds) + 1
    for name, bound in (
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", limits.scratch_mb * 2**20),
        ("RLIMIT_NOFILE", limits.open_files),
        ("RLIMIT_NPROC", limits.threads),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_MEMLOCK", 0),
        ("RLIMIT_MSGQUEUE", 0),
    ):
        resource.setrlimit(getattr(resource, name), (bound, bound))
    limit_memory(limits.memory_mb)


def _drop_identity_and_privileges() -> None:
    if _can_become_nobody():
        nobody = _nobody()
        os.setgroups([])
        os.setresgid(_NOGROUP, _NOGROUP, _NOGROUP)
        os.setresuid(nobody, nobody, nobody)
    elif os.geteuid() == 0:
        os.setresuid(_nobody(), 0, 0)  # reads as root what only root can enter; threads are counted by the first
    kernel.drop_privileges()


def _nobody() -> int:
    """A user that no one else is, so that limits by user are limits of one examinee."""
    return _NOBODIES + int(os.readlink("/proc/self"))


def _can_become_nobody() -> bool:
    """Root may, unless Python, the packages or the project lie in a folder that only root can enter."""
    if os.geteuid() != 0:
        return False
    paths = [Path(path).resolve() for path in (sys.base_prefix, sys.prefix, *_own_paths())]
    return all(folder.stat().st_mode & 0o001 for path in paths for folder in [path, *path.parents] if folder.is_dir())
