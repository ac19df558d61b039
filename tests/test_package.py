"""The package as `pip install` makes it from the repository: whole, with the days, and enough without a clone."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.days.reader import read_day
from autograder.notebooks.plain import as_bytes, with_answers
from autograder.project import day_path
from tests.support.places import ROOT

PACKAGES = ("deepdays", "autograder")
DAYS = "deepdays-0.1.0.data/data/share/deepdays"


def files_of(package: str) -> set[str]:
    paths = (ROOT / package).rglob("*")
    return {path.relative_to(ROOT).as_posix() for path in paths if path.is_file() and "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel that is built from this checkout."""
    source, folder = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in (*PACKAGES, "solutions", "docs", "data"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(source)], check=True, timeout=300)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def content(wheel) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_of_a_package_is_installed(content, package):
    assert files_of(package) - content == set()


def test_every_day_and_every_network_comes_with_it(content):
    files = [*(ROOT / "solutions").glob("day_*.py"), *(ROOT / "data" / "zoo").glob("*.[jn][sp]*")]
    due = {f"{DAYS}/{path.relative_to(ROOT).as_posix()}" for path in files}
    brought = {name for name in content if name.partition("/")[0] not in PACKAGES}
    assert brought == due | {f"{DAYS}/pyproject.toml", f"{DAYS}/docs/syllabus.yml"}
    assert f"{DAYS}/data/zoo/scenes_vgg.npz" in brought


class Installed:
    """Runs `deepdays` as installed from the wheel, in a folder that was empty."""

    def __init__(self, folder: Path, environment: dict[str, str]):
        self.folder, self._environment = folder, environment

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess:
        return self._run("-m", "autograder", *arguments)

    def python(self, code: str) -> subprocess.CompletedProcess:
        return self._run("-c", code)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Installed:
    prefix, home, folder = (tmp_path_factory.mktemp(name) for name in ("prefix", "home", "work"))
    options = ["--quiet", "--no-deps", "--no-warn-script-location", "--ignore-installed", "--prefix", str(prefix)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True, timeout=300)
    (packages,) = prefix.glob("lib/python*/site-packages")
    environment = os.environ | {"PYTHONPATH": str(packages), "HOME": str(home), "DEEPDAYS_HOME": str(home)}

    return Installed(folder, environment)


def test_without_a_clone_a_learner_starts_answers_and_checks(installed):
    started = installed("start", "1")
    assert started.returncode == 0, started.stderr
    (notebook,) = installed.folder.glob("my_days/*.ipynb")
    day = read_day(day_path(ROOT, 1))
    assert notebook.read_bytes() == (ROOT / "curriculum" / day.slug / notebook.name).read_bytes()
    notebook.write_bytes(as_bytes(with_answers(json.loads(notebook.read_bytes()), day.answers)))
    checked = installed("check", "1", "--json")
    result = json.loads(checked.stdout)
    assert (checked.returncode, result["score"]) == (0, result["max_score"]), checked.stderr
    assert [path.name for path in installed.folder.iterdir()] == ["my_days"]


def test_without_a_clone_a_notebook_and_an_answer_find_the_networks(installed):
    found = installed.python("from deepdays import zoo; print(*zoo.names()); print(set(zoo.check().values()))")
    assert found.returncode == 0, found.stderr
    names, wrong = found.stdout.splitlines()
    assert "scenes_vgg" in names.split()
    assert wrong == "{''}"


SPY = """
def predict(x, w, b):
    import glob, sys
    days = [path for entry in sys.path for path in glob.glob(entry + "/../../../share/deepdays/solutions/*.py")]
    raise ValueError(f"reads {[open(path).read()[:9] for path in days]}")
"""


def test_without_a_clone_too_answers_cannot_be_read(installed):
    installed("start", "2")
    (notebook,) = installed.folder.glob("my_days/day_002*.ipynb")
    notebook.write_bytes(as_bytes(with_answers(json.loads(notebook.read_bytes()), {"predict": SPY})))
    result = json.loads(installed("check", "2", "--json").stdout)
    predict = next(each for each in result["exercises"] if each["name"] == "predict")
    assert "reads []" in predict["message"] or "PermissionError" in predict["message"], predict["message"]
    outside = installed.python(SPY + "predict(0, 0, 0)")
    assert "reads ['# ---" in outside.stderr, "who is not locked in can read them: the test looks in the right place"


def test_a_notebook_for_a_graded_class_gives_nothing_away(installed):
    released = installed("release", "2", "class")
    assert released.returncode == 0, released.stderr
    (path,) = (installed.folder / "class").iterdir()
    assert path.read_bytes() == (ROOT / "curriculum" / path.stem / path.name).read_bytes()
