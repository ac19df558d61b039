"""Hostile notebooks, from the bytes handed in to the page handed back. Each is a result, and none is live."""

import html.parser
import json

import pytest

from autograder.classroom.feedback import feedback_page
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Settings, grade_submissions
from autograder.notebooks.building import student_bytes
from autograder.notebooks.plain import with_answers
from autograder.result import Outcome, Status
from autograder.submission import Submission

LIMITS = (("seconds_per_call", 1.0), ("seconds", 10.0), ("memory_mb", 512))
LIVE = "</pre></code></script><script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>{{7*7}}"


def answered(day) -> dict:
    """The learner's notebook with every exercise answered rightly."""
    return with_answers(json.loads(student_bytes(day)), day.answers)


def cell_of(notebook: dict, cell_id: str) -> dict:
    return next(cell for cell in notebook["cells"] if cell["id"] == cell_id)


def graded(day, *contents, students=None):
    """The results of files handed in, each by a student of their own."""
    names = students or [f"student{number}" for number in range(len(contents))]
    raw = [content if isinstance(content, bytes) else json.dumps(content).encode() for content in contents]
    submissions = [Submission(name, content, name) for name, content in zip(names, raw, strict=True)]
    settings = Settings(limits=LIMITS, workers=1)
    outcomes = {each.submission.student: each for each in grade_submissions(day, submissions, settings)}
    return [outcomes[name] for name in names]


