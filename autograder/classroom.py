"""Grading a class into an nbgrader course: collect, examine, record, write."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.autograded import write_autograded
from autograder.collecting import collect
from autograder.course import make_course
from autograder.day import Day
from autograder.feedback import write_feedback
from autograder.gradebook import CourseGradebook
from autograder.grading import Settings, grade_submissions
from autograder.result import Result


def grade_class(
    day: Day, submissions: Path, course: Path, gradebook: str | None, settings: Settings, console: Console
) -> list[Result]:
    """Grade every submission and write the course.

    Args:
        submissions: what `autograder.collecting.collect` understands.
        gradebook: its URL, None for the course's own.
        console: where the progress bar is drawn.

    Returns:
        The results by student, in the order of the submissions.
    """
    handed_in = collect(submissions, day)
    course = make_course(course, [day], gradebook)
    results = {}
    bar = Progress(
        TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True
    )
    with bar, CourseGradebook(course) as book:
        task = bar.add_task("grading", total=len(handed_in))
        for submission, result in grade_submissions(day, handed_in, settings):
            book.record(day, submission, result)
            write_autograded(course, day, submission, result)
            write_feedback(course, day, submission, result)
            results[submission.student] = result
            bar.advance(task)
    return [results[submission.student] for submission in handed_in]
