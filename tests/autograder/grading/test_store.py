"""Stored results: kept by what they follow from, and never trusted when damaged."""

import sqlite3
from dataclasses import replace

import pytest

from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.grading import store as result_store
from autograder.grading.grader import LOST, Settings
from autograder.grading.store import NAME, ResultStore
from autograder.result import Outcome, Result, Status
from tests.support.sample_notebooks import WRONG, answered, graded, sample_day, submission

SETTINGS = Settings()


@pytest.fixture
def warnings():
    return []


@pytest.fixture
def opened(tmp_path, warnings):
    """Open the store of a course in the test's folder."""

    def open_store(day=None, settings=SETTINGS):
        return ResultStore(tmp_path / "course", day or sample_day(), settings, warnings.append)

    return open_store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "course" / NAME


def filled(opened, count: int = 1) -> None:
    with opened() as store:
        for number in range(count):
            store.put(submission(answered(welford_update=f"# {number}")), graded(**WRONG))


def kept(store):
    return store.get(submission(answered(welford_update="# 0")))


def test_a_result_comes_back_to_whoever_hands_in_the_same(opened):
    filled(opened)
    with opened() as store:
        assert kept(store) == graded(**WRONG)
        same = submission(answered(welford_update="# 0"), "grace")
        assert store.get(same) == replace(graded(**WRONG), student="grace")
        assert store.get(submission(answered())) is None


@pytest.mark.parametrize(
    "settings",
    [
        replace(SETTINGS, limits=(("seconds", 30.0),)),
        replace(SETTINGS, mode="best-effort"),
        replace(SETTINGS, backend="jax"),
    ],
)
def test_other_settings_ask_for_grading(opened, settings):
    filled(opened)
    with opened(settings=settings) as store:
        assert kept(store) is None


def test_the_number_of_workers_and_the_order_of_limits_do_not_count(opened):
    first = replace(SETTINGS, limits=(("seconds", 30.0), ("memory_mb", 512.0)), workers=1)
    with opened(settings=first) as store:
        store.put(submission(answered()), graded())
    with opened(settings=replace(first, limits=first.limits[::-1], workers=2)) as store:
        assert store.get(submission(answered())) == graded()


def test_another_text_of_the_day_asks_for_grading(opened, edited):
    filled(opened)
    with opened(day=read_day(edited(("# Update the deviations", "# Do update the deviations")))) as store:
        assert kept(store) is None


def test_other_code_asks_for_grading(opened, monkeypatch):
    filled(opened)
    monkeypatch.setattr(result_store, "code_version", lambda: "newer")
    with opened() as store:
        assert kept(store) is None


def test_an_unreadable_submission_is_kept_as_well(opened):
    unreadable = Result(0, "ada", 5.0, Outcome.UNREADABLE, (), "The file is empty.")
    with opened() as store:
        store.put(submission(b""), unreadable)
        assert store.get(submission(b"")) == unreadable


def test_what_may_come_out_otherwise_is_not_kept(opened):
    with opened() as store:
        store.put(submission(answered()), graded(welford_update=(Status.CRASHED, LOST, None)))
        assert store.get(submission(answered())) is None
        too_large = submission(b"", problem="The file is too large.")
        store.put(too_large, Result(0, "ada", 5.0, Outcome.UNREADABLE, (), "The file is too large."))
        assert store.get(too_large) is None
        assert store.get(submission(b"")) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"this is not a database, but it is long enough to be taken for one " * 100,
        lambda content: content[: len(content) // 2],
        lambda content: content[:100] + bytes(4000) + content[4100:],
    ],
    ids=["foreign", "cut off", "zeros"],
)
def test_a_damaged_file_is_put_aside_with_a_warning(opened, path, warnings, damage):
    filled(opened, 40)
    content = damage(path.read_bytes())
    path.write_bytes(content)
    with opened() as store:
        assert kept(store) is None
        store.put(submission(answered(welford_update="# 0")), graded(**WRONG))
    (warning,) = warnings
    assert f"{NAME} is damaged" in warning and "graded anew" in warning
    assert path.with_name(f"{NAME}.damaged").read_bytes() == content
    with opened() as store:
        assert kept(store) == graded(**WRONG)
    assert len(warnings) == 1


def test_a_changed_row_is_not_believed(opened, path, warnings):
    filled(opened)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE results SET result = replace(result, '0.0', '3.0')")
    database.close()
    with opened() as store:
        assert kept(store) is None
        assert "damaged; ada is graded anew" in warnings[0]
        store.put(submission(answered(welford_update="# 0")), graded(**WRONG))
        assert kept(store) == graded(**WRONG)


def test_a_row_is_not_believed_under_another_key(opened, path):
    filled(opened)
    with opened() as store:
        store.put(submission(answered()), graded())
    with sqlite3.connect(path) as database:
        database.execute("UPDATE results SET (result, digest) = (SELECT result, digest FROM results LIMIT 1)")
    database.close()
    with opened() as store:
        found = [kept(store), store.get(submission(answered()))]
    assert found.count(None) == 1


def test_a_file_that_cannot_be_opened_is_said_and_left_alone(opened, path):
    path.mkdir(parents=True)
    with pytest.raises(DeepDaysError, match=r"results\.db can't be used: .* Check the folder's rights"):
        opened()
