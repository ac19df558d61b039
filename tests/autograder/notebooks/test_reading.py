"""Submissions read: what is recognised, what is dropped, and what can't be read at all."""

import json
import random

import pytest

from autograder.day import Kind
from autograder.notebooks.plain import as_bytes
from autograder.notebooks.reading import MAX_BRACKETS, MAX_CELLS, Ungradable, day_number, read_submission
from autograder.result import Outcome
from autograder.submission import Submission, SubmittedCell
from tests.support.sample_notebooks import answered, cell, handed_out, sample_day, submission

WELFORD = "def welford_update(count, mean, m2, x):\n    return 1, 2, 3"


def read(notebook: dict | bytes) -> tuple[SubmittedCell, ...]:
    return read_submission(submission(notebook), sample_day()).cells


def kinds(notebook: dict | bytes) -> list[tuple[str, str | None]]:
    return [(each.kind, each.name) for each in read(notebook)]


def refusal(notebook: dict | bytes) -> tuple[str, str]:
    with pytest.raises(Ungradable) as caught:
        read(notebook)
    return caught.value.status, str(caught.value)


def code(source: object, **rest) -> dict:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None} | rest


USUAL = [("demo", ""), ("exercise", "welford_update"), ("exercise", "running_variance"), ("demo", "")]


def test_only_the_learner_s_cells_are_kept_in_their_order():
    assert kinds(answered()) == USUAL
    sources = {each.name: each.source for each in read(answered()) if each.kind == "exercise"}
    assert sources == sample_day().answers


def test_cells_of_the_learner_s_own_are_extra_if_they_are_code():
    notebook = answered()
    notebook["cells"].insert(3, code("import math", id="abc"))
    notebook["cells"].insert(4, {"cell_type": "markdown", "metadata": {}, "source": "a note"})
    notebook["cells"].insert(5, {"cell_type": "raw", "metadata": {}, "source": "raw"})
    assert [each for each in read(notebook) if each.kind == "extra"] == [SubmittedCell(Kind.EXTRA, "", "import math")]


def test_a_source_may_be_a_list_of_lines_and_a_byte_order_mark_is_tolerated():
    notebook = answered()
    for each in notebook["cells"]:
        each["source"] = each["source"].splitlines(keepends=True)
    assert read(b"\xef\xbb\xbf" + as_bytes(notebook)) == read(answered())


def test_a_copied_exercise_appears_twice():
    notebook = answered()
    notebook["cells"].append(cell(notebook, "welford_update") | {"id": "copy", "source": WELFORD})
    assert kinds(notebook) == [*USUAL, ("exercise", "welford_update")]
    assert read(notebook)[-1].source == WELFORD


@pytest.mark.parametrize("where", ["id", "metadata"])
def test_without_nbgrader_s_metadata_cells_are_known_by_their_id(where):
    notebook = answered()
    for each in notebook["cells"]:
        each["metadata"] = {"id": each["id"]} if where == "metadata" else {}
        if where == "metadata":
            del each["id"]
    assert kinds(notebook) == USUAL


def test_without_metadata_and_ids_cells_are_known_by_source_and_by_the_names_they_define():
    notebook = answered(welford_update="%%time\nimport math\n\n" + WELFORD)
    for each in notebook["cells"]:
        each["metadata"] = {}
        del each["id"]
    del notebook["metadata"]
    assert kinds(notebook) == USUAL


@pytest.mark.parametrize(
    "source",
    [
        "welford_update = lambda *state: state",
        "welford_update: object = print",
        "async def welford_update(): pass",
        "class welford_update: pass",
        "def broken(:\n\ndef welford_update(x):\n    return",
        "a, welford_update = 1, 2",
        "welford_update = other = print",
    ],
)
def test_names_are_found_however_they_are_bound(source):
    notebook = answered()
    notebook["cells"][notebook["cells"].index(cell(notebook, "welford_update"))] = code(source)
    assert ("exercise", "welford_update") in kinds(notebook)


@pytest.mark.parametrize(
    "source", ["x = welford_update", "    def welford_update(): pass", "welford_update == 1", "# def welford_update()"]
)
def test_names_that_are_only_used_make_no_exercise(source):
    notebook = answered()
    notebook["cells"][notebook["cells"].index(cell(notebook, "welford_update"))] = code(source)
    assert ("exercise", "welford_update") not in kinds(notebook)


