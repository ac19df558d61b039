"""The class table, on a terminal and in a file."""

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from autograder.classroom.table import grade_table
from autograder.result import Outcome, Result, Status
from tests.support.sample_notebooks import WRONG, graded, sample_day


def printed(*results: Result, width: int = 100, day=None) -> str:
    file = io.StringIO()
    Console(file=file, width=width).print(grade_table(results, day or sample_day()))
    return file.getvalue()


def test_a_row_a_student_with_signs_points_and_the_first_thing_wrong():
    text = printed(graded(), graded("grace", **WRONG))
    ada, grace = [line.strip() for line in text.splitlines() if line.strip().startswith(("ada", "grace"))]
    assert ada.split() == ["ada", "✓", "3", "✓", "2", "5/5"]
    assert grace.split()[:6] == ["grace", "✗", "0", "✓", "2", "2/5"]
    assert "welford_update: Count x first." in grace


def test_exercises_and_signs_are_explained():
    text = printed(
        graded("a", welford_update=(Status.TIMEOUT, "", None)), Result(0, "b", 5.0, Outcome.UNREADABLE, (), "Empty.")
    )
    assert "1 welford_update (3)   2 running_variance (2)" in text
    assert "✓ passed   ∞ took too long   · not graded" in text
    assert "✗" not in text


@pytest.mark.parametrize("width", [80, 100, 200])
def test_it_keeps_to_the_width_and_to_one_line_a_student(width):
    names = [f"an_exercise_with_a_long_name_{number}" for number in range(6)]
    day = replace(sample_day(), exercises=tuple(replace(sample_day().exercises[0], name=name) for name in names))
    passed = tuple(replace(graded().exercises[0], name=name) for name in names)
    long = Result(0, "x" * 60, 18.0, exercises=passed)
    failed = replace(passed[0], status=Status.ERROR, message="why\n" * 100)
    lost = replace(long, exercises=(failed, *passed[1:]))
    text = printed(lost, long, width=width, day=day)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert sum("✓ 3" in line for line in text.splitlines()) == 2


def test_a_submission_cannot_write_markup_or_terminal_escapes():
    message = "[bold red]no[/] [link=http://x]y[/link] \x1b[2J\x1b]8;;http://x\x07 \u202egnp\nnext [/]"
    text = printed(Result(0, "[red]ada[/]", 5.0, Outcome.UNREADABLE, (), message), width=160)
    assert "[red]ada[/]" in text
    assert "[bold red]no[/] [link=http://x]y[/link] \\u202egnp next [/]" in text
    assert "\x1b" not in text


def test_a_file_gets_no_colours():
    assert "\x1b" not in printed(graded("ada", **WRONG))
