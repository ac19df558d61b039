"""Grading a class into an nbgrader course: collect, examine, record, write."""

import gc
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from autograder.classroom.collecting import collect
from autograder.classroom.kept import Kept, keep
from autograder.classroom.marks import Marks
from autograder.classroom.roster import Roster
from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.grading.grader import Graded, Settings, grade_submissions
from autograder.grading.store import ResultStore
from autograder.result import Result
from autograder.submission import Submission


def grade_class(
    day: Day,
    submissions: Path,
    course: Path,
    gradebook: str | None,
    settings: Settings,
    console: Console,
    scheduler: str | None = None,
    again: bool = False,
    roster: Roster | None = None,
    pattern: re.Pattern[str] | None = None,
) -> list[Result]:
    """Grade every submission and write the course.

    Args:
        submissions: what `autograder.classroom.collecting.collect` understands.
        gradebook: its URL, None for the course's own.
        console: where the progress bar is drawn.
        scheduler: the address of a Dask cluster that does the examining; None for this machine.
        again: examine also what is unchanged since it was graded.
        roster, pattern: whose the files are, as `collect` takes it.

    Returns:
        The results by student, in the order of the submissions.
    """
    handed_in = collect(submissions, day, known=_students_of(course), roster=roster, pattern=pattern)
    with ResultStore(course, day, settings, lambda text: console.print(Text(text, style="yellow"))) as store:
        known = [] if again else [(each, result) for each in handed_in if (result := store.get(each))]
        if known:
            console.print(f"{len(known)} of {len(handed_in)} are unchanged since they were graded", highlight=False)
        stored = {submission.student for submission, _ in known}
        new = [submission for submission in handed_in if submission.student not in stored]
        fresh = _keeping(store, _grade(day, new, settings, scheduler))  # examining goes on while nbgrader loads
        graded = chain((Graded.elsewhere(day, *each) for each in known), fresh)
        results = _record(day, course, gradebook, len(handed_in), graded, console)
    return [results[submission.student] for submission in handed_in]


def _students_of(course: Path) -> set[str]:
    """The students whom the course has graded before."""
    folder = course / "feedback"
    return {child.name for child in folder.iterdir()} if folder.is_dir() else set()


def _grade(day: Day, new: list[Submission], settings: Settings, scheduler: str | None) -> Iterator[Graded]:
    if scheduler is None:
        return grade_submissions(day, new, settings)
    try:
        from autograder.grading.cluster import grade_on_cluster
    except ModuleNotFoundError as error:
        mend = "Install the `cluster` extra."
        raise DeepDaysError(f"A cluster needs {error.name}, which is not installed. {mend}") from None
    return grade_on_cluster(day, new, settings, scheduler)


def _keeping(store: ResultStore, fresh: Iterator[Graded]) -> Iterator[Graded]:
    for graded in fresh:
        store.put(graded.submission, graded.result)
        yield graded


def _record(
    day: Day, course: Path, gradebook: str | None, total: int, graded: Iterator[Graded], console: Console
) -> dict[str, Result]:
    """Write each result as it comes; the only one that writes."""
    from autograder.classroom.course import make_course
    from autograder.classroom.gradebook import CourseGradebook

    gc.freeze()  # what is loaded stays; to look through it for garbage costs a third of recording
    course = make_course(course, [day], gradebook)
    kept: dict[str, Kept] = {}
    bar = Progress(
        TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True
    )
    with bar, CourseGradebook(course) as book:
        task = bar.add_task("grading", total=total)
        for each in graded:
            marks = book.record(day, each.submission, each.result)
            notes = (each.submission.note, _write_pages(course, day, each, marks))
            result = replace(each.result, note=" ".join(filter(None, notes)) or None)
            when = each.submission.submitted_at
            stamp = when.isoformat() if when else None
            kept[each.submission.student] = Kept(result, marks.score, stamp, each.submission.returns_as)
            bar.advance(task)
    keep(course, day.slug, (kept[student] for student in sorted(kept, key=str.casefold)))
    return {student: each.result for student, each in kept.items()}


def _write_pages(course: Path, day: Day, graded: Graded, marks: Marks) -> str | None:
    """Write the autograded notebook and the feedback page; a note if what was handed in makes that impossible."""
    from autograder.classroom.autograded import write_autograded
    from autograder.classroom.feedback import write_feedback

    try:
        write_autograded(course, day, graded)
        write_feedback(course, day, graded, marks)
        return None
    except DeepDaysError:
        raise
    except Exception as error:
        return f"The score is recorded, but its pages could not be written ({type(error).__name__}: {error})."