def test_an_exercise_that_was_turned_into_text_is_still_the_exercise():
    notebook = answered()
    cell(notebook, "welford_update")["cell_type"] = "markdown"
    assert kinds(notebook) == USUAL


def test_a_deleted_exercise_is_not_there_and_edited_locked_cells_stay_out():
    notebook = answered()
    notebook["cells"].remove(cell(notebook, "running_variance"))
    for locked in ("setup-1", "fixture-1", "test_welford_update"):
        cell(notebook, locked)["source"] = "raise SystemExit"
    assert kinds(notebook) == [each for each in USUAL if each[1] != "running_variance"]


def test_outputs_are_never_looked_at():
    notebook = answered()
    for index, each in enumerate(notebook["cells"]):
        each["outputs"] = [None, 5, {"output_type": []}, "x" * 10_000][index % 4 :]
    assert read(notebook) == read(answered())


def test_what_no_encoding_can_hold_is_replaced():
    notebook = as_bytes(answered()).replace(b"count += 1", b"count += '\\ud800'")
    assert "count += '?'" in read(notebook)[1].source


# Another day's


def test_the_day_in_the_metadata_decides():
    notebook = answered()
    notebook["metadata"]["deepdays"]["day"] = 7
    assert refusal(notebook) == (Outcome.WRONG_DAY, "This is the notebook of day 7, not of day 0.")


def test_without_a_day_in_the_metadata_the_grade_ids_decide():
    notebook = handed_out()
    del notebook["metadata"]["deepdays"]
    for each in notebook["cells"]:
        if "nbgrader" in each["metadata"] and each["id"] not in ("setup-1", "fixture-1"):
            each["id"] = each["metadata"]["nbgrader"]["grade_id"] = f"other_{each['id']}"
            each["source"] = each["source"].replace("def welford_update", "def f").replace("running_variance", "g")
    assert refusal(notebook) == (Outcome.WRONG_DAY, "This notebook has another day's exercises, and none of day 0.")


@pytest.mark.parametrize("day", [True, "0", 0.0, None, [], {}])
def test_a_day_that_is_no_number_says_nothing(day):
    notebook = answered()
    notebook["metadata"]["deepdays"] = {"day": day}
    assert kinds(notebook) == USUAL
    assert day_number(as_bytes(notebook)) is None


def test_the_day_of_a_notebook_in_bytes():
    assert day_number(as_bytes(answered())) == 0
    assert day_number(b"nonsense") is None


@pytest.mark.parametrize("cells", [[], ["1 + 1"], ["def something(x):\n    return x"]])
def test_a_notebook_with_nothing_of_the_day_in_it_is_not_of_the_day(cells):
    with pytest.raises(Ungradable, match="This notebook has nothing of day 0 in it") as caught:
        kinds({"nbformat": 4, "cells": list(map(code, cells))})
    assert caught.value.status == Outcome.WRONG_DAY


def test_a_notebook_of_the_day_whose_exercises_are_gone_is_merely_incomplete():
    metadata = {"deepdays": {"day": 0}}
    assert kinds({"nbformat": 4, "metadata": metadata, "cells": [code("1 + 1")]}) == [("extra", "")]


# Unreadable


