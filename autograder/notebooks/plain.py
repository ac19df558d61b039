"""Notebooks as plain data: what is in the file, read and written without nbformat."""

import json
from collections.abc import Mapping


def grade_id(cell: dict) -> str | None:
    """nbgrader's name for a cell: for an exercise the exercise's; None for a cell that has none."""
    marks = cell.get("metadata", {}).get("nbgrader")
    return marks.get("grade_id") if isinstance(marks, dict) else None


def with_answers(notebook: dict, answers: Mapping[str, str]) -> dict:
    """The notebook with other sources in the cells of those exercises."""
    cells = [cell | {"source": answers.get(grade_id(cell) or "", cell["source"])} for cell in notebook["cells"]]
    return notebook | {"cells": cells}


def as_bytes(notebook: dict) -> bytes:
    """The notebook as a file's content."""
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
