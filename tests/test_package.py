"""The package as `pip install` makes it from the repository: all of its files are in it, and nothing else."""

import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.support.places import ROOT

PACKAGES = ("deepdays", "autograder")


def files_of(package: str) -> set[str]:
    paths = (ROOT / package).rglob("*")
    return {path.relative_to(ROOT).as_posix() for path in paths if path.is_file() and "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> set[str]:
    """The files of the wheel that is built from this checkout."""
    source, folder = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(source)], check=True, timeout=300)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_of_a_package_is_installed(wheel, package):
    assert files_of(package) - wheel == set()


def test_nothing_else_is_installed(wheel):
    assert {name.partition("/")[0] for name in wheel} == set(PACKAGES)
