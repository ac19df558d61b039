"""The learner's check of a saved notebook."""

from datetime import datetime
from pathlib import Path

import typer

from autograder.commands import learning
from autograder.commands.learning import OfDay, Target
from autograder.commands.shared import AsJson, Days, Limit, Sandbox, err, out, print_json, selected, settings
from autograder.days.overview import day_info
from autograder.grading.grader import Settings
from autograder.learning.workspace import which_notebook
from autograder.project import day_path, root
from autograder.result import Outcome, Result

app = typer.Typer()


@app.command()
def check(
    target: Target = None,
    as_json: AsJson = False,
    sandbox: Sandbox = "best-effort",
    limit: Limit = None,
    day: OfDay = None,
) -> None:
    """Check your notebook and say what went wrong. Exit status 0 only if every exercise passed."""
    notebook = which_notebook(root(), target)
    result = check_once(notebook, settings(sandbox, 1, limit), as_json, day)
    if result.score < result.max_score:
        raise typer.Exit(1)


@app.command()
def prepare(days: Days = None, sandbox: Sandbox = "best-effort") -> None:
    """Work out beforehand what hints need, so that they come at once; `start` does it for the day while you read."""
    from autograder.learning.preparing import prepare as prepare_day

    for day in selected(days):
        with err.status(f"preparing day {day.number}"):
            prepare_day(day, settings(sandbox))


def check_once(notebook: Path, how: Settings, as_json: bool = False, day: int | None = None) -> Result:
    """Check a notebook, print the result and keep it."""
    from autograder.commands.reporting import print_result
    from autograder.learning.checking import check_notebook

    info = None if day is None else day_info(day_path(root(), day))
    saved = datetime.fromtimestamp(notebook.stat().st_mtime)
    with err.status(f"checking {notebook.name}"):
        info, result = check_notebook(notebook, root(), how, info)
    if as_json:
        print_json(result.as_json())
    else:
        print_result(result, info.title, out, notebook, saved)
    if result.status == Outcome.GRADED:
        learning.record(info, result.score, result.max_score)
    return result
