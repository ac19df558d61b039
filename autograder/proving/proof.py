"""The proof of a day: right answers pass, wrong ones fail and are named, and the whole notebook runs."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from autograder.day import Day, Exercise
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Grader, Settings, side_by_side, warm_process
from autograder.notebooks.building import student_bytes
from autograder.proving.asked import Asked
from autograder.proving.memory import Memory
from autograder.proving.mutation_score import score_mutants
from autograder.proving.whole_notebook import Run, prove_notebook
from autograder.result import Status
from autograder.submission import Submission

CPU_SECONDS = 25
_BUILDING = threading.Lock()  # nbgrader's converter is one process's, and two days may be proved at a time


@dataclass(frozen=True)
class Proof:
    """What verifying a day found; `as_json` is what `--json` prints.

    Attributes:
        cpu_seconds: processor time of it all, mutants and repeated notebooks left out.
        notebook: how the whole notebook ran; None if it did not.
        exercises: an entry each, as `as_json` has it.
        problems: what is wrong, a sentence each. remarks: what is worth knowing and no fault.
    """

    day: int
    backend: str
    cpu_seconds: float
    notebook: Run | None
    exercises: tuple[dict, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict:
        run = asdict(self.notebook or Run())
        return {
            "day": self.day,
            "backend": self.backend,
            "ok": self.ok,
            "cpu_seconds": self.cpu_seconds,
            **{key: run[key] for key in ("seconds", "notebook_cpu_seconds", "peak_mb", "figures")},
            "exercises": list(self.exercises),
            "problems": list(self.problems),
            "remarks": list(self.remarks),
        }


def verify(
    day: Day,
    settings: Settings,
    asked: Asked,
    progress: Callable[[str], None] = lambda text: None,
    memory: Memory | None = None,
) -> Proof:
    """Prove a day.

    Args:
        progress: called with a few words on what is being done.
        memory: keeps what the notebook printed and drew.
    """
    started = time.thread_time()
    settings = replace(settings, account=f"proof-{uuid.uuid4().hex}")
    chosen = [day.exercise(asked.only)] if asked.only else list(day.exercises)
    problems = [] if asked.only else _student_copy(day, settings, progress)
    entries = {}
    for exercise, (entry, found) in side_by_side(day, settings, chosen, lambda grader, each: _prove(day, each, grader)):
        progress(exercise.name)
        entries[exercise.name] = entry
        problems += found
    run, cpu_seconds = None, warm_process(day, settings).cpu_seconds()
    remarks: list[str] = []
    if asked.notebook:
        run, found, remarks = prove_notebook(day, settings.backend, asked, progress, memory)
        problems += found
        cpu_seconds += run.notebook_cpu_seconds
    cpu_seconds = round(cpu_seconds + time.thread_time() - started, 1)
    if cpu_seconds > CPU_SECONDS and not asked.only:
        remarks.append(f"the whole proof takes {cpu_seconds:g} CPU s; {CPU_SECONDS} are a day's share")
    if asked.mutants:
        progress("mutants")
        scores, found = score_mutants(day, chosen, settings, max(entry["seconds"] for entry in entries.values()))
        problems += found
        for name, score in scores.items():
            entries[name]["mutants"] = score
    exercises = tuple(entries[exercise.name] for exercise in chosen)
    return Proof(day.number, settings.backend, cpu_seconds, run, exercises, tuple(problems), tuple(remarks))


def _student_copy(day: Day, settings: Settings, progress: Callable[[str], None]) -> list[str]:
    """What is wrong with the notebook as it is handed out, which must earn nothing."""
    progress("student copy")
    with _BUILDING:
        content = student_bytes(day)
    with Grader(day, settings) as grader:
        result = grader.grade(Submission("student", content, "the student copy")).result
    problems = [result.message] if result.message else []
    earning = [verdict.name for verdict in result.exercises if verdict.points]
    return problems + [f"{name}: the untouched student copy earns points" for name in earning]


def _prove(day: Day, exercise: Exercise, grader: Grader) -> tuple[dict, list[str]]:
    """An exercise's entry in the proof, and what is wrong with it."""
    problems = []

    def examined(source: str):
        (verdict,) = grader.examine(day_cells(day, {exercise.name: source}), only=exercise.name)
        return verdict

    answer, stub = examined(exercise.answer), examined(exercise.stub)
    if answer.status != Status.PASSED:
        problems.append(f"{exercise.name}: the reference answer {answer.status}: {answer.message}")
    if stub.points:
        problems.append(f"{exercise.name}: the stub earns points")
    mistakes = []
    for mistake in exercise.mistakes:
        verdict = examined(mistake.answer)
        caught, hinted = verdict.points == 0, verdict.hint == mistake.hint
        shown = {"line": mistake.line, "status": verdict.status, "message": verdict.message, "shown": verdict.hint}
        mistakes.append({"hint": mistake.hint, "caught": caught, "hinted": hinted, **shown})
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
        "seconds": answer.seconds,
        "stub": stub.status,
        "mistakes": mistakes,
        "accepts": accepts,
    }
    return entry, problems
