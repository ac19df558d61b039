"""Recordings kept beside a project's days: found by whoever grades the same program with the same code."""

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.day import Day, Kind
from autograder.days.reader import read_day
from autograder.engine.notebook_code import day_cells
from autograder.grading import recordings as kept_recordings
from autograder.grading.grader import Grader, Settings
from autograder.grading.recordings import Recordings
from tests.support.sample_notebooks import sample_day

NAME = "welford_update"


@pytest.fixture
def day(tmp_path) -> Day:
    """The sample day as one of a project."""
    path = tmp_path / "solutions" / sample_day().path.name
    path.parent.mkdir()
    path.write_bytes(sample_day().content)
    return read_day(path)


def with_cell(day: Day, kind: Kind, addition: str) -> Day:
    """The day with something added to its cells of a kind."""
    cells = (replace(cell, source=cell.source + addition) if cell.kind == kind else cell for cell in day.cells)
    return replace(day, cells=tuple(cells))


def with_test(day: Day, name: str) -> Day:
    """The day with another test of an exercise."""

    def changed(exercise):
        if exercise.name != name:
            return exercise
        return replace(exercise, test=replace(exercise.test, source=exercise.test.source + "\nassert True"))

    return replace(day, exercises=tuple(map(changed, day.exercises)))


def test_a_recording_comes_back_in_the_same_bytes(day):
    Recordings(day, "tensorflow").put(NAME, b"recorded")
    assert Recordings(day, "tensorflow").get(NAME) == b"recorded"
    assert Recordings(day, "tensorflow").get(day.exercises[-1].name) is None
    assert Recordings(with_cell(day, Kind.MARKDOWN, " More."), "tensorflow").get(NAME) == b"recorded"
    assert Recordings(with_test(day, day.exercises[-1].name), "tensorflow").get(NAME) == b"recorded"


@pytest.mark.parametrize(
    "another",
    [
        lambda day: (with_cell(day, Kind.SETUP, "\nx = 1"), "tensorflow"),
        lambda day: (with_cell(day, Kind.DEMO, "\nx = 1"), "tensorflow"),
        lambda day: (with_test(day, NAME), "tensorflow"),
        lambda day: (day, "jax"),
    ],
)
def test_it_is_of_one_program_and_backend(day, another):
    Recordings(day, "tensorflow").put(NAME, b"recorded")
    assert Recordings(*another(day)).get(NAME) is None


def test_it_is_of_one_version_of_the_code(day, monkeypatch):
    Recordings(day, "tensorflow").put(NAME, b"recorded")
    monkeypatch.setattr(kept_recordings, "code_version", lambda: "another")
    assert Recordings(day, "tensorflow").get(NAME) is None


@pytest.mark.parametrize(
    "damage", [lambda kept: kept[:-1], lambda kept: b"", lambda kept: kept[:70] + b"x" + kept[71:]]
)
def test_a_damaged_one_is_none(day, damage):
    Recordings(day, "tensorflow").put(NAME, b"recorded")
    (path,) = (day.path.parents[1] / "build").rglob(NAME)
    path.write_bytes(damage(path.read_bytes()))
    assert Recordings(day, "tensorflow").get(NAME) is None


def test_where_nothing_can_be_written_nothing_is_kept(day):
    (day.path.parents[1] / "build").write_text("a file where the folder should be")
    Recordings(day, "tensorflow").put(NAME, b"recorded")
    assert Recordings(day, "tensorflow").get(NAME) is None


@pytest.mark.parametrize("place", ["loose/day_001_x.py", "solutions/gone.py"])
def test_a_day_of_no_project_or_of_another_machine_leaves_nothing(day, tmp_path, place):
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    if path.parent.name == "loose":
        path.write_bytes(day.content)
    Recordings(replace(day, path=path), "tensorflow").put(NAME, b"recorded")
    assert Recordings(replace(day, path=path), "tensorflow").get(NAME) is None
    assert not list(Path(tmp_path).rglob("recordings"))


def test_a_second_grader_gives_the_same_hints_from_what_the_first_recorded(day):
    exercise = day.exercise(NAME)
    wrong = day_cells(day, {NAME: exercise.mistakes[0].answer})

    def verdict():
        with Grader(day, Settings()) as grader:
            (found,) = grader.examine(wrong, only=NAME)
        return replace(found, seconds=0)

    first = verdict()
    (path,) = (day.path.parents[1] / "build").rglob(NAME)
    kept = path.read_bytes()
    assert first.hint == exercise.mistakes[0].hint
    assert verdict() == first
    assert path.read_bytes() == kept
