"""Results in a real nbgrader gradebook."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import event, func, select

from autograder.classroom.course import course_settings, make_course
from autograder.classroom.gradebook import CourseGradebook
from autograder.errors import DeepDaysError
from autograder.result import Outcome, Result, Status
from tests.support.sample_notebooks import SLUG, WRONG, answered, graded, sample_day, submission

TESTS = ("test_welford_update", "test_running_variance")


@pytest.fixture(scope="module")
def fresh_course(tmp_path_factory):
    return make_course(tmp_path_factory.mktemp("fresh"), [sample_day()])


@pytest.fixture
def course(fresh_course, tmp_path):
    return shutil.copytree(fresh_course, tmp_path / "course")


def record(course, *results, student="ada", **rest):
    with CourseGradebook(course) as gradebook:
        for result in results:
            gradebook.record(sample_day(), submission(answered(), student, **rest), result)


def nbgraders(course) -> Gradebook:
    _, db_url = course_settings(course)
    return Gradebook(db_url, "deepdays")


def scores(course, student="ada") -> dict[str, tuple]:
    with nbgraders(course) as gradebook:
        found = {}
        for test in TESTS:
            grade = gradebook.find_grade(test, SLUG, SLUG, student)
            found[test] = (grade.auto_score, grade.manual_score, grade.score, grade.needs_manual_grade)
        return found


def counts(course) -> dict[str, int]:
    from nbgrader import api

    tables = (api.Student, api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment)
    with nbgraders(course) as gradebook:
        return {table.__name__: gradebook.db.scalar(select(func.count()).select_from(table)) for table in tables}


def test_a_result_is_there_for_nbgrader_to_see(course):
    local = timezone(timedelta(hours=2))
    record(course, graded(**WRONG), submitted_at=datetime(2026, 3, 1, 12, 0, tzinfo=local))
    assert scores(course) == {TESTS[0]: (0.0, None, 0.0, False), TESTS[1]: (2.0, None, 2.0, False)}
    with nbgraders(course) as gradebook:
        found = gradebook.find_submission(SLUG, "ada")
        assert (found.score, found.max_score, found.needs_manual_grade) == (2.0, 5.0, False)
        assert found.timestamp == datetime(2026, 3, 1, 10, 0)
        assert [notebook.name for notebook in found.notebooks] == [SLUG]
        assert {grade.extra_credit for grade in found.notebooks[0].grades} == {None}
        assert gradebook.find_student("ada").score == 2.0


def test_recording_again_replaces_and_doubles_nothing(course):
    record(course, graded(**WRONG), graded(**WRONG))
    before = counts(course)
    assert before == {"Student": 1, "SubmittedAssignment": 1, "SubmittedNotebook": 1, "Grade": 2, "Comment": 2}
    record(course, graded())
    assert counts(course) == before
    assert scores(course)[TESTS[0]] == (3.0, None, 3.0, False)


def test_a_known_submission_time_is_kept_when_none_is_known(course):
    record(course, graded(), submitted_at=datetime(2026, 3, 1, tzinfo=UTC))
    record(course, graded())
    with nbgraders(course) as gradebook:
        assert gradebook.find_submission(SLUG, "ada").timestamp == datetime(2026, 3, 1)


def test_what_a_teacher_entered_survives(course):
    record(course, graded(**WRONG))
    with nbgraders(course) as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada", last_name="Lovelace")
        gradebook.find_grade(TESTS[0], SLUG, SLUG, "ada").manual_score = 2.5
        gradebook.find_grade(TESTS[1], SLUG, SLUG, "ada").extra_credit = 1.0
        gradebook.find_comment("welford_update", SLUG, SLUG, "ada").manual_comment = "Nearly."
        gradebook.db.commit()
    record(course, graded(**WRONG))
    assert scores(course) == {TESTS[0]: (0.0, 2.5, 2.5, False), TESTS[1]: (2.0, None, 3.0, False)}
    record(course, graded())
    assert scores(course) == {TESTS[0]: (3.0, 2.5, 2.5, True), TESTS[1]: (2.0, None, 3.0, False)}
    with nbgraders(course) as gradebook:
        assert gradebook.find_comment("welford_update", SLUG, SLUG, "ada").comment == "Nearly."
        assert gradebook.find_student("ada").last_name == "Lovelace"


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_a_submission_that_nbgrader_made_is_filled_in(course):
    with nbgraders(course) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(SLUG, "ada")
    before = counts(course)
    record(course, graded())
    assert counts(course) == before
    assert scores(course)[TESTS[1]] == (2.0, None, 2.0, False)


def test_an_unreadable_submission_has_a_student_and_no_points(course):
    record(course, Result(0, "john", 5.0, Outcome.UNREADABLE, (), "The file is empty."), student="john")
    assert scores(course, "john") == dict.fromkeys(TESTS, (0.0, None, 0.0, False))


def test_no_answer_is_commented_as_nbgrader_does(course):
    record(course, graded(welford_update=(Status.UNANSWERED, "", None)))
    with nbgraders(course) as gradebook:
        assert gradebook.find_comment("welford_update", SLUG, SLUG, "ada").comment == "No response."
        assert gradebook.find_comment("running_variance", SLUG, SLUG, "ada").comment is None


def test_a_submission_is_one_transaction_and_an_error_leaves_nothing(course):
    record(course, graded(), student="grace")
    before = counts(course)
    with CourseGradebook(course) as gradebook:
        engine = gradebook._gradebook.engine
        commits, refuse = [], []

        @event.listens_for(engine, "commit")
        def count(connection):
            commits.append(connection)

        @event.listens_for(engine, "before_cursor_execute")
        def fail(connection, cursor, statement, *_):
            if refuse and statement.startswith("INSERT INTO grade"):
                raise RuntimeError("the disk is full")

        gradebook.record(sample_day(), submission(answered(), "ada"), graded())
        assert len(commits) == 1
        refuse.append(True)
        with pytest.raises(RuntimeError, match="the disk is full"):
            gradebook.record(sample_day(), submission(answered(), "linus"), graded())
        refuse.clear()
        gradebook.record(sample_day(), submission(answered(), "ken"), graded())
    with nbgraders(course) as gradebook:
        assert {student.id for student in gradebook.students} == {"ada", "grace", "ken"}
    assert counts(course)["Grade"] == 3 * before["Grade"]


def test_any_database_url_will_do(tmp_path):
    course = make_course(tmp_path / "course", [sample_day()], f"sqlite:///{tmp_path}/grades.sqlite")
    record(course, graded())
    assert scores(course)[TESTS[0]][0] == 3.0
    assert not (course / "gradebook.db").exists()


def test_a_course_without_the_day_or_of_another_form_of_it_is_an_error_for_people(course, edited, tmp_path):
    from autograder.days.reader import read_day

    heavier = read_day(edited(("points=3", "points=4")))
    with CourseGradebook(course) as gradebook, pytest.raises(DeepDaysError, match="other tests or points"):
        gradebook.record(heavier, submission(answered()), graded())
    other = make_course(tmp_path / "other", [replace(sample_day(), slug="day_001_other")])
    with CourseGradebook(other) as gradebook, pytest.raises(DeepDaysError, match="Day 0 is not in the course"):
        gradebook.record(sample_day(), submission(answered()), graded())
    with pytest.raises(DeepDaysError, match="is empty"):
        CourseGradebook(make_course(tmp_path / "empty", []))
    with pytest.raises(DeepDaysError, match="is not a course"):
        CourseGradebook(tmp_path)


def test_a_gradebook_that_can_t_be_used_is_an_error_for_people(course):
    (course / "gradebook.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(DeepDaysError, match="The gradebook can't be used: file is not a database"):
        CourseGradebook(course)


@pytest.mark.parametrize("name", ["a?b", "a#b", "100%20", "two words", "ümlaut"])
def test_a_course_may_lie_in_a_folder_of_any_name(tmp_path, name):
    course = make_course(tmp_path / name, [sample_day()])
    record(course, graded())
    assert (course / "gradebook.db").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]
    assert scores(course)[TESTS[0]][0] == 3
    make_course(tmp_path / name, [sample_day()])
