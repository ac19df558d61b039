"""A class's results as a table for the terminal."""

from collections.abc import Iterable
from textwrap import wrap

from rich import box
from rich.table import Table
from rich.text import Text

from autograder.basics.plain_text import one_line
from autograder.day import Day
from autograder.result import Result, Status, points

_LEGEND_WIDTH = 78


def grade_table(results: Iterable[Result], day: Day) -> Table:
    """A row a student: a sign and the points for each exercise, the total, and what went wrong first.

    Args:
        results: the results of one day, in the order of the rows.
        day: that day.

    Returns:
        A table for `rich.console.Console.print`; it fits 80 columns with up to six exercises and has its signs
        explained below it. Nothing in a submission is taken as markup.
    """
    results = list(results)
    table = Table(
        title=Text(f"Day {day.number} · {day.title}"),
        caption=_legend(results, day),
        caption_justify="left",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        expand=True,
    )
    table.add_column("student", no_wrap=True, overflow="ellipsis", max_width=18)
    for number, _ in enumerate(day.exercises, start=1):
        table.add_column(str(number), no_wrap=True)
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column("what went wrong", no_wrap=True, overflow="ellipsis", ratio=1)
    for result in results:
        cells = [_mark(result, exercise.name) for exercise in day.exercises]
        total = Text(f"{points(result.score)}/{points(result.max_score)}", style="bold")
        table.add_row(Text(one_line(result.student)), *cells, total, Text(one_line(result.reason)))
    return table


def _mark(result: Result, name: str) -> Text:
    exercise = result.exercise(name)
    if exercise is None:
        return Text("·", style="dim")
    style = "green" if exercise.status == Status.PASSED else "red"
    return Text(f"{exercise.status.sign} {points(exercise.points)}", style=style)


def _legend(results: list[Result], day: Day) -> Text:
    """The exercises by number, and the signs that occur."""
    exercises = [
        f"{number} {exercise.name} ({points(exercise.test.points)})"
        for number, exercise in enumerate(day.exercises, start=1)
    ]
    occurring = {exercise.status for result in results for exercise in result.exercises}
    signs = [f"{status.sign} {status.words}" for status in Status if status in occurring]
    signs += ["· not graded"] if any(not result.exercises for result in results) else []
    return Text("\n".join(_wrapped(exercises) + _wrapped(signs)), style="dim")


def _wrapped(items: list[str]) -> list[str]:
    """The items side by side, none of them split."""
    unbreakable = "   ".join(item.replace(" ", "\N{NO-BREAK SPACE}") for item in items)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in wrap(unbreakable, _LEGEND_WIDTH)]
