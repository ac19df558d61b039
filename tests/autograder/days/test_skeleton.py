"""The skeleton of every planned day is a day: it can be read, and has the exercises of the syllabus."""

import re
import subprocess
import sys

import pytest

from autograder.days.reader import read_day
from autograder.days.skeleton import skeleton
from autograder.days.syllabus import planned_days
from autograder.grading.grader import Settings
from autograder.proving.asked import Asked
from autograder.proving.proof import verify
from tests.support.places import ROOT

PLANNED = planned_days(ROOT)


def test_the_plan_has_125_days_in_weeks_of_five():
    assert list(PLANNED) == list(range(1, 126))
    assert [day.week for day in PLANNED.values()] == [(number - 1) // 5 + 1 for number in PLANNED]


def written(number, folder):
    path = folder / f"day_{number:03d}_{PLANNED[number].slug}.py"
    path.write_text(skeleton(PLANNED[number]), encoding="utf-8")
    return read_day(path)


@pytest.mark.parametrize("number", range(1, 126, 6))
def test_a_skeleton_can_be_read(number, tmp_path):
    day = written(number, tmp_path)
    assert (day.number, day.title, day.week) == (number, PLANNED[number].title, PLANNED[number].week)
    assert len(day.exercises) >= min(len(PLANNED[number].exercises), 3)
    names = {exercise.name for exercise in day.exercises}
    for line in PLANNED[number].exercises:
        assert "(" not in line or names & set(re.findall(r"\w+", line)), line


def test_it_can_be_verified_and_what_is_missing_is_said(tmp_path):
    proof = verify(written(2, tmp_path), Settings(), Asked(only="mse_cost", notebook=False))
    assert proof.problems[0].startswith("mse_cost: the reference answer failed: TODO the tests of mse_cost")


def test_the_command_writes_it_once(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "syllabus.yml").write_bytes((ROOT / "docs" / "syllabus.yml").read_bytes())

    def new(number):
        command = [sys.executable, "-m", "autograder.cli", "new", str(number)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    first = new(28)
    assert first.returncode == 0, first.stderr
    path = tmp_path / "solutions" / "day_028_optimizers_momentum.py"
    path.write_text(path.read_text() + "# mine\n")
    second = new(28)
    assert second.returncode == 2
    assert "is there already. It stays as it is." in " ".join(second.stderr.split())
    assert path.read_text().endswith("# mine\n")
    assert "has no day 126; it plans days 1 to 125" in " ".join(new(126).stderr.split())
