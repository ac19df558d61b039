"""A class to time grading on: right answers, other right answers and every named mistake, no two files alike."""

import json
import random
from pathlib import Path

from autograder.basics.files import write_file
from autograder.day import Day
from autograder.notebooks.building import student_bytes
from autograder.notebooks.plain import as_bytes, with_answers
from autograder.project import notebook_name


def write_class(day: Day, count: int, folder: Path) -> list[Path]:
    """Write `STUDENT/SLUG.ipynb` for so many students; a larger class begins with the smaller one.

    Returns:
        The notebooks' paths, in the order of the students' names.
    """
    handed_out = json.loads(student_bytes(day))
    variants = _variants(day)
    written = []
    for number in range(count):
        answers = {name: f"# student {number}\n{answer}" for name, answer in variants[number % len(variants)].items()}
        path = folder / f"student_{number:05d}" / notebook_name(day.slug)
        written.append(write_file(path, as_bytes(with_answers(handed_out, answers))))
    return written


def _variants(day: Day) -> list[dict[str, str]]:
    """Answers by exercise name: the reference answers first, then each accepted and each mistaken one, shuffled."""
    others = []
    for exercise in day.exercises:
        sources = [*exercise.accepts, *(mistake.answer for mistake in exercise.mistakes)]
        others += [day.answers | {exercise.name: source} for source in sources]
    random.Random(day.number).shuffle(others)
    return [day.answers, *others]
