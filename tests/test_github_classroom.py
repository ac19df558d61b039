"""The workflow for GitHub Classroom: its shell step, run here as a runner would on a learner's repository."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from autograder.days.reader import read_day
from autograder.notebooks.building import student_bytes
from autograder.notebooks.plain import as_bytes, with_answers
from autograder.project import day_path
from tests.support.places import ROOT

WORKFLOW = yaml.safe_load((ROOT / "docs" / "github_classroom" / "check.yml").read_text())
DAY = read_day(day_path(ROOT, 2))


@pytest.mark.parametrize(
    ("answers", "status", "said"), [({}, 0, "10 of 10 points"), ({"predict": "1 +"}, 1, "predict")]
)
def test_the_step_passes_right_answers_and_fails_wrong_ones(tmp_path, answers, status, said):
    notebook = with_answers(json.loads(student_bytes(DAY)), DAY.answers | answers)
    (tmp_path / f"{DAY.slug}.ipynb").write_bytes(as_bytes(notebook))
    (step,) = [each["run"] for each in WORKFLOW["jobs"]["check"]["steps"] if each.get("name") == "Check the notebook"]
    summary = tmp_path / "summary.md"
    environment = os.environ | {
        "GITHUB_STEP_SUMMARY": str(summary),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "DEEPDAYS_HOME": str(tmp_path / "home"),
    }
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step]  # GitHub's own for `run`
    done = subprocess.run(
        shell, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert said in done.stdout
    assert summary.read_text().startswith("```\nDay 2")
    assert summary.read_text().rstrip().endswith("```")
