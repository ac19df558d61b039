"""The lock is installed by uv where it can be had, else by pip, from where pip's own settings say."""

import hashlib
import os
import subprocess
import sys
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tools.install_lock import pin, uv_environment, uv_options

SCRIPT = ROOT / "tools" / "install_lock.py"


def test_a_pin_comes_with_its_hashes():
    lock = "uvloop==1.0 \\\n    --hash=sha256:00\nuv==2.0 \\\n    --hash=sha256:11 \\\n    --hash=sha256:22\n"
    assert pin(lock, "uv").split() == ["uv==2.0", "--hash=sha256:11", "--hash=sha256:22"]
    assert pin(lock, "pip") == ""
    assert pin((ROOT / "requirements.lock").read_text(encoding="utf-8"), "uv")


def test_pip_s_settings_become_uv_s():
    settings = {
        "index-url": "https://one.example/simple",
        "extra-index-url": "\nhttps://two.example/simple\nhttps://three.example/simple",
        "trusted-host": "one.example two.example",
        "proxy": "http://proxy.example:3128",
        "cert": "/certificates.pem",
        "find-links": "/wheels https://four.example/wheels",
        "no-index": "true",
    }
    assert uv_environment(settings) == {
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_DEFAULT_INDEX": "https://one.example/simple",
        "UV_INDEX": "https://two.example/simple https://three.example/simple",
        "UV_INSECURE_HOST": "one.example two.example",
        "HTTP_PROXY": "http://proxy.example:3128",
        "HTTPS_PROXY": "http://proxy.example:3128",
        "SSL_CERT_FILE": "/certificates.pem",
    }
    links = ["--find-links", "/wheels", "--find-links", "https://four.example/wheels"]
    assert uv_options(settings) == [*links, "--no-index"]
    assert uv_options({"no-index": "false"}) == uv_options({}) == []


def wheel(folder: Path, name: str, version: str, tag: str, files: dict[str, bytes]) -> str:
    """Write a wheel; returns its pin."""
    about = f"{name}-{version}.dist-info"
    files = files | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{about}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{about}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, content in (files | {f"{about}/RECORD": record.encode()}).items():
            entry = zipfile.ZipInfo(inside)
            entry.external_attr = 0o100755 << 16  # may be executed
            archive.writestr(entry, content)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def uv_wheel(folder: Path) -> str:
    """The uv of this environment as a wheel again; returns its pin."""
    uv = metadata.distribution("uv")
    files = {str(file): file.read_binary() for file in uv.files if file.parts[0] == "uv" and file.suffix == ".py"}
    program = next(file for file in uv.files if file.stem == "uv" and file.parent.name in ("bin", "Scripts"))
    files[f"uv-{uv.version}.data/scripts/{program.name}"] = program.read_binary()
    return wheel(folder, "uv", uv.version, "py3-none-any", files)


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    return folder


@pytest.fixture
def install(environment, tmp_path):
    """A function that installs a lock with pip set to look in folders below tmp_path; (exit status, what was said)."""
    settings = tmp_path / "pip.conf"
    settings.write_text(
        f"[global]\nindex-url = {(tmp_path / 'none').as_uri()}\nfind-links = {tmp_path / 'links'}\n"
        f"[install]\nextra-index-url = {(tmp_path / 'index').as_uri()}\n",
        encoding="utf-8",
    )
    for folder in ("none", "links", "index"):
        (tmp_path / folder).mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    clean |= {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "PIP_CONFIG_FILE": str(settings)}
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"

    def run(lock: str) -> tuple[int, str]:
        (tmp_path / "lock").write_text(lock, encoding="utf-8")
        command = [python, SCRIPT, tmp_path / "lock"]
        done = subprocess.run(command, env=clean, capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def indexed(tmp_path: Path, name: str) -> str:
    """A small package in the extra index; returns its pin."""
    folder = tmp_path / "index" / name
    requirement = wheel(folder, name, "1.0", "py3-none-any", {f"{name}.py": b""})
    (file,) = folder.glob("*.whl")
    (folder / "index.html").write_text(f'<!DOCTYPE html><a href="{file.name}">{file.name}</a>', encoding="utf-8")
    return requirement


def installer(environment: Path, name: str) -> list[str]:
    """What installed a package; none if it is not there."""
    return [path.read_text().strip() for path in environment.rglob(f"{name}-1.0.dist-info/INSTALLER")]


def test_uv_installs_from_where_pip_is_set_to_look(environment, install, tmp_path):
    lock = indexed(tmp_path, "alpha") + uv_wheel(tmp_path / "links")
    assert install(lock) == (0, "")
    assert installer(environment, "alpha") == ["uv"]
    assert list(environment.rglob("alpha.*.pyc"))


def test_pip_does_it_where_uv_cannot_be_had(environment, install, tmp_path):
    status, said = install(indexed(tmp_path, "beta"))
    assert status == 0
    assert said.startswith("uv can't be had here, so pip installs the packages: the same ones, in a few minutes.\n")
    assert installer(environment, "beta") == ["pip"]


@pytest.mark.skipif(sys.platform == "win32", reason="its messages differ")
def test_neither_takes_a_package_of_another_hash(environment, install, tmp_path):
    lock = indexed(tmp_path, "gamma").rpartition(":")[0] + ":" + "0" * 64 + "\n"
    status, said = install(lock + uv_wheel(tmp_path / "links"))
    assert status != 0
    assert "Hash mismatch" in said
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in said
    assert installer(environment, "gamma") == []
