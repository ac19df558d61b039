"""Results and proofs on the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from autograder.classroom.table import grade_table
from autograder.day import Day
from autograder.proving.backends import TENSORFLOW, TITLES
from autograder.result import Result, Status, points

if TYPE_CHECKING:
    from autograder.proving.proof import Proof


def print_result(result: Result, title: str, console: Console) -> None:
    """One learner's result: an exercise a line, and under it what went wrong."""
    console.print(f"Day {result.day} · {escape(title)}", style="bold", highlight=False)
    if result.message:
        console.print(Text(result.message))
    for exercise in result.exercises:
        style = "green" if exercise.status == Status.PASSED else "red"
        console.print(
            Text(f"{exercise.status.sign} {exercise.name}", style=style),
            Text(f"{points(exercise.points)}/{points(exercise.max_points)} {exercise.status.words}"),
        )
        if exercise.message:
            console.print(Text(exercise.message), style="dim", soft_wrap=True)
        if exercise.hint:
            console.print(Text(f"Hint: {exercise.hint}"), style="yellow", soft_wrap=True)
    console.print(f"{points(result.score)} of {points(result.max_score)} points", style="bold", highlight=False)


def print_class(results: list[Result], day: Day, course: Path, gradebook: str | None, console: Console) -> None:
    """The grade table, and where everything is."""
    from autograder.classroom.course import course_settings  # imports nbgrader

    console.print(grade_table(results, day))
    course = course.resolve()
    for what, where in (
        ("gradebook", gradebook or course_settings(course)[1]),
        ("feedback", course / "feedback"),
        ("autograded notebooks", course / "autograded"),
    ):
        console.print(Text(f"{what}: {where}"), soft_wrap=True)


def print_proof(proof: "Proof", console: Console) -> None:
    """A day's proof: a line for the notebook, a line an exercise, a line a problem."""
    sign = "✓" if proof.ok else "✗"
    facts = f"{proof.seconds:g} s, {proof.peak_mb} MB, {proof.figures} figures"
    where = f" on {TITLES[proof.backend]}" if proof.backend != TENSORFLOW else ""
    console.print(f"{sign} day {proof.day}{where}: {facts}", style="green" if proof.ok else "red", highlight=False)
    for exercise in proof.exercises:
        mistakes = exercise["mistakes"]
        caught, hinted = sum(m["caught"] for m in mistakes), sum(m["hinted"] for m in mistakes)
        console.print(
            f"  {exercise['name']}: answer {exercise['answer']}, {len(mistakes)} mistakes "
            f"({caught} caught, {hinted} named), {len(exercise['accepts'])} other answers accepted",
            highlight=False,
            soft_wrap=True,
        )
        if "mutants" in exercise:
            _print_mutants(exercise["mutants"], console)
    for problem in proof.problems:
        console.print(Text(f"  {problem}"), style="red")


def _print_mutants(mutants: dict, console: Console) -> None:
    """How many wrong answers the tests reject, and what differs in each that passes."""
    console.print(f"    {mutants['rejected']} of {mutants['made']} mutants rejected", highlight=False)
    for survivor in mutants["survivors"]:
        for line in survivor["diff"].splitlines()[2:]:
            style = {"-": "red", "+": "green"}.get(line[0], "dim")
            console.print(Text(f"      {line}", style=style), soft_wrap=True)
