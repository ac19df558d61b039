"""A class's figures, against counts made by hand, as data, as a page, as files for an LMS."""

import csv
import io
import json
import re
import zipfile

import pytest
from rich.console import Console

from autograder.classroom.exporting import csv_for, feedback_zip
from autograder.classroom.grade_class import grade_class
from autograder.classroom.kept import Kept, graded_days, keep, kept_results
from autograder.classroom.statistics import commonest, day_statistics, term_statistics
from autograder.classroom.statistics_page import day_page, term_page
from autograder.commands.reporting import print_day_statistics, print_term_statistics
from autograder.errors import DeepDaysError
from autograder.grading.grader import Settings
from autograder.notebooks.plain import as_bytes
from autograder.result import ExerciseResult, Outcome, Result, Status
from tests.support.sample_notebooks import SLUG, answered, sample_day

FIRST, SECOND = "welford_update", "running_variance"
DEVIATION, COUNT = "m2 needs one deviation from the old mean.", "The count is not raised."


def student(name, first, second, score=None, submitted_at=None) -> Kept:
    """One student of the sample day; each exercise as (status, hint, right by itself)."""
    exercises = tuple(
        ExerciseResult(each, most if given[0] == Status.PASSED else 0.0, most, given[0], "", given[1], 0.0, given[2])
        for each, most, given in ((FIRST, 3.0, first), (SECOND, 2.0, second))
    )
    result = Result(0, name, 5.0, exercises=exercises)
    return Kept(result, result.score if score is None else score, submitted_at)


RIGHT, NONE = (Status.PASSED, None, False), (Status.UNANSWERED, None, False)
CLASS = [
    student("ada", RIGHT, RIGHT, submitted_at="2026-09-01T10:00:00+00:00"),
    student("alan", (Status.FAILED, DEVIATION, False), (Status.FAILED, COUNT, True)),
    student("barbara", (Status.FAILED, DEVIATION, False), RIGHT, submitted_at="2026-09-03T08:30:00+00:00"),
    student("donald", (Status.ERROR, None, False), NONE, score=1.5),
    student("edsger", (Status.FAILED, COUNT, False), NONE),
    student("<grace>", RIGHT, NONE),
    Kept(Result(0, "linus", 5.0, Outcome.UNREADABLE, message="The file is empty."), 0.0, None),
]


def test_the_figures_are_those_counted_by_hand():
    day = day_statistics(CLASS)
    assert (day.handed_in, day.graded, day.max_score) == (7, 6, 5.0)
    assert day.mean_score == pytest.approx((5 + 0 + 2 + 1.5 + 0 + 3) / 6)
    assert day.median_score == 1.75
    assert day.histogram == (2, 0, 0, 1, 1, 0, 1, 0, 0, 1)
    assert (day.first, day.last) == ("2026-09-01T10:00:00+00:00", "2026-09-03T08:30:00+00:00")
    assert day.need_help == ("alan", "edsger", "donald", "barbara")
    assert day.not_graded == {"linus": "The file is empty."}
    first, second = day.exercises
    assert (first.passed, first.tried, first.unanswered, first.inherited) == (2, 6, 0, 0)
    assert (second.passed, second.tried, second.unanswered, second.inherited) == (2, 3, 3, 1)
    assert first.mean_points == pytest.approx(1.0)
    assert first.stopped_here == ("donald", "edsger", "<grace>")
    assert first.unnamed == ("donald",)
    assert second.mistakes == (), "what only follows from an earlier exercise is nobody's mistake"
    assert [(name, each.hint, each.students) for name, each in commonest(day)] == [
        (FIRST, DEVIATION, ("alan", "barbara")),
        (FIRST, COUNT, ("edsger",)),
    ]


def test_a_class_in_which_nobody_could_be_graded():
    day = day_statistics(CLASS[-1:])
    assert (day.handed_in, day.graded, day.exercises, day.mean_score) == (1, 0, (), 0.0)
    assert "Not graded" in day_page(day, "Running statistics")


def test_a_term_has_everybody_on_every_day():
    term = term_statistics([CLASS, CLASS[:2]])
    assert term.students["ada"] == (5.0, 5.0)
    assert term.students["<grace>"] == (3.0, None)
    assert term.students["linus"] == (None, None)
    assert (term.total("<grace>"), term.max_score) == (3.0, 10.0)


def test_pages_say_it_run_nothing_and_ask_nobody():
    page = day_page(day_statistics(CLASS), "Running statistics")
    assert "<h1>Day 0 · Running statistics</h1>" in page
    assert "alan, barbara" in page
    term = term_page(term_statistics([CLASS, CLASS]))
    assert "&lt;grace&gt;" in term and "<grace>" not in term
    assert 'aria-label="How many students have which share of the points: 0 to 10 per cent, 2; ' in page
    assert not re.search(r"<script|https?:|src=|@import|url\(", page + term)


