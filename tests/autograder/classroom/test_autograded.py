"""Autograded notebooks, as nbgrader's own tools take them."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import nbformat
import pytest
from nbgrader.utils import compute_checksum, determine_grade, is_grade

from autograder.classroom.autograded import MAX_IMAGE, MAX_OUTPUT, autograded_notebook, write_autograded
from autograder.classroom.collecting import collect
from autograder.classroom.course import make_course
from autograder.classroom.gradebook import CourseGradebook
from autograder.errors import DeepDaysError
from autograder.notebooks.plain import as_bytes
from autograder.result import Outcome, Result, Status
from tests.support.sample_notebooks import (
    SLUG,
    WRONG,
    answered,
    cell,
    graded,
    handed_back,
    handed_out,
    sample_day,
    submission,
)

NAME = f"{SLUG}/{SLUG}.ipynb"
LIVE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
HIDDEN = "the variance of the whole stream"


def autograded(notebook, result=None) -> dict:
    made = autograded_notebook(handed_out(), sample_day(), handed_back(submission(notebook), result))
    as_node = nbformat.from_dict(json.loads(json.dumps(made)))
    nbformat.validate(as_node)
    return as_node


def ids(notebook) -> list[str]:
    return [each["id"] for each in notebook["cells"]]


@pytest.fixture
def course(tmp_path):
    return make_course(tmp_path / "course", [sample_day()])


def test_the_learner_s_answers_stand_among_the_day_s_cells():
    made = autograded(answered())
    assert ids(made) == ids(handed_out())
    assert made.metadata == handed_out()["metadata"]
    for exercise in sample_day().exercises:
        assert cell(made, exercise.name).source == exercise.answer


def test_nbgrader_reads_the_same_scores_from_it_and_finds_its_checksums_right():
    made = autograded(answered(), graded(**WRONG))
    scores = {each.id: determine_grade(each) for each in made.cells if is_grade(each)}
    assert scores == {"test_welford_update": (0, 3.0), "test_running_variance": (2.0, 2.0)}
    for each in made.cells:
        if each.metadata.get("nbgrader", {}).get("locked"):
            assert each.metadata.nbgrader.checksum == compute_checksum(each)


def test_a_test_tells_its_verdict_in_plain_text():
    message = f"gave \x1b[31m{LIVE}\x1b[0m\u202e; 5 was due"
    made = autograded(answered(), graded(welford_update=(Status.FAILED, message, "Count x first.")))
    (output,) = cell(made, "test_welford_update").outputs
    assert output.output_type == "error"
    assert output.traceback == [
        "wrong result: 0 of 3 points",
        f"gave {LIVE}\\u202e; 5 was due",
        "",
        "Hint: Count x first.",
    ]
    (output,) = cell(made, "test_running_variance").outputs
    assert (output.name, output.text) == ("stdout", "passed: 2 of 2 points\n")


def test_locked_cells_are_the_day_s_own_and_show_no_hidden_test():
    notebook = answered()
    for locked in ("setup-1", "fixture-1", "test_welford_update"):
        cell(notebook, locked)["source"] = "assert True"
    cell(notebook, "test_welford_update")["metadata"]["nbgrader"]["points"] = 100
    notebook["metadata"] = {"kernelspec": {"name": "evil", "display_name": "evil"}}
    made = autograded(notebook)
    for locked in ("setup-1", "fixture-1", "test_welford_update"):
        assert cell(made, locked).source == cell(handed_out(), locked)["source"]
        assert cell(made, locked).metadata == cell(handed_out(), locked)["metadata"]
    assert made.metadata == handed_out()["metadata"]
    assert HIDDEN not in json.dumps(made)


def test_deleted_locked_cells_are_put_back_where_they_were():
    notebook = answered()
    for locked in ("setup-1", "fixture-1", "test_welford_update", "test_running_variance"):
        notebook["cells"].remove(cell(notebook, locked))
    made = autograded(notebook)
    assert ids(made) == ids(handed_out())
    assert cell(made, "test_welford_update").outputs
    assert ids(autograded({"nbformat": 4, "metadata": {"deepdays": {"day": 0}}, "cells": []})) == [
        "setup-1",
        "fixture-1",
        "test_welford_update",
        "test_running_variance",
    ]


def test_of_copied_cells_the_last_is_the_day_s_as_in_nbgrader():
    notebook = answered()
    for name in ("welford_update", "test_welford_update"):
        notebook["cells"].append(cell(notebook, name) | {"id": f"{name}-copy", "source": "copied = 1"})
    made = autograded(notebook)
    grade_ids = [each.metadata.nbgrader.grade_id for each in made.cells if "nbgrader" in each.metadata]
    assert len(grade_ids) == len(set(grade_ids)) == 6
    assert cell(made, "welford_update").source == "copied = 1"
    assert len(set(ids(made))) == len(made.cells)


def test_an_exercise_known_only_by_its_names_gets_its_metadata_back():
    notebook = answered()
    for each in notebook["cells"]:
        each["metadata"], each["id"] = {}, "x"
    made = autograded(notebook)
    assert cell(made, "welford_update").metadata.nbgrader.grade_id == "welford_update"
    assert ids(made) == ids(handed_out())


def test_big_and_live_outputs_are_left_behind():
    png = "iVBORw0KGgo="
    notebook = answered()
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000},
        {"output_type": "stream", "name": "evil", "text": ["a\n", 5, "b"]},
        {"output_type": "display_data", "data": {"text/html": LIVE, "application/javascript": "alert(1)"}},
        {"output_type": "display_data", "data": {"text/html": LIVE, "text/plain": "plain", "image/png": png}},
        {"output_type": "display_data", "data": {"image/png": f'x"><script>{png}'}},
        {"output_type": "execute_result", "data": {"image/png": "A" * (MAX_IMAGE + 1)}},
        {"output_type": "error", "ename": LIVE, "evalue": LIVE, "traceback": ["Traceback", LIVE]},
        {"output_type": "execute_result", "data": [1]},
        None,
        "text",
    ]
    cell(notebook, "welford_update")["outputs"] = outputs
    cell(notebook, "demo-1")["outputs"] = {"not": "a list"}
    made = autograded(notebook)
    kept = cell(made, "welford_update").outputs
    assert [each.output_type for each in kept] == ["stream", "stream", "display_data", "error"]
    assert len(kept[0].text) < MAX_OUTPUT + 100 and kept[0].text.endswith("there is more)")
    assert (kept[1].name, kept[1].text) == ("stdout", "a\nb")
    assert kept[2].data == {"text/plain": "plain", "image/png": png}
    assert kept[3].traceback == ["Traceback", LIVE] and kept[3].ename == ""
    assert cell(made, "demo-1").outputs == []


def test_a_learner_s_own_text_is_shown_as_typed_and_code_keeps_running_as_code():
    notebook = answered()
    notebook["cells"] += [
        {"cell_type": "markdown", "metadata": {}, "source": f"# My notes\r\n{LIVE}\n[x](javascript:alert(1))"},
        {"cell_type": "raw", "metadata": {}, "source": LIVE},
        {"cell_type": "code", "metadata": {"tags": [LIVE]}, "source": "mine = 1", "attachments": LIVE},
    ]
    cell(notebook, "markdown-2")["source"] += LIVE
    made = autograded(notebook)
    notes, raw, code = made.cells[-3:]
    assert notes.source == f"    # My notes\n    {LIVE}\n    [x](javascript:alert(1))"
    assert (raw.cell_type, raw.source) == ("markdown", f"    {LIVE}")
    assert (code.cell_type, code.source, code.metadata) == ("code", "mine = 1", {})
    assert cell(made, "markdown-2").source.startswith("    ## Why")


@pytest.mark.parametrize(
    ("content", "result"),
    [
        (b"{", Result(0, "ada", 5.0, Outcome.UNREADABLE, (), f"It is {LIVE}.")),
        (as_bytes(answered()), Result(0, "ada", 5.0, Outcome.WRONG_DAY, (), f"It is {LIVE}.")),
    ],
)
def test_what_was_not_graded_is_the_notebook_as_handed_out_that_says_why(content, result):
    made = autograded(content, result)
    assert [each.source for each in made.cells] == [each["source"] for each in handed_out()["cells"]]
    (output,) = cell(made, "test_welford_update").outputs
    assert output.traceback[0].startswith("not graded: ") and output.traceback[1] == f"It is {LIVE}."


def test_the_files_are_where_nbgrader_looks_for_them(course):
    content = as_bytes(answered())
    submitted_at = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    path = write_autograded(course, sample_day(), handed_back(submission(content, submitted_at=submitted_at)))
    assert path == course / "autograded" / "ada" / NAME
    assert (course / "submitted" / "ada" / NAME).read_bytes() == content
    stamp = (course / "submitted" / "ada" / SLUG / "timestamp.txt").read_text()
    assert stamp == "2026-03-01 10:00:00.000000 UTC\n"
    before = path.read_bytes()
    path.chmod(0o444)
    write_autograded(course, sample_day(), handed_back(submission(content)))
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_what_was_handed_in_is_never_overwritten_nor_an_absent_file_made_up(course):
    handed_in = course / "submitted" / "ada" / NAME
    handed_in.parent.mkdir(parents=True)
    handed_in.write_bytes(b"original")
    write_autograded(course, sample_day(), handed_back(submission(answered())))
    assert handed_in.read_bytes() == b"original"
    unread = Result(0, "ken", 5.0, Outcome.UNREADABLE, (), "No notebook was handed in.")
    nothing = submission(b"", "ken", problem="No notebook was handed in.")
    write_autograded(course, sample_day(), handed_back(nothing, unread))
    assert not (course / "submitted" / "ken").exists()


def test_a_course_graded_twice_gains_no_students(course):
    for name in ("ada", "o'brien", "<b>"):
        path = course / "submitted" / name / NAME
        path.parent.mkdir(parents=True)
        path.write_bytes(as_bytes(answered()))
    for _ in range(2):
        found = collect(course, sample_day())
        assert len(found) == 3
        for each in found:
            write_autograded(course, sample_day(), handed_back(each, graded(each.student)))
    assert {each.name for each in (course / "autograded").iterdir()} == {each.student for each in found}


def test_a_course_without_the_day_is_an_error_for_people(tmp_path):
    with pytest.raises(DeepDaysError, match="Day 0 is not in the course"):
        write_autograded(tmp_path, sample_day(), handed_back(submission(answered())))


def test_lone_surrogates_do_not_stop_the_writing(course):
    content = as_bytes(answered()).replace(b"count += 1", b"count += '\\ud800'")
    path = write_autograded(course, sample_day(), handed_back(submission(content)))
    json.loads(path.read_bytes())


def test_nbgrader_makes_its_own_feedback_from_it(course):
    notebook = answered()
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": LIVE})
    crashed = graded("ada", welford_update=(Status.CRASHED, LIVE, LIVE))
    with CourseGradebook(course) as gradebook:
        for student, result in (("ada", crashed), ("john", Result(0, "john", 5.0, Outcome.UNREADABLE, (), LIVE))):
            handed_in = submission(notebook if student == "ada" else b"{", student)
            gradebook.record(sample_day(), handed_in, result)
            write_autograded(course, sample_day(), handed_back(handed_in, result))
    nbgrader = shutil.which("nbgrader", path=str(sys.prefix) + "/bin")
    subprocess.run([nbgrader, "generate_feedback", SLUG], cwd=course, check=True, capture_output=True, timeout=120)
    pages = {name: (course / "feedback" / name / SLUG / f"{SLUG}.html").read_text() for name in ("ada", "john")}
    assert "(Score: 2.0 / 5.0)" in pages["ada"] and "(Score: 0.0 / 5.0)" in pages["john"]
    for page in pages.values():
        assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page and "<img src=x" not in page
        assert HIDDEN not in page
