"""A class whose notebooks went through other programs: graded and checked as if they had not."""

import json
from collections.abc import Callable

import jupytext
import nbformat
import pytest

from autograder.grading.grader import Settings, grade_submissions
from autograder.learning.checking import check_notebook
from autograder.result import Result
from autograder.submission import Submission
from tests.support.sample_notebooks import answered, handed_out, sample_day

DIVIDES_FIRST = sample_day().exercise("welford_update").mistakes[0].answer
CLASS = {
    "ada": answered(),
    "ben": answered(welford_update=DIVIDES_FIRST),
    "cyd": handed_out(),
    "dee": answered(running_variance="def running_variance(values):\n    return 0.0\n"),
}


def through_jupytext(text_format: str) -> Callable[[dict], dict]:
    def resaved(notebook: dict) -> dict:
        text = jupytext.writes(nbformat.from_dict(notebook), text_format)
        return json.loads(jupytext.writes(jupytext.reads(text, text_format), "ipynb"))

    return resaved


def by_colab(notebook: dict) -> dict:
    """Cells' ids move into their metadata and are new ones; the format's minor version is 0."""
    cells = [
        {key: value for key, value in cell.items() if key != "id"}
        | {"metadata": {**cell["metadata"], "id": f"Xq{number}kZ"}}
        for number, cell in enumerate(notebook["cells"])
    ]
    metadata = {**notebook["metadata"], "colab": {"provenance": [], "toc_visible": True}}
    return {**notebook, "cells": cells, "metadata": metadata, "nbformat_minor": 0}


def by_vs_code(notebook: dict) -> dict:
    cells = [
        {**cell, "metadata": {**cell["metadata"], "vscode": {"languageId": "python"}}} for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def stripped_of_metadata(notebook: dict) -> dict:
    return {**notebook, "cells": [{**cell, "metadata": {}} for cell in notebook["cells"]], "metadata": {}}


def stripped_of_ids_too(notebook: dict) -> dict:
    cells = [{key: value for key, value in cell.items() if key != "id"} for cell in notebook["cells"]]
    return stripped_of_metadata({**notebook, "cells": cells, "nbformat_minor": 4})


def with_outputs(notebook: dict) -> dict:
    """As after a run: counts, a stream, an error."""
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]},
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["\x1b[0;31mValueError\x1b[0m"]},
    ]
    cells = [
        {**cell, "outputs": outputs, "execution_count": 7} if cell["cell_type"] == "code" else cell
        for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


PROGRAMS = {
    "Colab": by_colab,
    "VS Code": by_vs_code,
    "Jupytext, percent": through_jupytext("py:percent"),
    "Jupytext, light": through_jupytext("py:light"),
    "Jupytext, Markdown": through_jupytext("md"),
    "a stripper of metadata": stripped_of_metadata,
    "a stripper of ids": stripped_of_ids_too,
    "a run": with_outputs,
    "Colab after a run": lambda notebook: by_colab(with_outputs(notebook)),
}


def verdicts(result: Result) -> list[tuple]:
    return [(each.name, each.points, each.status, each.message, each.hint) for each in result.exercises]


def graded(notebooks: dict[str, bytes]) -> dict[str, list[tuple]]:
    submissions = [Submission(student, content, f"{student}.ipynb") for student, content in notebooks.items()]
    each = grade_submissions(sample_day(), submissions, Settings())
    return {one.submission.student: verdicts(one.result) for one in each}


@pytest.fixture(scope="module")
def due() -> dict[str, list[tuple]]:
    found = graded({student: json.dumps(notebook).encode() for student, notebook in CLASS.items()})
    assert [sum(points for _, points, *_ in found[student]) for student in CLASS] == [5, 0, 0, 3]
    return found


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_same_verdicts_and_hints(program, due):
    resaved = {
        student: json.dumps(PROGRAMS[program](json.loads(json.dumps(notebook)))).encode()
        for student, notebook in CLASS.items()
    }
    assert graded(resaved) == due


@pytest.mark.parametrize("program", PROGRAMS)
def test_checked_as_graded(program, due, tmp_path):
    path = tmp_path / "homework.ipynb"
    path.write_text(json.dumps(PROGRAMS[program](json.loads(json.dumps(CLASS["ben"])))))
    _, result = check_notebook(path, sample_root(tmp_path), Settings())
    assert verdicts(result) == due["ben"]


def sample_root(folder):
    """A project whose only day is the sample."""
    day = folder / "solutions" / sample_day().path.name
    day.parent.mkdir()
    day.write_bytes(sample_day().content)
    return folder