GOOD = as_bytes(answered())
UNREADABLE_FILES = {
    b"": "The file is empty.",
    b" \n ": "The file is empty.",
    b"hello": "The file is not a notebook: it is not JSON.",
    b"%PDF-1.7": "The file is not a notebook: it is not JSON.",
    b"\x80\x04pickle": "The file is not UTF-8 text; byte 0 is the first bad one.",
    b"<!DOCTYPE html><html></html>": "The file is a web page, not a notebook; download the notebook itself.",
    GOOD[: len(GOOD) // 2]: "The file ends in the middle; it was probably cut off while it was saved or copied.",
    GOOD.rstrip()[:-1]: "The file ends in the middle; it was probably cut off while it was saved or copied.",
    GOOD.replace(b'"cells": [', b'"cells": [,'): "The file is not valid JSON: Expecting value on line 2, column ",
    b"[]": "The file is JSON, but not a Jupyter notebook.",
    b"12": "The file is JSON, but not a Jupyter notebook.",
    b'{"a": 1}': "The file is JSON, but not a Jupyter notebook.",
    b'{"cells": []}': "The file names no notebook format, so it is not a notebook.",
    b'{"nbformat": 3, "worksheets": []}': "The notebook has format 3, which is too old; save it",
    b'{"nbformat": 99, "cells": []}': "The notebook has format 99, which is too new; save it in Jupyter as format 4.",
    b'{"nbformat": "4", "cells": []}': "The file names no notebook format, so it is not a notebook.",
    b"[" * 100_000: "The file nests lists or objects too deeply for a notebook.",
    b'{"a":' * 100_000: "The file nests lists or objects too deeply for a notebook.",
    b"[" + b"[]," * MAX_BRACKETS: "The file holds far more lists and objects than a notebook does.",
    b'{"nbformat": ' + b"4" * 5000 + b"}": "The file is not valid JSON: it holds a number that is too long.",
    b'{\n"cells": [\n<<<<<<< HEAD\n{},\n=======\n>>>>>>> theirs\n]}': "The file has merge conflict markers "
    "(<<<<<<< …); resolve the conflict and save it in Jupyter.",
}


@pytest.mark.parametrize(("content", "sentence"), UNREADABLE_FILES.items(), ids=range(len(UNREADABLE_FILES)))
def test_an_unreadable_file_says_what_is_wrong_with_it(content, sentence):
    status, message = refusal(content)
    assert status == Outcome.UNREADABLE
    assert message.startswith(sentence)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cells": {}}, "its cells are not a list"),
        ({"cells": None}, "its cells are not a list"),
        ({"metadata": "x"}, "its metadata is not an object"),
        ({"cells": [code("1"), 5]}, "cell 2 is not an object"),
        ({"cells": [{"source": "1"}]}, "cell 1 has no type"),
        ({"cells": [code("1", cell_type=["code"])]}, "cell 1 has no type"),
        ({"cells": [code(5)]}, "the source of cell 1 is not text"),
        ({"cells": [code(["a", 5])]}, "the source of cell 1 is not text"),
        ({"cells": [{"cell_type": "code"}]}, "the source of cell 1 is not text"),
        ({"cells": [code("1", metadata=[])]}, "the metadata of cell 1 is not an object"),
        ({"cells": [code("1", metadata={"nbgrader": 5})]}, "the nbgrader metadata of cell 1 is not an object"),
        ({"cells": [code("1", metadata={"nbgrader": {"grade_id": []}})]}, "the grade_id of cell 1 is not text"),
    ],
)
def test_wrong_types_are_told(change, sentence):
    status, message = refusal({"nbformat": 4, "metadata": {}, "cells": []} | change)
    assert (status, message) == (Outcome.UNREADABLE, f"The notebook is malformed: {sentence}.")


def test_a_flood_of_code_is_refused_before_anything_parses_it():
    status, message = refusal(answered(welford_update="a = 1\n" * 2_000_000))
    assert status == Outcome.UNREADABLE
    assert message.startswith("The code cells hold 12,000,") and message.endswith("at most 250,000 are graded.")


def test_what_collecting_found_wrong_is_the_reason():
    with pytest.raises(Ungradable, match=r"No notebook was handed in\.") as caught:
        read_submission(Submission("ada", b"", "ada", problem="No notebook was handed in."), sample_day())
    assert caught.value.status == Outcome.UNREADABLE


def test_random_json_in_any_place_is_read_or_refused_but_never_crashes():
    rng = random.Random(0)
    junk = [None, True, -1, 1e400, "x", "\ud800", [], [[]], {}, {"a": []}, ["a", 1], {"nbgrader": None}]
    outcomes = set()

    def places(value, found):
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in items:
            found.append((value, key))
            places(inner, found)
        return found

    for _ in range(400):
        notebook = answered()
        container, key = rng.choice(places(notebook, []))
        container[key] = rng.choice(junk)
        try:
            read(json.dumps(notebook).encode())
            outcomes.add("read")
        except Ungradable as problem:
            outcomes.add(problem.status)
    assert outcomes >= {"read", Outcome.UNREADABLE}


def test_a_notebook_of_absurdly_many_cells_is_refused():
    notebook = {"nbformat": 4, "cells": [code("1")] * (MAX_CELLS + 1)}
    with pytest.raises(Ungradable, match=r"it has 20,001 cells, and 20,000 are read"):
        kinds(notebook)
