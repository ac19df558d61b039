"""The proof of a day: right answers pass, wrong ones fail and are named, and the whole notebook runs."""

from dataclasses import dataclass, replace

from autograder.day import Day, Exercise
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Grader, Settings, side_by_side
from autograder.notebooks.building import student_bytes
from autograder.proving import backends
from autograder.proving.execution import run_solution
from autograder.proving.mutating import mutants
from autograder.result import Status
from autograder.submission import Submission

MAX_SECONDS = 60
MAX_MB = 2048
MUTANT_SECONDS = 3
MUTANT_SHARE = 0.95


@dataclass(frozen=True)
class Proof:
    """What verifying a day found; `as_json` is what `--json` prints."""

    day: int
    backend: str
    seconds: float
    peak_mb: int
    figures: int
    exercises: tuple[dict, ...]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict:
        return {
            "day": self.day,
            "backend": self.backend,
            "ok": self.ok,
            "seconds": self.seconds,
            "peak_mb": self.peak_mb,
            "figures": self.figures,
            "exercises": list(self.exercises),
            "problems": list(self.problems),
        }


def verify(
    day: Day,
    settings: Settings,
    progress=lambda text: None,
    with_mutants: bool = False,
    only: str | None = None,
    with_notebook: bool = True,
) -> Proof:
    """Prove a day.

    Args:
        progress: called with a few words on what is being done.
        with_mutants: whether the tests must also reject wrong answers made by machine; takes a minute or more.
        only: the one exercise to prove; all if None.
        with_notebook: whether the whole notebook must run.
    """
    chosen = [day.exercise(only)] if only else list(day.exercises)
    with Grader(day, settings) as grader:
        progress("answers")
        whole = {verdict.name: verdict for verdict in grader.examine(day_cells(day), diagnose=False, only=only)}
        progress("student copy")
        handed_out = grader.grade(Submission("student", student_bytes(day), "the student copy"))
        stubs = {verdict.name: verdict for verdict in handed_out.exercises}
        exercises, problems = [], [handed_out.message] if handed_out.message else []
        for exercise in chosen:
            progress(exercise.name)
            proof, found = _prove(exercise, whole[exercise.name], stubs.get(exercise.name), grader, day)
            exercises.append(proof)
            problems += found
    if with_mutants:
        progress("mutants")
        problems += _prove_by_mutants(
            day, chosen, settings, exercises, max(verdict.seconds for verdict in whole.values())
        )
    seconds, peak_mb, figures = 0.0, 0, 0
    if with_notebook:
        progress("the whole notebook")
        execution = run_solution(day, backends.variables(settings.backend))
        problems += [*execution.problems, *_bounds(execution)]
        seconds, peak_mb, figures = execution.seconds, execution.peak_mb, execution.figures
    return Proof(day.number, settings.backend, seconds, peak_mb, figures, tuple(exercises), tuple(problems))


def _prove(exercise: Exercise, answer, stub, grader: Grader, day: Day) -> tuple[dict, list[str]]:
    """An exercise's entry in the proof, and what is wrong with it."""
    problems = []
    if answer.status != Status.PASSED:
        problems.append(f"{exercise.name}: the reference answer {answer.status}: {answer.message}")
    if stub is None or stub.points:
        problems.append(f"{exercise.name}: the untouched student copy earns points")

    def examined(source: str):
        (verdict,) = grader.examine(day_cells(day, {exercise.name: source}), only=exercise.name)
        return verdict

    mistakes = []
    for mistake in exercise.mistakes:
        verdict = examined(mistake.answer)
        caught, hinted = verdict.points == 0, verdict.hint == mistake.hint
        mistakes.append({"hint": mistake.hint, "caught": caught, "hinted": hinted})
        if not caught:
            problems.append(f"{exercise.name}: the mistake in line {mistake.line} passes the tests")
        elif not hinted:
            said = f"another hint is given: {verdict.hint}" if verdict.hint else f"no hint; {verdict.message}"
            problems.append(f"{exercise.name}: the mistake in line {mistake.line} is not named: {said}")
    accepts = []
    for number, source in enumerate(exercise.accepts, start=1):
        verdict = examined(source)
        accepts.append(verdict.status)
        if verdict.status != Status.PASSED:
            problems.append(f"{exercise.name}: accepted alternative {number} {verdict.status}: {verdict.message}")
    entry = {
        "name": exercise.name,
        "answer": answer.status,
        "stub": stub.status if stub else Status.MISSING,
        "mistakes": mistakes,
        "accepts": accepts,
    }
    return entry, problems


def _prove_by_mutants(
    day: Day, chosen: list[Exercise], settings: Settings, proofs: list[dict], seconds: float
) -> list[str]:
    """Add to each exercise's entry what became of its mutants; returns what is wrong.

    Args:
        seconds: what the slowest test takes with the reference answers; a mutant that takes far longer hangs.
    """
    limits = (*settings.limits, ("seconds_per_call", max(MUTANT_SECONDS, 3 * seconds)))
    answers = [(exercise.name, mutant.source) for exercise in chosen for mutant in mutants(exercise)]
    answers += [(exercise.name, patch.answer) for exercise in chosen for patch in exercise.equivalents]

    def passes(grader: Grader, job: tuple[str, str]) -> bool:
        name, source = job
        (verdict,) = grader.examine(day_cells(day, {name: source}), diagnose=False, only=name)
        return verdict.status == Status.PASSED

    passed = dict(side_by_side(day, replace(settings, limits=limits), answers, passes))
    problems, made, rejected = [], 0, 0
    for exercise, proof in zip(chosen, proofs, strict=True):
        mine = mutants(exercise)
        survivors = [{"diff": mutant.diff} for mutant in mine if passed[exercise.name, mutant.source]]
        proof["mutants"] = {"made": len(mine), "rejected": len(mine) - len(survivors), "survivors": survivors}
        made, rejected = made + len(mine), rejected + len(mine) - len(survivors)
        for patch in exercise.equivalents:
            if not passed[exercise.name, patch.answer]:
                problems.append(f"{exercise.name}: the equivalent in line {patch.line} fails the tests; it is none")
    if rejected < MUTANT_SHARE * made:
        problems.append(f"the tests reject {rejected} of {made} mutants; at least {MUTANT_SHARE:.0%} are due")
    return problems


def _bounds(execution) -> list[str]:
    problems = []
    if execution.seconds > MAX_SECONDS:
        problems.append(f"the notebook takes {execution.seconds:g} s; at most {MAX_SECONDS} s are allowed")
    if execution.peak_mb > MAX_MB:
        problems.append(f"the notebook takes {execution.peak_mb} MB; at most {MAX_MB} MB are allowed")
    if not execution.figures:
        problems.append("the notebook draws no figure")
    return problems
