"""What the front page shows of a day: a figure, an exercise, a wrong answer to it and what the learner is told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.day import Day
from autograder.engine.sandbox import BEST_EFFORT
from autograder.grading.grader import Grader, Settings
from autograder.notebooks.building import student_bytes
from autograder.notebooks.plain import as_bytes, with_answers
from autograder.publishing.figures import Figures
from autograder.result import ExerciseResult
from autograder.submission import Submission

DAY, EXERCISE = 2, "mse_gradient"
"""A day and one of its exercises."""
WRONG = "slope = 2 * np.mean(w * x + b - y)\nreturn slope, slope"
"""What somebody might write there; it is no line of an answer."""
PICTURE_DAY, PICTURE = 14, 6
"""A day, and one of its figures, from 0."""


@dataclass(frozen=True)
class Example:
    """An exercise as it is handed out, what somebody wrote there, and what the grader says of that."""

    day: Day
    stub: str
    written: str
    said: ExerciseResult


def example(days: Sequence[Day]) -> Example | None:
    """The wrong answer graded as `deepdays check` would; None without its day."""
    day = next((day for day in days if day.number == DAY), None)
    if day is None:
        return None
    stub = day.exercise(EXERCISE).stub
    head, _, _ = stub.partition("    # YOUR CODE HERE")
    answer = head + "".join(f"    {line}\n" for line in WRONG.splitlines())
    content = as_bytes(with_answers(json.loads(student_bytes(day)), day.answers | {EXERCISE: answer}))
    with Grader(day, Settings(mode=BEST_EFFORT, workers=1)) as grader:
        said = grader.grade(Submission("you", content, "the front page")).result.exercise(EXERCISE)
    return Example(day, stub, WRONG, said) if said else None


def picture(runs: Mapping[int, NotebookNode], figures: Figures) -> str:
    """The front page's figure in HTML, out of the executed notebooks; empty without its day's."""
    if PICTURE_DAY not in runs:
        return ""
    outputs = [output for cell in runs[PICTURE_DAY].cells for output in cell.get("outputs", [])]
    drawn = [output for output in outputs if "image/png" in output.get("data", {})][PICTURE]
    return figures.picture(drawn.data, drawn.metadata["image/png"]["alt"], "")