NOT_NOTEBOOKS = {
    "nothing": b"",
    "spaces": b"  \n",
    "zeros": b"\0" * 1000,
    "not UTF-8": b"\xff\xfe{}",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "a pickle": b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R\x94.",
    "a web page": b"<!doctype html><script>alert(1)</script>",
    "a list": b"[]",
    "a number": b"1e999",
    "a number of a million digits": b'{"nbformat": 4, "cells": ' + b"9" * 10**6 + b"}",
    "nested a million deep": b"[" * 10**6,
    "nested in cells": b'{"nbformat": 4, "cells": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "very many lists": b'{"nbformat": 4, "cells": [' + b"[]," * 3_000_000 + b"[]]}",
    "cells that are text": b'{"nbformat": 4, "cells": "x"}',
    "cells that are numbers": b'{"nbformat": 4, "cells": [1, 2]}',
    "a source that is an object": b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": {"a": 1}}]}',
    "metadata that is a list": b'{"nbformat": 4, "metadata": [], "cells": []}',
    "an old format": b'{"nbformat": 3, "worksheets": []}',
    "a format that is infinite": b'{"nbformat": Infinity, "cells": []}',
}


def test_what_is_no_notebook_is_unreadable_and_says_why(day):
    for each in graded(day, *NOT_NOTEBOOKS.values(), students=list(NOT_NOTEBOOKS)):
        result = each.result
        assert (result.status, result.score, each.notebook) == (Outcome.UNREADABLE, 0, None), result.student
        assert result.message.endswith(".") and len(result.message) < 300
        assert "Traceback" not in result.message


def _edited(day, edit) -> dict:
    notebook = answered(day)
    edit(notebook)
    return notebook


def _points_of_its_own(notebook):
    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(points=10**6, grade=True, locked=False, schema_version=99)
    cell_of(notebook, "welford_update")["source"] = "def welford_update(*a):\n    return 0"


def _own_tests(notebook):
    for cell in notebook["cells"]:
        if cell["id"].startswith("test_"):
            cell["source"] = "assert True"
    cell_of(notebook, "welford_update")["source"] = "def welford_update(*a):\n    return 0"


def _own_set_up(notebook):
    cell_of(notebook, "setup-1")["source"] = "import numpy as np\nnp.var = lambda *a: 0\nabs = lambda x: 0"
    cell_of(notebook, "welford_update")["source"] = "def welford_update(*a):\n    return 1, 5.0, 0.0"


def _answer_disguised_as_a_test(notebook):
    wrong = cell_of(notebook, "welford_update")
    wrong["metadata"]["nbgrader"] |= {"grade_id": "test_welford_update", "grade": True, "solution": False}
    wrong["id"] = "test_welford_update-2"


def _every_cell_is_the_exercise(notebook):
    for cell in notebook["cells"]:
        cell["id"] = "welford_update"
        cell["cell_type"] = "code"
        cell["metadata"] = {"nbgrader": {"grade_id": "welford_update", "solution": True}}


def _code(source: str) -> dict:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}


def _ten_thousand_cells_each_of_which_needs_the_next(notebook):
    cell_of(notebook, "welford_update")["source"] += "\n    return x0"
    notebook["cells"] += [_code(f"x{number} = x{number + 1}") for number in range(10_000)]


def _a_million_cells(notebook):
    notebook["cells"] += [_code("")] * 300_000


def _a_large_cell(notebook):
    notebook["cells"].append(_code("x = 1\n" * 2_000_000))


def _surrogates(notebook):
    notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": "x = '\ud800'", "outputs": []})


def _a_path_for_an_id(notebook):
    notebook["cells"].append({"cell_type": "code", "id": "../../../x", "metadata": {"id": "../y"}, "source": "x = 1"})
    notebook["metadata"]["kernelspec"] = {"name": "../../evil", "display_name": LIVE, "language": "bash"}


KEEPS = {
    _a_path_for_an_id: [3, 2],
    _surrogates: [3, 2],
    _ten_thousand_cells_each_of_which_needs_the_next: [3, 2],
    _a_million_cells: None,
    _a_large_cell: [],
    _answer_disguised_as_a_test: None,
    _every_cell_is_the_exercise: None,
    _points_of_its_own: [0, 0],
    _own_tests: [0, 0],
    _own_set_up: [0, 0],
}


@pytest.mark.parametrize("edit", KEEPS, ids=lambda edit: edit.__name__.strip("_"))
def test_what_a_notebook_says_of_itself_counts_for_nothing(day, edit):
    result, other = (each.result for each in graded(day, _edited(day, edit), answered(day)))
    assert result.status in (Outcome.GRADED, Outcome.WRONG_DAY, Outcome.UNREADABLE)
    points = [exercise.points for exercise in result.exercises]
    assert KEEPS[edit] in (points, None)
    assert result.score <= result.max_score == 5
    assert [exercise.points for exercise in other.exercises] == [3, 2]


PARSER_BOMBS = {
    "signs": "-" * 200_000 + "1",
    "open brackets": "(" * 100_000,
    "brackets": "x = " + "[" * 50_000 + "]" * 50_000,
    "attributes": "a" + ".b" * 100_000,
    "blocks": "\n".join(" " * depth + "if 1:" for depth in range(300)),
    "a null": "\0",
    "quotes": "'" * 99_999,
    "strings with expressions": "f'{" * 5000,
    "lambdas": "lambda: " * 25_000 + "1",
    "nots": "x = " + "not " * 50_000 + "1",
    "comparisons": "x = 1" + " < 1" * 50_000,
    "conditions": "x = " + "1 if 1 else " * 10_000 + "1",
    "calls": "f" + "()" * 50_000,
    "magics": "%x\n" * 2000,
    "open braces and strings": "{'a': " * 20_000,
    "continuations": "x = 1 + \\\n" * 20_000,
    "a number": "9" * 200_000,
    "form feeds": "\x0c" * 100_000 + "x = 1",
}


@pytest.mark.parametrize("bomb", PARSER_BOMBS, ids=lambda name: name.replace(" ", "-"))
def test_code_made_to_break_a_parser_breaks_no_examiner(day, grader, bomb):
    """Such a cell is dead weight in a notebook; as an answer it is a wrong one."""
    for place in ("extra", "exercise"):
        notebook = answered(day)
        if place == "extra":
            notebook["cells"].insert(0, _code(PARSER_BOMBS[bomb]))
        else:
            cell_of(notebook, "welford_update")["source"] = PARSER_BOMBS[bomb]
        grader.examine(day_cells(day))
        examiner = grader._examiner
        result = grader.grade(Submission("ada", json.dumps(notebook).encode(), "ada")).result
        assert result.status == Outcome.GRADED
        assert [exercise.points for exercise in result.exercises] == ([3, 2] if place == "extra" else [0, 0])
        assert grader._examiner is examiner


def test_names_that_are_paths_and_names_that_repeat(day):
    """Two files of one name get a result each; a name is never taken for a path."""
    names = ["../../etc/cron.d/x", "a/b", "..", "con\x00trol", "<b>bold</b>", "x" * 5000]
    for each in graded(day, *[answered(day)] * len(names), students=names):
        assert each.result.student == each.submission.student
        assert each.result.score == 5


class _Page(html.parser.HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


HTML_ANSWERS = {
    "in an exception": f"def welford_update(*a):\n    raise ValueError({LIVE!r})",
    "in a result": f"def welford_update(*a):\n    return {LIVE!r}",
    "in a type's name": f"def welford_update(*a):\n    return type({LIVE!r}, (), {{}})()",
    "in an exception's type": f"def welford_update(*a):\n    raise type({LIVE!r}, (Exception,), {{}})()",
    "in a function's name": f"def welford_update(*a):\n    return 1\nwelford_update.__name__ = {LIVE!r}",
    "in a syntax error": f"def welford_update(*a):\n    return '{LIVE}",
    "in a comment": f"# {LIVE}\ndef welford_update(*a):\n    return 1",
    "in a representation": f"class A:\n    __repr__ = lambda self: {LIVE!r}\ndef welford_update(*a):\n    return [A()]",
    "in a key": f"def welford_update(*a):\n    return {{{LIVE!r}: {LIVE!r}}}",
}


def test_nothing_of_a_submission_is_live_on_its_page(day):
    (plain,) = graded(day, answered(day))
    safe = _Page(feedback_page(day, plain))
    notebooks = []
    for source in HTML_ANSWERS.values():
        notebook = answered(day)
        cell_of(notebook, "welford_update")["source"] = source
        cell_of(notebook, "welford_update")["outputs"] = [
            {
                "output_type": "display_data",
                "data": {"text/html": LIVE, "application/javascript": "alert(4)"},
                "metadata": {},
            }
        ]
        notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": LIVE})
        notebook["cells"].append({"cell_type": "raw", "metadata": {}, "source": LIVE})
        notebooks.append(notebook)
    for each in graded(day, *notebooks, students=[f"{name} {LIVE}" for name in HTML_ANSWERS]):
        assert each.result.exercises[0].status != Status.PASSED
        page = feedback_page(day, each)
        found = _Page(page)
        assert found.tags <= safe.tags | {"strong", "p", "section", "b", "pre", "span", "details", "summary"}, (
            each.submission.student
        )
        assert not [name for name in found.attributes if name.startswith("on") or name in ("src", "srcdoc")]
        assert "alert(4)" not in page
        page.encode()
