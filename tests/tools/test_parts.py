"""The parts of the test suite: each runs whatever the others do, and the figures at the end add up."""

import sys

import pytest

from tools import parts
from tools.parts import Done, main, report


@pytest.fixture
def ran(monkeypatch):
    """Two stand-ins for parts, of which the first fails."""
    fails, passes = ([sys.executable, "-c", f"raise SystemExit({status})"] for status in (1, 0))
    monkeypatch.setattr(parts, "PARTS", {"lint": (passes, fails), "days": (passes,)})
    monkeypatch.setattr(parts.shutil, "which", lambda name: f"/bin/{name}")


def test_every_part_runs_and_one_failure_fails_them_all(ran, capfd):
    assert main([]) == 1
    out = capfd.readouterr().out
    assert "lint      FAILED" in out
    assert "days      passed" in out
    assert main(["days"]) == 0


def test_an_unknown_part_is_told_with_those_there_are(ran, capfd):
    assert main(["dais"]) == 2
    assert "There is no part 'dais'. The parts: lint, days." in capfd.readouterr().err


def test_without_a_browser_its_part_is_left_out(monkeypatch, capfd):
    passes = ([sys.executable, "-c", ""],)
    monkeypatch.setattr(parts, "PARTS", {"tests": passes, "browser": passes})
    monkeypatch.setattr(parts.shutil, "which", lambda name: None)
    assert main([]) == 0
    out = capfd.readouterr().out
    assert "Chromium is not here" in out
    assert "== browser" not in out


def test_the_days_are_projected_and_the_rest_is_not():
    text = report([Done("tests", True, 600.0, 500.0), Done("days", True, 300.0, 550.0)], 25)
    assert text.splitlines()[-2:] == [
        "together              900 s",
        "25 days now; 125 would take 35 min here, and 60 are allowed",
    ]
    assert "would take" not in report([Done("tests", True, 1.0, 1.0)], 25)
