"""What a teacher entered, and what lateness costs, on feedback pages and in the gradebook, graded again and again."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from autograder.classroom.course import course_settings, make_course
from autograder.classroom.grade_class import grade_class
from autograder.errors import DeepDaysError
from autograder.grading.grader import Settings
from autograder.notebooks.plain import as_bytes
from tests.support.sample_notebooks import SLUG, answered, sample_day

WRONG = "def welford_update(count, mean, m2, x):\n    return count, mean, m2"
TEST = "test_welford_update"


@pytest.fixture
def course(tmp_path):
    """A course, and beside it a class: ada is right, grace is wrong in one of two exercises."""
    for student, answers in (("ada", {}), ("grace", {"welford_update": WRONG})):
        path = tmp_path / "class" / student / f"{SLUG}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(as_bytes(answered(**answers)))
    return make_course(tmp_path / "course", [sample_day()])


def grade(course) -> None:
    told = Console(file=io.StringIO())
    grade_class(sample_day(), course.parent / "class", course, None, Settings(), told)


def page(course, student):
    return course / "feedback" / student / SLUG / f"{SLUG}.html"


def gradebook(course) -> Gradebook:
    return Gradebook(course_settings(course)[1], "deepdays")


def penalty(course, student) -> float | None:
    with gradebook(course) as book:
        return book.find_submission_notebook(SLUG, SLUG, student).late_submission_penalty


def test_what_was_entered_by_hand_is_on_the_page_and_stays(course):
    grade(course)
    before = page(course, "ada").stat().st_mtime_ns
    with gradebook(course) as book:
        book.find_grade(TEST, SLUG, SLUG, "grace").manual_score = 1.5
        book.find_grade(TEST, SLUG, SLUG, "grace").extra_credit = 1
        book.find_comment("welford_update", SLUG, SLUG, "grace").manual_comment = "Nearly <b>there</b>."
        book.db.commit()
    for _ in range(2):
        grade(course)
        text = page(course, "grace").read_text()
        assert "<strong>2.5 of 5</strong>" in text
        assert "gave 1.5 of 3 points." in text
        assert "added 1 extra." in text
        assert "says: Nearly &lt;b&gt;there&lt;/b&gt;." in text
    assert page(course, "ada").stat().st_mtime_ns == before, "a page on which nothing is new is not written again"


def settings_say(course, *lines: str) -> None:
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\n".join(["", *lines, ""]))


def hand_in_late(course) -> None:
    grade(course)
    with gradebook(course) as book:
        late = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=400)
        book.update_or_create_assignment(SLUG, duedate=late)


def test_nbgrader_s_own_penalty_is_taken_off(course):
    settings_say(course, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    hand_in_late(course)
    grade(course)
    assert penalty(course, "ada") == 5
    assert "Handed in late: 5 points taken off." in page(course, "ada").read_text()
    assert "<strong>0 of 5</strong>" in page(course, "ada").read_text()


def test_a_plugin_of_one_s_own_in_the_course_s_folder(course):
    (course / "half_off.py").write_text(
        "from nbgrader.plugins import BasePlugin\n\n"
        "class HalfOff(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        assert total_seconds_late > 86400\n"
        "        return score / 2\n"
    )
    settings_say(course, 'c.AssignLatePenalties.plugin_class = "half_off.HalfOff"')
    hand_in_late(course)
    grade(course)
    assert penalty(course, "ada") == 2.5
    assert not penalty(course, "grace"), "who has no points loses none"


def test_nothing_is_taken_off_where_nothing_is_due(course):
    settings_say(course, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    grade(course)
    assert not penalty(course, "ada")
    assert "late" not in page(course, "ada").read_text()


def test_a_plugin_that_can_t_be_loaded_is_told(course):
    settings_say(course, 'c.AssignLatePenalties.plugin_class = "nowhere.Nothing"')
    with pytest.raises(DeepDaysError, match=r"The plugin for late penalties can't be used: .*nowhere"):
        grade(course)
