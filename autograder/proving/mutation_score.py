"""How many of the wrong answers that are made by machine a day's tests reject."""

from collections.abc import Sequence
from dataclasses import replace

from autograder.day import Day, Exercise
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Grader, Settings, side_by_side
from autograder.proving.entries import entry
from autograder.proving.mutating import mutants
from autograder.result import Status

SECONDS = 3
SHARE = 0.97


def score_mutants(
    day: Day, chosen: Sequence[Exercise], settings: Settings, seconds: float
) -> tuple[dict[str, dict], list[str]]:
    """Examine every mutant of some exercises.

    Args:
        seconds: what the slowest test takes with the reference answers; a mutant that takes far longer hangs.

    Returns:
        For each exercise how many were made, how many rejected, and the survivors as diffs and as
        ready entries; what is wrong.
    """
    made = {exercise.name: mutants(exercise) for exercise in chosen}
    jobs = [(name, mutant.source) for name, mine in made.items() for mutant in mine]
    jobs += [(exercise.name, each.answer) for exercise in chosen for each in exercise.equivalents]
    limits = (*settings.limits, ("seconds_per_call", max(SECONDS, 3 * seconds)))
    settings = replace(settings, limits=limits)
    passed = dict(side_by_side(day, settings, jobs, lambda grader, job: _passes(day, grader, job)))
    scores, problems, total, rejected = {}, [], 0, 0
    for exercise in chosen:
        mine = made[exercise.name]
        left = [mutant for mutant in mine if passed[exercise.name, mutant.source]]
        survivors = [{"diff": each.diff, "entry": entry(exercise.answer, each.source)} for each in left]
        scores[exercise.name] = {"made": len(mine), "rejected": len(mine) - len(survivors), "survivors": survivors}
        for each in exercise.equivalents:
            if not passed[exercise.name, each.answer]:
                problems.append(f"{exercise.name}: the equivalent in line {each.line} fails the tests; it is none")
        total, rejected = total + len(mine), rejected + len(mine) - len(survivors)
    if rejected < SHARE * total:
        problems.append(f"the tests reject {rejected} of {total} mutants; at least {SHARE:.0%} are due")
    return scores, problems


def _passes(day: Day, grader: Grader, job: tuple[str, str]) -> bool:
    name, source = job
    (verdict,) = grader.examine(day_cells(day, {name: source}), diagnose=False, only=name)
    return verdict.status == Status.PASSED
