"""The demonstration class: real files, and what grading must make of them."""

import json
from dataclasses import replace

import pytest

from autograder.classroom.collecting import collect
from autograder.classroom.demo import DEMO_STUDENTS, STORED_OUTPUT_BYTES, make_demo_class
from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.grading.grader import Settings, grade_submissions
from autograder.notebooks.plain import as_bytes
from autograder.notebooks.reading import Ungradable, read_submission
from autograder.result import Outcome, Status
from tests.support.sample_notebooks import SLUG, handed_out, sample_day

STUDENTS = {student.name: student for student in DEMO_STUDENTS}


@pytest.fixture(scope="module")
def klass(tmp_path_factory):
    root = tmp_path_factory.mktemp("demo")
    (root / "student.ipynb").write_bytes(as_bytes(handed_out()))
    make_demo_class(sample_day(), root / "student.ipynb", root / "class")
    return root / "class"


def test_fourteen_students_each_with_a_notebook_and_the_same_bytes_every_time(klass, tmp_path):
    paths = make_demo_class(sample_day(), klass.parent / "student.ipynb", tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [f"{name}/{SLUG}.ipynb" for name in STUDENTS]
    assert len(STUDENTS) == 14
    for path in paths:
        assert path.read_bytes() == (klass / path.relative_to(tmp_path)).read_bytes()


def test_each_is_what_it_says(klass):
    found = {each.student: each.content for each in collect(klass, sample_day())}
    assert len(set(found.values())) == 14
    assert found["margaret"] == (json.dumps(handed_out(), ensure_ascii=False, indent=1) + "\n").encode()
    assert b"_exit(0)" in found["ken"] and b"while True:" in found["kurt"]
    assert len(found["hedy"]) > STORED_OUTPUT_BYTES
    dennis = json.loads(found["dennis"])
    claimed = [cell["metadata"]["nbgrader"]["points"] for cell in dennis["cells"] if cell["id"].startswith("test_")]
    assert claimed == [100]


@pytest.mark.parametrize("name", STUDENTS)
def test_reading_agrees_on_what_can_be_graded(klass, name):
    (submission,) = (each for each in collect(klass, sample_day()) if each.student == name)
    expected = STUDENTS[name].expect(sample_day())
    try:
        read_submission(submission, sample_day())
        status = Outcome.GRADED
    except Ungradable as problem:
        status = problem.status
    assert status == expected.status


def test_what_is_expected_names_every_exercise_of_a_graded_one():
    names = {exercise.name for exercise in sample_day().exercises}
    for student in DEMO_STUDENTS:
        expected = student.expect(sample_day())
        assert set(expected.exercises) == (names if expected.status == Outcome.GRADED else set())
    assert set(STUDENTS["ada"].expect(sample_day()).exercises.values()) == {frozenset({Status.PASSED})}
    kurts = STUDENTS["kurt"].expect(sample_day()).exercises
    assert kurts == {"welford_update": {Status.PASSED}, "running_variance": {Status.TIMEOUT}}
    assert STUDENTS["dennis"].expect(sample_day()).exercises["running_variance"] == {Status.UNANSWERED}


def test_only_what_builds_on_a_lost_exercise_is_left_open():
    first, second = sample_day().exercises
    alone = replace(
        first, name="alone", names=("alone",), answer="def alone(): pass", test=replace(first.test, source="")
    )
    day = replace(sample_day(), exercises=(first, alone, second))
    kens = STUDENTS["ken"].expect(day).exercises
    assert kens["welford_update"] == {Status.CRASHED} and kens["alone"] == {Status.PASSED}
    assert {Status.PASSED, Status.CRASHED} < kens["running_variance"]


def test_the_four_mistakes_differ_and_spread_over_the_exercises():
    hints = [STUDENTS[name].expect(sample_day()).hints for name in ("alan", "barbara", "donald", "edsger")]
    assert [list(each) for each in hints] == [
        ["welford_update"],
        ["running_variance"],
        ["welford_update"],
        ["welford_update"],
    ]
    assert len({hint for each in hints for hint in each.values()}) == 4


def shortened(day: Day) -> Day:
    """The day with its first exercise alone, without accepted variants."""
    first = replace(day.exercises[0], accepts=(), mistakes=day.exercises[0].mistakes[:1])
    return replace(day, exercises=(first,))


def test_a_day_with_little_in_it_has_a_class_too(tmp_path):
    day = shortened(sample_day())
    (tmp_path / "student.ipynb").write_bytes(as_bytes(handed_out()))
    assert len(make_demo_class(day, tmp_path / "student.ipynb", tmp_path / "class")) == 14
    assert STUDENTS["edsger"].expect(day).hints == {"welford_update": day.exercises[0].mistakes[0].hint}


def test_what_is_lacking_is_an_error_for_people(tmp_path):
    with pytest.raises(DeepDaysError, match="There is no notebook of day 0 at"):
        make_demo_class(sample_day(), tmp_path / "student.ipynb", tmp_path)
    (tmp_path / "student.ipynb").write_bytes(as_bytes(handed_out()))
    day = replace(sample_day(), exercises=tuple(replace(each, mistakes=()) for each in sample_day().exercises))
    with pytest.raises(DeepDaysError, match="Day 0 names no mistakes"):
        make_demo_class(day, tmp_path / "student.ipynb", tmp_path)


def test_grading_comes_to_what_is_expected_of_everyone(klass):
    day = sample_day()
    settings = Settings(mode="best-effort", workers=2, limits=(("seconds_per_call", 3),))
    results = {each.result.student: each.result for each in grade_submissions(day, collect(klass, day), settings)}
    assert set(results) == set(STUDENTS)
    for name, student in STUDENTS.items():
        expected, result = student.expect(day), results[name]
        assert result.status == expected.status, (name, result)
        assert {exercise.name for exercise in result.exercises} == set(expected.exercises), (name, result)
        for exercise in result.exercises:
            assert exercise.status in expected.exercises[exercise.name], (name, exercise)
            assert exercise.hint == expected.hints.get(exercise.name, exercise.hint), (name, exercise)
