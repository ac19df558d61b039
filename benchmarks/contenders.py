"""The two graders as commands: `nbgrader autograde` and `deepdays grade`, each on a class of a day."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograder.classroom.course import course_settings, make_course
from autograder.day import Day
from benchmarks.measuring import Cost, measure
from benchmarks.submissions import write_class


@dataclass(frozen=True)
class Run:
    """One command run on one class.

    Attributes:
        count: how many submissions. cost: what grading them took. course: where the grades are.
    """

    count: int
    cost: Cost
    course: Path


@dataclass(frozen=True)
class Slope:
    """What one more submission costs, from a small and a large run of the same command."""

    small: Run
    large: Run

    def _per_submission(self, attribute: str) -> float:
        more = getattr(self.large.cost, attribute) - getattr(self.small.cost, attribute)
        return more / (self.large.count - self.small.count)

    @property
    def seconds(self) -> float:
        return self._per_submission("seconds")

    @property
    def cpu_seconds(self) -> float:
        return self._per_submission("cpu_seconds")

    def seconds_for(self, count: int) -> float:
        """Wall-clock time of a whole run on so many submissions, if every one takes its share."""
        return self.large.cost.seconds + (count - self.large.count) * self.seconds


def nbgrader_autograde(day: Day, count: int, folder: Path) -> Run:
    """nbgrader's own command, in a course of its own: every notebook is run whole, in a fresh kernel."""
    place = folder / day.slug
    course = make_course(place / f"nbgrader_{count}", [day])
    for notebook in write_class(day, count, place / f"class_{count}"):
        handed_in = course / "submitted" / notebook.parent.name / day.slug
        handed_in.mkdir(parents=True)
        shutil.copy(notebook, handed_in)
    script = Path(sys.executable).with_name("nbgrader")
    cost = measure([str(script), "autograde", day.slug], course, folder)
    return Run(count, cost, course)


def deepdays_grade(day: Day, count: int, folder: Path, label: str) -> Run:
    """This project's command, on a new course; `label` tells runs on the same class apart."""
    place = folder / day.slug
    class_folder = place / f"class_{count}"
    write_class(day, count, class_folder)
    course = place / f"deepdays_{label}_{count}"
    command = [
        sys.executable,
        "-m",
        "autograder.cli",
        "grade",
        str(day.number),
        str(class_folder),
        "--course",
        str(course),
    ]
    root = day.path.resolve().parent.parent
    return Run(count, measure(command, root, folder), course)


def scores(day: Day, course: Path) -> dict[str, dict[str, float]]:
    """Every student's points for each test, from a course's gradebook."""
    course_id, db_url = course_settings(course)
    found = {}
    with Gradebook(db_url, course_id) as gradebook:
        try:
            submissions = gradebook.assignment_submissions(day.slug)
        except MissingEntry:
            return {}
        for submission in submissions:
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            found[submission.student.id] = {grade.name: grade.auto_score for grade in grades}
    return found
