"""Installs the packages of a lock file into the environment whose Python runs this.

    .venv/bin/python tools/install_lock.py requirements.lock

uv does it where it can be had, several times faster than pip, and pip where not. Both insist on the lock's hashes, and
both look where pip is told to look: uv does not read pip's settings, so they are handed on to it.
"""

import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

_SECTIONS = ("global", "install", ":env:")  # of pip's settings; a later one counts
_PIP = (sys.executable, "-m", "pip")
_INSTALL = (*_PIP, "install", "--quiet", "--disable-pip-version-check", "--require-hashes")


def main() -> None:
    lock = Path(sys.argv[1])
    settings = pip_settings()
    if not _get_uv(lock):
        print("uv can't be had here, so pip installs the packages: the same ones, in a few minutes.", flush=True)
    elif _install_by_uv(lock, settings):
        return
    else:
        print("uv could not install the packages, so pip tries it, in a few minutes.", flush=True)
    sys.exit(subprocess.run([*_INSTALL, "--requirement", str(lock)], check=False).returncode)


def pin(lock: str, name: str) -> str:
    """The requirement of one package, on one line with its hashes; empty text if the lock has none."""
    lines = lock.replace("\\\n", " ").splitlines()
    return next((line for line in lines if line.startswith(f"{name}==")), "")


def pip_settings() -> dict[str, str]:
    """What pip's files and environment set for `pip install`, by option, such as `index-url`."""
    listed = subprocess.run([*_PIP, "config", "list"], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^(\S+)\.([\w-]+)=('.*'|\".*\")$", listed, re.MULTILINE)
    settings = {}
    for section in _SECTIONS:
        settings |= {option: ast.literal_eval(value) for of, option, value in found if of == section}
    return settings


def uv_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment that makes uv look where pip's settings say, less what is a command's option alone.

    pip takes the best version of all its indexes, uv by default only from the first that has the package. Where each
    version is pinned with its hashes, pip's way is as safe.
    """
    same = {
        "index-url": ["UV_DEFAULT_INDEX"],
        "extra-index-url": ["UV_INDEX"],
        "trusted-host": ["UV_INSECURE_HOST"],
        "timeout": ["UV_HTTP_TIMEOUT"],
        "cert": ["SSL_CERT_FILE"],
        "client-cert": ["SSL_CLIENT_CERT"],
        "proxy": ["HTTP_PROXY", "HTTPS_PROXY"],
    }
    environment = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    for option, names in same.items():
        if settings.get(option):
            environment |= dict.fromkeys(names, " ".join(settings[option].split()))
    return environment


def uv_options(settings: Mapping[str, str]) -> list[str]:
    """The options that do the same."""
    links = [option for place in settings.get("find-links", "").split() for option in ("--find-links", place)]
    no_index = settings.get("no-index", "").lower() in ("1", "true", "yes", "on")
    return [*links, *["--no-index"] * no_index]


def _get_uv(lock: Path) -> bool:
    """Put the uv that the lock names beside this Python; whether that went well."""
    requirement = pin(lock.read_text(encoding="utf-8"), "uv")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "uv.txt"
        file.write_text(requirement, encoding="utf-8")
        command = [*_INSTALL, "--only-binary", ":all:", "--requirement", str(file)]
        return bool(requirement) and not subprocess.run(command, capture_output=True, check=False).returncode


def _install_by_uv(lock: Path, settings: Mapping[str, str]) -> bool:
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    command += ["--require-hashes", "--compile-bytecode", *uv_options(settings), "--requirement", str(lock)]
    try:
        return not subprocess.run(command, env=uv_environment(settings) | os.environ, check=False).returncode
    except OSError:
        return False


if __name__ == "__main__":
    main()
