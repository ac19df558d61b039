"""The learner's commands: list, start, check, watch, next, progress, hint, solution, reset."""

import contextlib
import os
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder import project
from autograder.days.overview import DayInfo, all_days, day_info
from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.learning import progress as keeping
from autograder.learning.identifying import identify
from autograder.learning.saving import saved_at, saved_bytes
from autograder.learning.workspace import reset as reset_cell
from autograder.learning.workspace import start as start_day
from autograder.learning.workspace import which_notebook
from autograder.project import OWN, day_path, handed_out, own_notebook
from autograder.result import points
from deepdays.standing import diary

out = Console()

DayNumber = Annotated[int, typer.Argument(metavar="DAY", help="The day's number.")]
Target = Annotated[
    str | None,
    typer.Argument(metavar="[DAY|NOTEBOOK]", help="A day you started, or a notebook; the one saved last if left out."),
]
OfDay = Annotated[int | None, typer.Option("--day", help="The notebook's day, where nothing in it tells.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @app.command("list")
    def list_days() -> None:
        """List the days: week, minutes, and how far you are."""
        kept = _kept()
        table = Table(box=None, pad_edge=False)
        for heading in ("", "week", "day", "title", "minutes", "points"):
            table.add_column(heading, justify="right" if heading in ("week", "day", "minutes", "points") else "left")
        for info in all_days(project.root()):
            entry = kept.days.get(info.number)
            done = (
                "✓"
                if kept.is_finished(info.number)
                else "·"
                if own_notebook(project.root(), info.slug).exists()
                else ""
            )
            score = f"{points(entry.score)}/{points(entry.max_score)}" if entry and entry.max_score else ""
            table.add_row(done, str(info.week), str(info.number), Text(info.title), str(info.minutes), score)
        out.print(table)

    @app.command()
    def start(day: DayNumber) -> None:
        """Copy a day's notebook to my_days/, where you work; a copy that is there already stays as it is."""
        _start(project.root(), day_info(day_path(project.root(), day)))

    @app.command()
    def lab(
        arguments: Annotated[list[str] | None, typer.Argument(help="Passed on to JupyterLab, after `--`.")] = None,
    ) -> None:
        """Open JupyterLab on my_days/, with kernels that start warm."""
        _lab(project.root(), arguments or [])

    @app.command("next")
    def next_day() -> None:
        """Start the first day that you have not finished."""
        kept = _kept()
        for info in all_days(project.root()):
            if not kept.is_finished(info.number):
                _start(project.root(), info)
                return
        out.print("You have finished every day there is.")

    @app.command()
    def progress() -> None:
        """Show days, points, your streak and the last five weeks."""
        _show_progress(_kept(), all_days(project.root()), date.today())

    @app.command()
    def hint(
        exercise: Annotated[str, typer.Argument(help="The exercise's name.")],
        day: Annotated[int | None, typer.Option(help="The day, if several have an exercise of that name.")] = None,
    ) -> None:
        """Give a hint; each further call gives a stronger one, and none gives the answer away."""
        _hint(project.root(), exercise, day)

    @app.command()
    def solution(day: DayNumber, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
        """Show a day's answers; asks first if you have not finished it."""
        info = day_info(day_path(project.root(), day))
        if not yes and not _kept().is_finished(info.number):
            typer.confirm(f"You have not finished day {day}. Show its answers all the same?", abort=True)
        _show_solution(info)

    @app.command()
    def reset(
        exercise: Annotated[str, typer.Argument(help="The exercise's name.")],
        notebook: Annotated[
            str | None, typer.Option(metavar="DAY|NOTEBOOK", help="Where; the one saved last if left out.")
        ] = None,
        day: OfDay = None,
    ) -> None:
        """Put an exercise's cell back as it was handed out; the notebook as it is now is kept as a backup."""
        path = which_notebook(project.root(), notebook)
        root = project.root()
        info = identify(root, path, saved_bytes(path)) if day is None else day_info(day_path(root, day))
        backup = reset_cell(path, exercise, read_day(info.path), handed_out(root, info.slug))
        out.print(
            f"`{exercise}` in {path} is as it was handed out. Your notebook before that: {backup.name}", soft_wrap=True
        )


def watch(notebook: Path, check_once) -> None:
    """Check whenever the notebook is saved, until all of it passes; `check_once` returns whether it does."""
    seen = 0
    while True:
        saved = saved_at(notebook)
        if saved not in (0, seen):
            seen = saved
            try:
                if check_once():
                    return
            except DeepDaysError as error:
                out.print(Text(str(error), style="red"))
            out.print(f"Waiting for {notebook.name} to be saved; stop with Ctrl+C.", style="dim")
        time.sleep(0.3)


def record(info: DayInfo, score: float, max_score: float) -> None:
    """Note the result of a check of the learner's own notebook."""
    kept = _kept()
    kept.record(info.number, score, max_score, date.today())
    keeping.save(kept)


def _kept() -> keeping.Progress:
    kept, aside = keeping.load()
    if aside:
        out.print(f"Your progress file was damaged; it is kept as {aside}, and counting starts anew.", style="yellow")
    return kept


def _start(root: Path, info: DayInfo) -> None:
    path, is_new = start_day(root, info)
    out.print(f"Day {info.number} · {info.title}, about {info.minutes} minutes", style="bold", highlight=False)
    out.print(f"{'Your copy' if is_new else 'You have started already'}: {path}", soft_wrap=True, highlight=False)
    out.print(f"Open it with `make lab`; check it with `deepdays check {info.number}`.", highlight=False)


def _lab(root: Path, arguments: list[str]) -> None:
    try:
        from jupyterlab.labapp import LabApp
    except ImportError:
        raise DeepDaysError('JupyterLab is not installed here. Install it with: pip install "deepdays[lab]"') from None
    from autograder.kernels import spec

    spec.install()
    folder = root / OWN
    folder.mkdir(exist_ok=True)
    if not any(folder.glob("*.ipynb")):
        _start(root, all_days(root)[0])
    options = [f"--notebook-dir={folder}", *(["--allow-root"] if os.getuid() == 0 else [])]
    scripts = str(Path(sys.executable).parent)  # so that `deepdays` works in JupyterLab's terminal
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [spec.stand_in(root), os.environ.get("JUPYTER_PATH")]))
    threading.Thread(target=_warm_up, daemon=True).start()
    LabApp.launch_instance([*options, *arguments])


def _warm_up() -> None:
    """Start the process that kernels are forked from, while JupyterLab itself starts."""
    from autograder.kernels.provisioner import WarmZygote

    with contextlib.suppress(DeepDaysError, OSError):  # the kernel says so, and starts the ordinary way
        WarmZygote(dict(os.environ)).warm_up()


def _show_progress(kept: keeping.Progress, days: list[DayInfo], today: date) -> None:
    finished = [info for info in days if kept.is_finished(info.number)]
    earned = sum(entry.score for entry in kept.days.values())
    out.print(f"{len(finished)} of {len(days)} days finished, {points(earned)} points", highlight=False)
    for line in diary(kept.active, today):
        out.print(line, highlight=False)


def _hint(root: Path, exercise: str, number: int | None) -> None:
    from autograder.learning.hints import tiers

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
    day = found[0]
    hints = tiers(day, day.exercise(exercise))
    kept = _kept()
    tier = min(kept.next_hint(day.number, exercise), len(hints) - 1)
    keeping.save(kept)
    out.print(Text(f"Hint {tier + 1} of {len(hints)}. {hints[tier]}"), soft_wrap=True)


def _show_solution(info: DayInfo) -> None:
    from rich.syntax import Syntax

    for exercise in read_day(info.path).exercises:
        out.print(Text(exercise.name, style="bold"))
        out.print(Syntax(exercise.answer.strip(), "python", background_color="default", word_wrap=True))
