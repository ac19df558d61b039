"""What helps a learner who is stuck: hint, solution, reset."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from autograder import project
from autograder.commands import completing
from autograder.commands.learning import OfDay, kept_progress
from autograder.commands.shared import out
from autograder.day import Day, Exercise
from autograder.days.overview import all_days, day_info
from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.learning import progress as keeping
from autograder.learning.identifying import identify
from autograder.learning.saving import saved_bytes
from autograder.learning.workspace import original, which_notebook
from autograder.learning.workspace import reset as reset_cell
from autograder.project import day_path, own_notebook

app = typer.Typer()


@app.command()
def hint(
    exercise: Annotated[str, typer.Argument(help="The exercise's name.", autocompletion=completing.exercises)],
    day: Annotated[int | None, typer.Option(help="The day, if several have an exercise of that name.")] = None,
) -> None:
    """Give a hint; each further call gives a stronger one, and none gives the answer away."""
    give_hint(project.root(), exercise, day)


@app.command()
def solution(
    which: Annotated[
        str,
        typer.Argument(
            metavar="DAY|EXERCISE",
            help="A day, or an exercise of one you started.",
            autocompletion=completing.days_and_exercises,
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    day: Annotated[int | None, typer.Option(help="The day, if several have an exercise of that name.")] = None,
) -> None:
    """Show a day's answers, or one; asks first if you have not finished the day."""
    root = project.root()
    if which.isdigit():
        shown = read_day(day_path(root, int(which)))
        exercises = list(shown.exercises)
    else:
        shown = _day_with(root, which, day)
        exercises = [shown.exercise(which)]
    if not yes and not kept_progress().is_finished(shown.number):
        typer.confirm(f"You have not finished day {shown.number}. Show the answer all the same?", abort=True)
    _show_answers(exercises)


@app.command()
def reset(
    exercise: Annotated[str, typer.Argument(help="The exercise's name.", autocompletion=completing.exercises)],
    notebook: Annotated[
        str | None, typer.Option(metavar="DAY|NOTEBOOK", help="Where; the one saved last if left out.")
    ] = None,
    day: OfDay = None,
) -> None:
    """Put an exercise's cell back as it was handed out; the notebook as it is now is kept as a backup."""
    path = which_notebook(project.root(), notebook)
    root = project.root()
    info = identify(root, path, saved_bytes(path)) if day is None else day_info(day_path(root, day))
    backup = reset_cell(path, exercise, read_day(info.path), original(root, info))
    out.print(
        f"`{exercise}` in {path} is as it was handed out. Your notebook before that: {backup.name}", soft_wrap=True
    )


def give_hint(root: Path, exercise: str, number: int | None) -> None:
    """Print the next hint for an exercise of that day, or of the days started."""
    from autograder.learning.hints import tiers

    day = _day_with(root, exercise, number)
    hints = tiers(day, day.exercise(exercise))
    kept = kept_progress()
    tier = min(kept.next_hint(day.number, exercise), len(hints) - 1)
    keeping.save(kept)
    out.print(Text(f"Hint {tier + 1} of {len(hints)}. {hints[tier]}"), soft_wrap=True)


def show_solution(root: Path, exercise: str, number: int | None) -> None:
    """Print the reference answer to an exercise of that day."""
    _show_answers([_day_with(root, exercise, number).exercise(exercise)])


def _day_with(root: Path, exercise: str, number: int | None) -> Day:
    """The day that has an exercise: the one of that number, or the only one of those started (all, if none is)."""
    started = [info for info in all_days(root) if own_notebook(root, info.slug).exists()]
    infos = [day_info(day_path(root, number))] if number is not None else started or all_days(root)
    days = [read_day(info.path) for info in infos]
    found = [day for day in days if any(each.name == exercise for each in day.exercises)]
    if not found:
        where = f"day {number}" if number is not None else "the days you have started"
        raise DeepDaysError(f"There is no exercise `{exercise}` in {where}. `deepdays check` lists the names.")
    if len(found) > 1:
        listed = ", ".join(str(day.number) for day in found)
        raise DeepDaysError(f"Days {listed} have an exercise `{exercise}`. Say which with --day.")
    return found[0]


def _show_answers(exercises: list[Exercise]) -> None:
    from rich.syntax import Syntax

    for exercise in exercises:
        out.print(Text(exercise.name, style="bold"))
        out.print(Syntax(exercise.answer.strip(), "python", background_color="default", word_wrap=True))
