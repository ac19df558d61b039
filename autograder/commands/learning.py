"""The learner's way through the days: list, start, lab, next, progress."""

import contextlib
import os
import sys
import threading
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder import project
from autograder.commands import completing
from autograder.commands.shared import AsJson, print_json, typed
from autograder.days.overview import DayInfo, all_days, day_info
from autograder.errors import DeepDaysError
from autograder.learning import jupyterlab
from autograder.learning import progress as keeping
from autograder.learning.workspace import start as start_day
from autograder.project import day_path, own_folder, own_notebook
from autograder.result import points
from deepdays.standing import diary

out = Console()

DayNumber = Annotated[int, typer.Argument(metavar="DAY", help="The day's number.", autocompletion=completing.days)]
Target = Annotated[
    str | None,
    typer.Argument(
        metavar="[DAY|NOTEBOOK]",
        help="A day you started, or a notebook; the one saved last if left out.",
        autocompletion=completing.days,
    ),
]
OfDay = Annotated[int | None, typer.Option("--day", help="The notebook's day, where nothing in it tells.")]


app = typer.Typer()


@app.command("list")
def list_days(as_json: AsJson = False) -> None:
    """List the days: week, minutes, and how far you are."""
    kept = kept_progress()
    if as_json:
        print_json([_listed(info, kept) for info in all_days(project.root())])
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("", "week", "day", "title", "minutes", "points"):
        table.add_column(heading, justify="right" if heading in ("week", "day", "minutes", "points") else "left")
    for info in all_days(project.root()):
        entry = kept.days.get(info.number)
        done = "✓" if kept.is_finished(info.number) else "·" if own_notebook(project.root(), info.slug).exists() else ""
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
    kept = kept_progress()
    for info in all_days(project.root()):
        if not kept.is_finished(info.number):
            _start(project.root(), info)
            return
    out.print("You have finished every day there is.")


@app.command()
def progress(as_json: AsJson = False) -> None:
    """Show days, points, your streak and the last five weeks."""
    if as_json:
        print_json(kept_progress().model_dump(mode="json"))
        return
    _show_progress(kept_progress(), all_days(project.root()), date.today())


def record(info: DayInfo, score: float, max_score: float) -> None:
    """Note the result of a check of the learner's own notebook."""
    kept = kept_progress()
    kept.record(info.number, score, max_score, date.today())
    keeping.save(kept)


def kept_progress() -> keeping.Progress:
    """What is kept of the learner's progress; says so if it was damaged."""
    kept, aside = keeping.load()
    if aside:
        out.print(f"Your progress file was damaged; it is kept as {aside}, and counting starts anew.", style="yellow")
    return kept


def _start(root: Path, info: DayInfo) -> None:
    path, is_new = start_day(root, info)
    out.print(f"Day {info.number} · {info.title}, about {info.minutes} minutes", style="bold", highlight=False)
    out.print(f"{'Your copy' if is_new else 'You have started already'}: {path}", soft_wrap=True, highlight=False)
    out.print(typed(f"Open it with `deepdays lab`; check it with `deepdays check {info.number}`."), highlight=False)
    if is_new and out.is_terminal:
        from autograder.learning.preparing import prepare_aside

        prepare_aside(info.number)


def _lab(root: Path, arguments: list[str]) -> None:
    try:
        from jupyterlab.labapp import LabApp
    except ImportError:
        raise DeepDaysError('JupyterLab is not installed here. Install it with: pip install "deepdays[lab]"') from None
    from autograder.kernels import spec

    spec.install()
    folder = own_folder(root)
    folder.mkdir(exist_ok=True)
    if not any(folder.glob("*.ipynb")):
        _start(root, all_days(root)[0])
    options = [f"--notebook-dir={folder}", jupyterlab.ONE_KERNEL, *(["--allow-root"] if os.getuid() == 0 else [])]
    _put_first("PATH", str(Path(sys.executable).parent))  # so that `deepdays` works in JupyterLab's terminal
    _put_first("JUPYTER_PATH", spec.stand_in(root))
    _put_first("JUPYTER_CONFIG_PATH", jupyterlab.settings(root))
    threading.Thread(target=_warm_up, daemon=True).start()
    LabApp.launch_instance([*options, *arguments])


def _put_first(variable: str, folder: str) -> None:
    os.environ[variable] = os.pathsep.join(filter(None, [folder, os.environ.get(variable)]))


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


def _listed(info: DayInfo, kept: keeping.Progress) -> dict:
    """A day as `list --json` has it."""
    entry = kept.days.get(info.number)
    return {
        "day": info.number,
        "title": info.title,
        "week": info.week,
        "minutes": info.minutes,
        "started": own_notebook(project.root(), info.slug).exists(),
        "finished": kept.is_finished(info.number),
        "score": entry.score if entry else 0.0,
        "max_score": entry.max_score if entry else None,
    }
