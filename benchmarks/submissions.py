"""A class to time grading on: right answers, other right answers and every named mistake, no two files alike."""

import json
import random
from pathlib import Path

from autograder.basics.files import write_file
from autograder.day import Day
from autograder.notebooks.building import student_bytes


def write_class(day: Day, count: int, folder: Path) -> list[Path]:
    """Write `STUDENT/SLUG.ipynb` for so many students; a larger class begins with the smaller one.

    Returns:
        The notebooks' paths, in the order of the students' names.
    """
    handed_out = student_bytes(day)
    variants = _variants(day)
    written = []
    for number in range(count):
        answers = variants[number % len(variants)]
        content = _notebook(json.loads(handed_out), answers, number)
        written.append(write_file(folder / f"student_{number:05d}" / f"{day.slug}.ipynb", content))
    return written


def _variants(day: Day) -> list[dict[str, str]]:
    """Answers by exercise name: the reference answers first, then each accepted and each mistaken one, shuffled."""
    right = {exercise.name: exercise.answer for exercise in day.exercises}
    others = []
    for exercise in day.exercises:
        mistaken = [mistake.applied_to(exercise.answer) for mistake in exercise.mistakes]
        others += [right | {exercise.name: source} for source in (*exercise.accepts, *mistaken)]
    random.Random(day.number).shuffle(others)
    return [right, *others]


def _notebook(notebook: dict, answers: dict[str, str], number: int) -> bytes:
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = f"# student {number}\n{answers[name]}"
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()
