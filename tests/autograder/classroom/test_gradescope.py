"""Gradescope's autograder: the zip, and its two scripts run here as Gradescope would, in another folder."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.classroom.gradescope import autograder_zip
from autograder.days.reader import read_day
from autograder.notebooks.building import student_bytes
from autograder.notebooks.plain import as_bytes, with_answers
from autograder.project import day_path
from tests.support.places import ROOT

DAY = read_day(day_path(ROOT, 2))


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """What Gradescope has in /autograder: `source` is the unpacked zip, `venv` is what its setup.sh would make."""
    folder = tmp_path_factory.mktemp("autograder")
    with zipfile.ZipFile(autograder_zip(DAY, ROOT, folder / "day.zip")) as archive:
        archive.extractall(folder / "source")
    (folder / "venv").symlink_to(Path(sys.prefix))
    (folder / "results").mkdir()
    return folder


def graded(place: Path, files: dict[str, bytes]) -> dict:
    submission = place / "submission"
    for name, content in files.items():
        (submission / name).parent.mkdir(parents=True, exist_ok=True)
        (submission / name).write_bytes(content)
    command = ["bash", place / "source" / "run_autograder"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run(command, env=environment | {"AUTOGRADER": str(place)}, cwd=place, check=True, timeout=300)
    for path in sorted(submission.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return json.loads((place / "results" / "results.json").read_bytes())


def notebook(**answers: str) -> bytes:
    return as_bytes(with_answers(json.loads(student_bytes(DAY)), DAY.answers | answers))


def test_the_zip_is_the_same_each_time_and_holds_the_scripts_at_its_top(tmp_path):
    first, second = (autograder_zip(DAY, ROOT, tmp_path / name) for name in ("a.zip", "b.zip"))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = archive.namelist()
        modes = {name: archive.getinfo(name).external_attr >> 16 for name in ("setup.sh", "run_autograder")}
    assert modes == {"setup.sh": 0o755, "run_autograder": 0o755}
    assert [name for name in names if name.startswith("solutions/")] == [f"solutions/{DAY.path.name}"]


def test_the_scripts_are_shell(place):
    for name in ("setup.sh", "run_autograder"):
        subprocess.run(["bash", "-n", place / "source" / name], check=True)


def test_a_result_is_in_gradescope_s_form(place):
    wrong = DAY.exercise("mse_cost").mistakes[0]
    told = graded(place, {"whatever.ipynb": notebook(mse_cost=wrong.answer)})
    assert {"score", "execution_time", "output", "tests"} <= told.keys()
    tests = {test["name"]: test for test in told["tests"]}
    assert list(tests) == [exercise.name for exercise in DAY.exercises]
    assert tests["predict"]["status"] == "passed"
    assert tests["predict"]["score"] == tests["predict"]["max_score"] == 1
    assert tests["mse_cost"]["status"] == "failed"
    assert f"Hint: {wrong.hint}" in tests["mse_cost"]["output"]
    assert told["score"] == sum(test["score"] for test in tests.values())
    assert all(test["output_format"] == "text" for test in tests.values())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"essay.txt": b"sorry"}, "No notebook was handed in."),
        ({"a.ipynb": b"{"}, "The file ends in the middle"),
        ({"day_003_features_and_scaling/a.ipynb": b"{}"}, "lies in the folder of another day"),
    ],
)
def test_what_can_t_be_graded_is_said(place, files, said):
    told = graded(place, files)
    assert told["score"] == 0
    assert said in told["output"]


def test_of_several_notebooks_the_day_s_is_graded(place):
    told = graded(place, {"deep/day2.ipynb": notebook(), "other.ipynb": b'{"cells": [], "metadata": {}}'})
    assert told["score"] == DAY.max_score
    assert "2 notebooks were handed in" in told["output"]
