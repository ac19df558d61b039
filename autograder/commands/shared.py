"""What several commands share: their options, the project's folder, the days they mean, how to grade."""

import contextlib
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.errors import DeepDaysError
from autograder.project import day_path, find_days, root

out = Console()
err = Console(stderr=True)

Days = Annotated[list[int] | None, typer.Argument(metavar="[DAY]...", help="Day numbers; all days if none is given.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Sandbox = Annotated[
    str,
    typer.Option(help="required: refuse where learners' code cannot be locked in; best-effort: do what can be done."),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Submissions examined at once; the default is the number of cores.")
]
Limit = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=NUMBER", help="Override a limit: seconds_per_call, seconds, memory_mb, scratch_mb, open_files."
    ),
]


def selected(numbers: list[int] | None) -> list:
    """The days of those numbers, or all days."""
    from autograder.days.reader import read_day

    paths = [day_path(root(), number) for number in numbers] if numbers else find_days(root())
    return [read_day(path) for path in paths]


def settings(sandbox: str, workers: int | None = None, limit: list[str] | None = None, backend: str | None = None):
    """Grading settings from the command line's options."""
    from autograder.engine.sandbox import BEST_EFFORT, REQUIRED
    from autograder.grading.grader import Settings

    if sandbox not in (REQUIRED, BEST_EFFORT):
        raise DeepDaysError(f"--sandbox is {REQUIRED} or {BEST_EFFORT}. Received: {sandbox}")
    overrides = []
    for text in limit or []:
        name, _, number = text.partition("=")
        try:
            overrides.append((name.strip(), float(number)))
        except ValueError:
            raise DeepDaysError(f"--limit takes NAME=NUMBER, such as seconds=30. Received: {text}") from None
    chosen = Settings(mode=sandbox, limits=tuple(overrides))
    return replace(chosen, workers=workers or chosen.workers, backend=backend or chosen.backend)


def command() -> str:
    """How a person who runs this calls `deepdays` again: by name if that is on their path, else by where it lies."""
    name = "deepdays"
    script = Path(sys.argv[0])
    found = shutil.which(name)
    if script.name != name or (found and Path(found).resolve() == script.resolve()):
        return name
    with contextlib.suppress(ValueError):
        return str(script.absolute().relative_to(Path.cwd()))
    return str(script.absolute())


def typed(text: str) -> str:
    """A text with the commands in it as the reader can type them."""
    return text.replace("`deepdays ", f"`{command()} ")


def print_json(data) -> None:
    print(json.dumps(data, ensure_ascii=False))
