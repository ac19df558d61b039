"""The Linux calls that Python has no name for: namespaces, mounts, capabilities, Landlock and seccomp.

Each function raises OSError if the kernel refuses. Numbers and structures are those of the kernel's user API
(linux/landlock.h, linux/seccomp.h, linux/capability.h, linux/mount.h) for x86-64 and 64-bit ARM.
"""

import ctypes
import functools
import os
import platform
import struct

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x20000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
_CLONE_THREAD = 0x10000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 2, 4, 8, 0x1000, 0x4000, 1 << 18
_MOUNT_SETATTR, _MOUNT_ATTR_RDONLY, _AT_FDCWD, _AT_RECURSIVE = 442, 1, -100, 0x8000
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = (
    1,
    22,
    24,
    38,
    4,
)

_MADV_COLLAPSE, _HUGE_PAGE = 25, 2 << 20

_IS_LINUX = platform.system() == "Linux"


@functools.cache
def _libc() -> ctypes.CDLL:
    if not _IS_LINUX:
        raise OSError("this is not Linux")
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _syscall(number: int, *args) -> int:
    words = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    return _check(_libc().syscall(ctypes.c_long(number), *words), f"system call {number}")


def unshare(flags: int) -> None:
    """Move this process (for CLONE_NEWPID: its future children) into new namespaces."""
    _check(_libc().unshare(ctypes.c_int(flags)), "unshare")


def enter_namespace(file_descriptor: int, flags: int) -> None:
    """Move into the namespace that the descriptor of /proc/PID/ns/NAME stands for."""
    _check(_libc().setns(ctypes.c_int(file_descriptor), ctypes.c_int(flags)), "setns")


def keep_mounts_private() -> None:
    """See that nothing mounted from here on shows in another mount namespace."""
    _check(_libc().mount(b"none", b"/", None, ctypes.c_ulong(_MS_REC | _MS_PRIVATE), None), "mount")


def make_read_only() -> None:
    """Make all that is mounted in this mount namespace read-only.

    Landlock does not keep an owner from changing a file's mode or times.
    """
    attributes = ctypes.create_string_buffer(struct.pack("=QQQQ", _MOUNT_ATTR_RDONLY, 0, 0, 0), 32)
    _syscall(_MOUNT_SETATTR, _AT_FDCWD, ctypes.c_char_p(b"/"), _AT_RECURSIVE, attributes, 32)


def mount_memory(folder: str, options: str, is_read_only: bool = False) -> None:
    """Cover `folder`, in this mount namespace alone, by an empty in-memory file system.

    Args:
        options: of tmpfs, such as `size=4k,mode=0755`.
    """
    flags = ctypes.c_ulong(_MS_NOSUID | _MS_NODEV | _MS_NOEXEC | (_MS_RDONLY if is_read_only else 0))
    _check(_libc().mount(b"memory", folder.encode(), b"tmpfs", flags, options.encode()), "mount")


def show_at(source: str, place: str) -> None:
    """Have what is at `source`, with all that is mounted in it, at `place` as well, in this mount namespace alone."""
    flags = ctypes.c_ulong(_MS_BIND | _MS_REC)
    _check(_libc().mount(source.encode(), place.encode(), None, flags, None), "mount")


