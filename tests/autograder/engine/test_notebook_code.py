"""Which cells grading runs."""

import pytest

from autograder.day import Kind
from autograder.engine.cell_code import facts_of
from autograder.engine.notebook_code import day_cells, needed_cells, schedule
from autograder.engine.trusted import TrustedDay, as_facts
from autograder.submission import SubmittedCell


@pytest.fixture(scope="module")
def day(sample):
    return TrustedDay(sample)


def needed(day, *cells: SubmittedCell) -> list[str]:
    """The sources of the extra and demo cells that are kept."""
    kept = needed_cells(day.day, day.given, cells, lambda source: as_facts(facts_of(source)))
    return [cell.source for cell in kept if cell.kind != "exercise"]


def extra(source: str) -> SubmittedCell:
    return SubmittedCell(Kind.EXTRA, "", source)


def exercise(source: str, name: str = "welford_update") -> SubmittedCell:
    return SubmittedCell(Kind.EXERCISE, name, source)


USES_HELPER = exercise("def welford_update(count, mean, m2, x):\n    return helper(count, mean, m2, x)")


def test_helpers_of_the_learners_own_are_kept(day):
    helper = extra("def helper(*state):\n    return deeper(*state)")
    deeper = extra("from functools import reduce as deeper")
    assert needed(day, deeper, helper, extra("train_for_an_hour()"), USES_HELPER) == [deeper.source, helper.source]


def test_cells_that_change_an_answer_or_a_set_up_name_are_kept(day):
    change = extra("welford_update = cached(welford_update)")
    assert needed(day, USES_HELPER, change) == [change.source]
    assert needed(day, USES_HELPER, extra("np = my_numpy")) == ["np = my_numpy"]


def test_trying_things_out_is_not(day):
    assert needed(day, USES_HELPER, extra("print(welford_update(1, 2, 3, 4))"), extra("result = 5")) == []
    assert needed(day, USES_HELPER, SubmittedCell(Kind.DEMO, "", "total = 0")) == []


def test_the_days_own_cells_are_scheduled_in_its_order(day):
    cells = list(day_cells(day.day))
    kinds = [cell.kind for cell in schedule(day.day, cells)]
    assert kinds[0] == "setup"
    assert [cell for cell in schedule(day.day, cells) if cell.kind in ("exercise", "demo")] == cells


def test_set_up_comes_before_exercises_whatever_the_notebooks_order(day):
    ordered = schedule(day.day, [extra("x = 1"), exercise("second = 1", day.day.exercises[-1].name), USES_HELPER])
    assert [cell.kind for cell in ordered if cell.kind in ("setup", "exercise")][:1] == ["setup"]
    assert [cell.source for cell in ordered if cell.kind in ("extra", "exercise")] == [
        "x = 1", "second = 1", USES_HELPER.source,
    ]  # fmt: skip
