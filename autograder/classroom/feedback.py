"""A learner's feedback page: one HTML file that stands alone, runs nothing and prints well."""

from functools import cache
from pathlib import Path

from autograder.basics.files import write_if_changed
from autograder.basics.plain_text import visible
from autograder.classroom.marks import Marks
from autograder.classroom.pages import template
from autograder.day import Day, Kind
from autograder.grading.grader import Graded
from autograder.project import notebook_in
from autograder.result import Outcome, Result
from autograder.submission import SubmittedCell, SubmittedDay

MAX_CODE = 20_000
MAX_CELLS = 100


def write_feedback(course_dir: Path | str, day: Day, graded: Graded, marks: Marks | None = None) -> Path:
    """Write `feedback/STUDENT/SLUG/SLUG.html` in a course, if it is another than before, and return its path.

    Beside it goes what nbgrader's exchange had put beside the submission, by which `nbgrader release_feedback` finds
    the student.
    """
    path = notebook_in(Path(course_dir, "feedback", graded.submission.student), day.slug).with_suffix(".html")
    for name, content in graded.submission.receipt:
        write_if_changed(path.with_name(name), content)
    return write_if_changed(path, feedback_page(day, graded, marks).encode("utf-8", "replace"))


def feedback_page(day: Day, graded: Graded, marks: Marks | None = None) -> str:
    """The page: the score, what each exercise came to and why, and the learner's own code with its verdicts.

    Nothing of the submission becomes live HTML, and of a test only what it said is shown.

    Args:
        marks: what the gradebook has besides: it shows, and counts.
    """
    result = graded.result
    marks = marks or Marks(score=result.score)
    cells = _own_cells(graded.notebook, day) if graded.notebook else []
    return template("feedback.html").render(
        day=day,
        student=result.student,
        result=result,
        note=graded.submission.note,
        is_graded=result.status == Outcome.GRADED,
        marks=marks,
        share=min(100, round(100 * marks.score / result.max_score)) if result.max_score else 0,
        cells=[_shown(cell, result) for cell in cells[:MAX_CELLS]],
        left_out=max(0, len(cells) - MAX_CELLS),
    )


def _own_cells(notebook: SubmittedDay, day: Day) -> list[SubmittedCell]:
    """The cells that the learner wrote: not the empty ones, nor demonstrations as they were handed out."""
    handed_out = {cell.source.strip() for cell in day.cells if cell.kind == Kind.DEMO} | {""}
    return [cell for cell in notebook.cells if cell.kind == Kind.EXERCISE or cell.source.strip() not in handed_out]


def _shown(cell: SubmittedCell, result: Result) -> dict:
    from markupsafe import Markup
    from pygments import highlight
    from pygments.lexers import PythonLexer

    code = visible(cell.source, MAX_CODE)
    return {
        "kind": cell.kind,
        "name": cell.name,
        "code": Markup(highlight(code, PythonLexer(stripnl=False), _formatter())),
        "exercise": result.exercise(cell.name) if cell.kind == Kind.EXERCISE else None,
    }


@cache
def _formatter():
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True)