def use_huge_pages() -> None:
    """Gather this process's anonymous memory in pages of 2 MB: forks copy fewer page tables, and share as before.

    What the kernel leaves as it is costs time, nothing else.
    """
    _libc().madvise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    with open("/proc/self/maps") as file:
        ranges = [line.split() for line in file]
    for addresses, permissions, *_, name in ((*fields[:5], (fields[5:] or [""])[0]) for fields in ranges):
        if permissions == "rw-p" and name in ("", "[heap]"):
            start, end = (int(address, 16) for address in addresses.split("-"))
            start = -(-start // _HUGE_PAGE) * _HUGE_PAGE
            if start + _HUGE_PAGE <= end:
                _libc().madvise(start, (end - start) // _HUGE_PAGE * _HUGE_PAGE, _MADV_COLLAPSE)


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies (Linux only)."""
    if _IS_LINUX:
        _check(_libc().prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0), "prctl")


def drop_privileges() -> None:
    """Give up every capability for good, and the means to gain any by running a program."""
    for capability in range(64):
        if _libc().prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
    nothing = ctypes.create_string_buffer(24)
    _check(_libc().capset(header, nothing), "capset")
    _check(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _check(_libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl")


# Landlock: https://docs.kernel.org/userspace-api/landlock.html
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many file-system rights each ABI version knows
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL = 1, 2, 4, 8, 1 << 14, 1 << 15
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL


def landlock_version() -> int:
    """The Landlock ABI of this kernel; 0 without Landlock."""
    try:
        return _syscall(_CREATE_RULESET, 0, 0, 1)
    except OSError:
        return 0


def restrict_files(readable, writable) -> None:
    """From now on this process opens only what lies beneath `readable` (to read) and `writable` (to do anything).

    Where the kernel can, TCP, abstract sockets and signals to processes outside are forbidden as well.
    """
    version = landlock_version()
    if not version:
        raise OSError("this kernel has no Landlock")
    handled = (1 << _FS_BITS[min(version, 5)]) - 1
    attributes = struct.pack("=QQQ", handled, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _syscall(_CREATE_RULESET, ctypes.create_string_buffer(attributes, len(attributes)), size, 0)
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR | _EXECUTE)
        for path in writable:
            _allow(ruleset, path, handled & ~_EXECUTE)
        _check(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
        _syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _FILE_RIGHTS
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, descriptor), 12)
        _syscall(_ADD_RULE, ruleset, 1, rule, 0)
    finally:
        os.close(descriptor)


# Seccomp: a classic BPF program over struct seccomp_data {nr, arch, instruction_pointer, args[6]}
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
_SOCKETPAIR = {"x86_64": 53, "aarch64": 199}
_FORBIDDEN = {
    "x86_64": {
        "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "fork": 57, "vfork": 58, "execve": 59,
        "semget": 64, "shmget": 29, "msgget": 68, "ptrace": 101, "pivot_root": 155, "chroot": 161, "mount": 165,
        "umount2": 166, "swapon": 167, "reboot": 169, "init_module": 175, "add_key": 248, "request_key": 249,
        "keyctl": 250, "unshare": 272, "perf_event_open": 298, "name_to_handle_at": 303, "open_by_handle_at": 304,
        "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313,
        "kexec_load": 246, "bpf": 321, "execveat": 322, "userfaultfd": 323, "pidfd_getfd": 438, "accept4": 288,
        "memfd_create": 319, "setsockopt": 54, "inotify_init": 253, "inotify_init1": 294, "fanotify_init": 300,
        "setuid": 105, "setgid": 106, "setreuid": 113, "setregid": 114, "setgroups": 116, "setresuid": 117,
        "setresgid": 119, "setfsuid": 122, "setfsgid": 123,
    },
    "aarch64": {
        "socket": 198, "connect": 203, "accept": 202, "bind": 200, "listen": 201, "execve": 221, "semget": 190,
        "shmget": 194, "msgget": 186, "ptrace": 117, "pivot_root": 41, "chroot": 51, "mount": 40, "umount2": 39,
        "swapon": 224, "reboot": 142, "init_module": 105, "add_key": 217, "request_key": 218, "keyctl": 219,
        "unshare": 97, "perf_event_open": 241, "name_to_handle_at": 264, "open_by_handle_at": 265, "setns": 268,
        "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "kexec_load": 104,
        "bpf": 280, "execveat": 281, "userfaultfd": 282, "pidfd_getfd": 438, "accept4": 242, "memfd_create": 279,
        "setsockopt": 208, "inotify_init1": 26, "fanotify_init": 262, "setregid": 143, "setgid": 144, "setreuid": 145,
        "setuid": 146, "setresuid": 147, "setresgid": 149, "setfsuid": 151, "setfsgid": 152, "setgroups": 159,
    },
}  # fmt: skip
_FORBIDDEN_EVERYWHERE = {
    "io_uring_setup": 425,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsmount": 432,
    "memfd_secret": 447,
}
_ALLOW, _ERRNO, _EPERM, _ENOSYS = 0x7FFF0000, 0x00050000, 1, 38
_LOAD, _AND, _JUMP_EQUAL, _JUMP_SET, _JUMP_ABOVE, _RETURN = 0x20, 0x54, 0x15, 0x45, 0x35, 0x06
_STREAM = 1


def forbid_system_calls() -> None:
    """No new process, program, socket or mount, no other user, no look into another process, no uncounted memory.

    Threads and pairs of stream sockets stay allowed, but not larger buffers for them. What others do to files can't
    be watched.
    """
    machine = platform.machine()
    if machine not in _AUDIT_ARCH:
        raise OSError(f"no list of system calls for {machine}")
    forbidden = [*_FORBIDDEN[machine].values(), *_FORBIDDEN_EVERYWHERE.values()]
    deny = (_RETURN, 0, 0, _ERRNO | _EPERM)
    program = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        deny,
        (_LOAD, 0, 0, 0),
        (_JUMP_ABOVE, 0, 1, 0x40000000),  # the x32 numbers, a second door to every call
        deny,
        (_JUMP_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),  # its flags lie behind a pointer; libc then uses clone
        (_JUMP_EQUAL, 0, 4, _CLONE[machine]),
        (_LOAD, 0, 0, 16),
        (_JUMP_SET, 1, 0, _CLONE_THREAD),
        deny,
        (_RETURN, 0, 0, _ALLOW),
        (_JUMP_EQUAL, 0, 5, _SOCKETPAIR[machine]),
        (_LOAD, 0, 0, 24),
        (_AND, 0, 0, 0xF),
        (_JUMP_EQUAL, 1, 0, _STREAM),  # a pair of datagram sockets can send to any socket in the file system
        deny,
        (_RETURN, 0, 0, _ALLOW),
    ]
    for number in forbidden:
        program += [(_JUMP_EQUAL, 0, 1, number), deny]
    program.append((_RETURN, 0, 0, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    _check(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _check(_libc().prctl(_PR_SET_SECCOMP, 2, header, 0, 0), "prctl")
