"""What hints need, recorded while the learner still reads, so that the first hint of a day comes at once."""

import subprocess
import sys
from dataclasses import replace

from autograder.day import Day
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Settings, side_by_side


def prepare(day: Day, settings: Settings) -> None:
    """Record each exercise's test with its known mistakes, one after another, where that has not been done."""

    def recorded(grader, exercise) -> None:
        wrong = {exercise.name: exercise.mistakes[0].answer}
        grader.examine(day_cells(day, wrong), only=exercise.name)

    exercises = [exercise for exercise in day.exercises if exercise.mistakes]
    for _ in side_by_side(day, replace(settings, workers=1), exercises, recorded):
        pass


def prepare_aside(number: int) -> subprocess.Popen:
    """Have a process of its own prepare a day; it outlives this one, keeps a core busy and says nothing."""
    nothing = subprocess.DEVNULL
    command = [sys.executable, "-m", "autograder", "prepare", str(number)]
    return subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
