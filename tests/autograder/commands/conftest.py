"""A small project with the sample day in it, and a learner who has done nothing yet."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.days.reader import read_day
from autograder.notebooks.building import student_bytes
from autograder.notebooks.plain import as_bytes, with_answers
from tests.support.places import SAMPLE


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    day = read_day(SAMPLE)
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    curriculum = tmp_path / "curriculum" / day.slug
    curriculum.mkdir(parents=True)
    (curriculum / f"{day.slug}.ipynb").write_bytes(student_bytes(day))
    monkeypatch.setenv("DEEPDAYS_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def deepdays(project):
    """Run the real command in the project; returns the finished process."""

    def run(*arguments: str, answer: str | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "autograder.cli", *arguments],
            cwd=project,
            env=os.environ | {"DEEPDAYS_HOME": str(project / "home"), "COLUMNS": "100"},
            input=answer,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def fill_in(project):
    """Write answers into the learner's copy of the sample day."""

    def fill(**answers: str) -> Path:
        path = project / "my_days" / f"{SAMPLE.stem}.ipynb"
        path.write_bytes(as_bytes(with_answers(json.loads(path.read_bytes()), answers)))
        return path

    return fill
