"""Results and proofs on the terminal."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.basics.plain_text import one_line
from autograder.classroom.statistics import DayStatistics, TermStatistics, commonest
from autograder.classroom.table import grade_table
from autograder.commands.shared import typed
from autograder.day import Day
from autograder.proving.backends import TENSORFLOW, TITLES
from autograder.result import Result, Status, points

_INDENTED = (0, 0, 0, 2)


def print_result(result: Result, title: str, console: Console, notebook: Path, saved: datetime) -> None:
    """One learner's result: an exercise a line, under it what went wrong, and what to do next.

    Args:
        notebook: the file that was checked. saved: when it was.
    """
    console.print(f"Day {result.day} · {escape(title)}", style="bold", highlight=False)
    console.print(Text(f"{notebook}, saved {saved:%Y-%m-%d %H:%M:%S}", style="dim"), soft_wrap=True)
    for sentence in filter(None, (result.message, result.note)):
        console.print(Text(sentence))
    for exercise in result.exercises:
        style = "green" if exercise.status == Status.PASSED else "red"
        console.print(
            Text(f"{exercise.status.sign} {exercise.name}", style=style),
            Text(f"{points(exercise.points)}/{points(exercise.max_points)} {exercise.status.words}"),
        )
        if exercise.message:
            console.print(Padding(Text(exercise.message, style="dim"), _INDENTED))
        if exercise.hint:
            console.print(Padding(Text(f"Hint: {exercise.hint}", style="yellow"), _INDENTED))
    console.print(f"{points(result.score)} of {points(result.max_score)} points", style="bold", highlight=False)
    console.print(Text(typed(_next_step(result))))


def _next_step(result: Result) -> str:
    """What a learner does now."""
    open_ones = [exercise for exercise in result.exercises if exercise.status != Status.PASSED]
    if not result.exercises:
        return "Next: mend the notebook, save it, and check it again."
    if not open_ones:
        return "Next: `deepdays next` starts the next day."
    first = open_ones[0].name
    return f"Next: `{first}`. Save the notebook and check again; `deepdays hint {first}` helps."


def print_day_statistics(day: DayStatistics, title: str, console: Console) -> None:
    """How a day went: a table of its exercises, the commonest mistakes, who needs help."""
    graded = f"{day.graded} of {day.handed_in} graded"
    scores = f"mean {points(day.mean_score)}, median {points(day.median_score)} of {points(day.max_score)} points"
    table = Table(title=Text(f"Day {day.day} · {title}: {graded}, {scores}"), title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("exercise", overflow="fold")
    for heading in ("passed", "wrong", "earlier", "no answer", "points", "stopped"):
        table.add_column(heading, justify="right")
    for each in day.exercises:
        wrong = each.tried - each.passed - each.inherited
        given = f"{points(each.mean_points)}/{points(each.max_points)}"
        counts = (each.passed, wrong, each.inherited, each.unanswered, given, len(each.stopped_here))
        table.add_row(Text(each.name), *map(str, counts))
    console.print(table)
    for name, mistake in commonest(day)[:10]:
        console.print(Text(f"{len(mistake.students)} × {name}: {mistake.hint}"))
    if day.need_help:
        console.print(Text(f"Below half of the points: {', '.join(map(one_line, day.need_help))}"))
    for student, why in day.not_graded.items():
        console.print(Text(f"Not graded: {one_line(student)}: {one_line(why)}"))


def print_term_statistics(term: TermStatistics, console: Console) -> None:
    """Several days: who has how many points on each."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("student", overflow="ellipsis", max_width=18)
    for day in term.days:
        table.add_column(f"{day.day}", justify="right")
    table.add_column(f"of {points(term.max_score)}", justify="right")
    for student, scores in term.students.items():
        given = ["–" if score is None else points(score) for score in scores]
        table.add_row(Text(one_line(student)), *given, points(term.total(student)))
    table.add_row(Text("mean", style="bold"), *(points(day.mean_score) for day in term.days), "")
    console.print(table)


def print_class(results: list[Result], day: Day, course: Path, gradebook: str | None, console: Console) -> None:
    """The grade table, and where everything is."""
    from autograder.classroom.course import course_settings, without_password  # imports nbgrader

    console.print(grade_table(results, day))
    for result in results:
        if result.note:
            console.print(Text(f"{one_line(result.student)}: {one_line(result.note)}", style="yellow"), soft_wrap=True)
    course = course.resolve()
    for what, where in (
        ("gradebook", without_password(gradebook or course_settings(course)[1])),
        ("feedback", course / "feedback"),
        ("autograded notebooks", course / "autograded"),
    ):
        console.print(Text(f"{what}: {where}"), soft_wrap=True)


def print_proof(proof: Mapping, console: Console, show: bool = False) -> None:
    """A day's proof, as JSON has it: a line for the day, one an exercise, one for whatever is wrong or worth saying.

    Args:
        show: whether to print what a learner reads for every mistake, and surviving mutants as entries for the day.
    """
    sign = "✓" if proof["ok"] else "✗"
    facts = f"{proof['cpu_seconds']:g} CPU s"
    if proof["seconds"]:
        notebook = f"the notebook {proof['notebook_cpu_seconds']:g} CPU s"
        facts += f", {notebook} in {proof['seconds']:g} s, {proof['peak_mb']} MB, {proof['figures']} figures"
    where = f" on {TITLES[proof['backend']]}" if proof["backend"] != TENSORFLOW else ""
    facts += ", proved before" if proof.get("remembered") else ""
    style = "green" if proof["ok"] else "red"
    console.print(f"{sign} day {proof['day']}{where}: {facts}", style=style, highlight=False, soft_wrap=True)
    for exercise in () if proof.get("remembered") else proof["exercises"]:
        mistakes = exercise["mistakes"]
        caught, hinted = sum(m["caught"] for m in mistakes), sum(m["hinted"] for m in mistakes)
        console.print(
            f"  {exercise['name']}: answer {exercise['answer']}, {len(mistakes)} mistakes "
            f"({caught} caught, {hinted} named), {len(exercise['accepts'])} other answers accepted",
            highlight=False,
            soft_wrap=True,
        )
        for mistake in mistakes if show else ():
            _print_mistake(mistake, console)
        if "mutants" in exercise:
            _print_mutants(exercise["mutants"], console, show)
    for style, lines in (("red", proof["problems"]), ("yellow", proof["remarks"])):
        for line in lines:
            console.print(Text(f"  {line}"), style=style, soft_wrap=True)


def _print_mistake(mistake: Mapping, console: Console) -> None:
    """What a learner who makes it reads."""
    console.print(Text(f"    line {mistake['line']}: {Status(mistake['status']).words}"), style="bold", highlight=False)
    for text, style in ((mistake["message"], "dim"), (f"Hint: {mistake['shown'] or 'none'}", "yellow")):
        for line in text.splitlines():
            console.print(Text(f"      {line}"), style=style, soft_wrap=True)


def _print_mutants(mutants: Mapping, console: Console, show: bool) -> None:
    """How many wrong answers the tests reject, and what differs in each that passes."""
    console.print(f"    {mutants['rejected']} of {mutants['made']} mutants rejected", highlight=False)
    for survivor in mutants["survivors"]:
        if show:
            console.print(Text(survivor["entry"]), soft_wrap=True)
            continue
        for line in survivor["diff"].splitlines()[2:]:
            style = {"-": "red", "+": "green"}.get(line[0], "dim")
            console.print(Text(f"      {line}", style=style), soft_wrap=True)