def test_the_terminal_says_it_too():
    text = io.StringIO()
    console = Console(file=text, width=100)
    print_day_statistics(day_statistics(CLASS), "Running statistics", console)
    print_term_statistics(term_statistics([CLASS, CLASS]), console)
    assert f"2 × {FIRST}: {DEVIATION}" in text.getvalue()
    assert "Below half of the points: alan, edsger, donald, barbara" in text.getvalue()


def test_results_are_kept_and_read_again(tmp_path):
    keep(tmp_path, SLUG, CLASS)
    assert kept_results(tmp_path, SLUG) == CLASS
    assert graded_days(tmp_path) == [SLUG]
    (tmp_path / "results" / f"{SLUG}.json").write_text("[{}]")
    with pytest.raises(DeepDaysError, match="is damaged"):
        kept_results(tmp_path, SLUG)
    with pytest.raises(DeepDaysError, match="has not been graded"):
        kept_results(tmp_path / "elsewhere", SLUG)


def rows(target, kept) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_for(target, sample_day(), kept).decode("utf-8-sig"))))


def test_canvas_reads_points_by_the_number_in_its_own_names():
    heading, possible, ada, grace = rows("canvas", [student("jane_123", RIGHT, NONE), student("grace", RIGHT, RIGHT)])
    assert heading == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", SLUG]
    assert (possible[0].strip(), possible[-1]) == ("Points Possible", "5")
    assert ada == ["jane", "123", "", "", "", "3"]
    assert grace == ["grace", "", "", "grace", "", "5"]


def test_plain_and_moodle_s_tables():
    assert rows("moodle", CLASS[:2]) == [["Full name", SLUG], ["ada", "5"], ["alan", "0"]]
    heading, ada, *_ = rows("csv", CLASS)
    assert heading == ["student", "status", FIRST, SECOND, "score", "max_score", "submitted_at"]
    assert ada == ["ada", "graded", "3", "2", "5", "5", "2026-09-01T10:00:00+00:00"]
    with pytest.raises(DeepDaysError, match=r"--for takes canvas, moodle, csv\. Received: excel"):
        csv_for("excel", sample_day(), CLASS)


@pytest.mark.parametrize("name", ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1"])
@pytest.mark.parametrize("target", ["canvas", "moodle", "csv"])
def test_no_name_is_a_formula(name, target):
    kept = [student(name, RIGHT, NONE, score=-0.5)]
    cells = rows(target, kept)[-1]
    assert any(cell == f"'{name}" for cell in cells)
    assert "-0.5" in cells


def test_the_pages_are_packed_a_folder_a_student_the_same_each_time(tmp_path):
    page = tmp_path / "feedback" / "ada" / SLUG / f"{SLUG}.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>well done</p>")
    assert feedback_zip(tmp_path, sample_day(), CLASS, tmp_path / "a.zip") == 1
    assert feedback_zip(tmp_path, sample_day(), CLASS, tmp_path / "b.zip") == 1
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == [f"ada/{SLUG}.html"]


@pytest.mark.parametrize(
    ("handed_in", "given_back"),
    [
        (f"doejane_LATE_12_67_{SLUG}-1.ipynb", f"doejane_LATE_12_67_{SLUG}.html"),
        (f"Jane Doe_47_assignsubmission_file/{SLUG}.ipynb", f"Jane Doe_47_assignsubmission_file_/{SLUG}.html"),
        (f"Jane Doe_47_assignsubmission_file_{SLUG}.ipynb", f"Jane Doe_47_assignsubmission_file_{SLUG}.html"),
        (f"Day_jane_attempt_2026-09-01-10-11-12_{SLUG}.ipynb", f"jane/{SLUG}.html"),
        (f"jane/{SLUG}.ipynb", f"jane/{SLUG}.html"),
    ],
)
def test_a_page_is_called_as_the_lms_wants_it(tmp_path, handed_in, given_back):
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        archive.writestr(handed_in, as_bytes(answered()))
        archive.writestr(handed_in.replace("oe", "e").replace("jane", "june"), as_bytes(answered()))
    grade_class(
        sample_day(), tmp_path / "download.zip", tmp_path / "course", None, Settings(), Console(file=io.StringIO())
    )
    kept = kept_results(tmp_path / "course", SLUG)
    assert feedback_zip(tmp_path / "course", sample_day(), kept, tmp_path / "pages.zip") == 2
    with zipfile.ZipFile(tmp_path / "pages.zip") as archive:
        assert given_back in archive.namelist()


def test_the_json_is_plain_data():
    assert json.loads(json.dumps(day_statistics(CLASS).as_json()))["exercises"][0]["mistakes"][0] == {
        "hint": DEVIATION,
        "students": ["alan", "barbara"],
    }
