"""Grading many submissions: every one graded once, whatever the others do."""

import os
import threading

import pytest

from autograder.days.reader import read_day
from autograder.engine.notebook_code import day_cells
from autograder.errors import DeepDaysError
from autograder.grading.grader import LOST, Grader, Settings, grade_submissions, warm_process
from autograder.project import day_path, root
from autograder.result import Outcome, Status
from tests.support.sample_notebooks import answered, sample_day, submission

WRONG = "def welford_update(count, mean, m2, x):\n    return count, mean, m2"
SLOW = "import time\n\ndef welford_update(count, mean, m2, x):\n    time.sleep(4)"


def statuses(result):
    return [exercise.status for exercise in result.exercises]


def test_each_is_graded_once_and_on_its_own():
    klass = [submission(answered(welford_update=WRONG) if n % 3 else answered(), f"student{n}") for n in range(9)]
    klass.append(submission(b"{", "broken"))
    outcomes = list(grade_submissions(sample_day(), klass, Settings(workers=2)))
    assert sorted(graded.submission.student for graded in outcomes) == sorted(each.student for each in klass)
    for graded in outcomes:
        result = graded.result
        assert result.student == graded.submission.student
        if result.student == "broken":
            assert (result.status, result.score, graded.notebook) == (Outcome.UNREADABLE, 0, None)
        else:
            right = int(result.student.removeprefix("student")) % 3 == 0
            assert (result.status, result.score) == (Outcome.GRADED, 5.0 if right else 0.0)


def test_a_day_is_judged_as_it_was_read_whatever_its_file_is_now(edited):
    day = read_day(edited())
    with Grader(day, Settings()) as grader:
        day.path.write_text("saved midway")
        assert statuses(grader.grade(submission(answered())).result) == [Status.PASSED, Status.PASSED]
        day.path.unlink()
        assert statuses(grader.grade(submission(answered(welford_update=WRONG))).result)[0] == Status.FAILED


def test_the_same_bytes_give_the_same_result():
    first, second = (
        graded.result
        for graded in grade_submissions(sample_day(), [submission(answered(welford_update=WRONG))] * 2, Settings())
    )
    assert statuses(first) == statuses(second) == [Status.FAILED, Status.ERROR]
    assert [each.message for each in first.exercises] == [each.message for each in second.exercises]


def test_nothing_handed_in_is_nothing_graded():
    assert list(grade_submissions(sample_day(), [], Settings())) == []


def test_a_wrong_limit_is_said_before_anything_is_graded():
    with pytest.raises(DeepDaysError, match="the command line: the limit 'second' is wrong"):
        grade_submissions(sample_day(), [submission(answered())], Settings(limits=(("second", 3.0),)))


def test_a_mode_that_cannot_be_met_ends_grading_with_the_reason(monkeypatch):
    monkeypatch.setattr(Grader, "grade", lambda *_: (_ for _ in ()).throw(DeepDaysError("no sandbox here")))
    with pytest.raises(DeepDaysError, match="no sandbox here"):
        list(grade_submissions(sample_day(), [submission(answered())] * 3, Settings(workers=2)))


def test_one_exercise_alone_can_be_examined():
    with Grader(sample_day(), Settings()) as grader:
        wrong = day_cells(sample_day(), {"welford_update": WRONG})
        (second,) = grader.examine(wrong, only="running_variance")
        (first,) = grader.examine(wrong, only="welford_update")
    assert (first.name, first.status) == ("welford_update", Status.FAILED)
    assert (second.name, second.status) == ("running_variance", Status.ERROR)


def test_an_examiner_that_goes_away_costs_one_exercise():
    with Grader(sample_day(), Settings()) as grader:
        assert statuses(grader.grade(submission(answered())).result) == [Status.PASSED, Status.PASSED]
        killer = threading.Timer(1.0, grader._examiner.control.close)  # the zygote then kills the examiner
        killer.start()
        lost = grader.examine(day_cells(sample_day(), {"welford_update": SLOW}))
        killer.join()
        assert [verdict.status for verdict in lost] == [Status.CRASHED, Status.ERROR]
        assert lost[0].message == LOST
        assert statuses(grader.grade(submission(answered())).result) == [Status.PASSED, Status.PASSED]


def test_what_crashed_or_took_too_long_is_tried_once_more():
    with Grader(sample_day(), Settings()) as grader:
        assert statuses(grader.grade(submission(answered())).result) == [Status.PASSED, Status.PASSED]
        killer = threading.Timer(1.0, grader._examiner.control.close)
        killer.start()
        again = grader.grade(submission(answered(welford_update=SLOW))).result
        killer.join()
        assert statuses(again)[0] == Status.FAILED, "the verdict of the second try"


def test_as_many_graders_as_this_process_has_cores(monkeypatch):
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system has no affinity")
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3})
    assert Settings().workers == 1


def test_what_is_right_by_itself_earns_its_points_where_it_is_asked_for():
    klass = [submission(answered(welford_update=WRONG))]
    scores = {}
    for follow_through in (False, True):
        (graded,) = grade_submissions(sample_day(), klass, Settings(follow_through=follow_through))
        scores[follow_through] = graded.result.score
        assert [exercise.right_by_itself for exercise in graded.result.exercises] == [False, True]
    assert scores == {False: 0.0, True: 2.0}


@pytest.mark.parametrize(("number", "flavour"), [(2, "numpy"), (11, "sklearn"), (84, "keras")])
def test_the_warm_process_of_a_day_has_imported_what_its_tests_need(number, flavour):
    assert warm_process(read_day(day_path(root(), number)), Settings()).flavour == flavour


def test_exercises_that_rest_on_the_same_lost_one_are_told_apart():
    wrong = {
        "predict": "def predict(x, w, b):\n    return w * x",
        "mse_cost": "def mse_cost(x, y, w, b):\n    return float(np.sum((predict(x, w, b) - y) ** 2))",
    }
    day = read_day(day_path(root(), 2))
    with Grader(day, Settings()) as grader:
        cost, gradient = (each for each in grader.examine(day_cells(day, wrong)) if each.name.startswith("mse"))
        (alone,) = grader.examine(day_cells(day, {"mse_cost": wrong["mse_cost"]}), only="mse_cost")
    mend = "It uses `predict`, which is not right yet: mend that first."
    assert (gradient.status, gradient.right_by_itself) == (Status.FAILED, True)
    assert gradient.hint == f"{mend} This answer itself is right."
    assert (cost.status, cost.right_by_itself) == (Status.FAILED, False)
    assert cost.hint == alone.hint and alone.hint and mend not in alone.hint
