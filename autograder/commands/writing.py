"""The commands of those who write days: lint."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from autograder.errors import DeepDaysError
from autograder.project import day_path, find_days, root

out = Console()
err = Console(stderr=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @app.command()
    def lint(
        days: Annotated[
            list[str] | None,
            typer.Argument(metavar="[DAY|FILE]...", help="Days' numbers or sources; all days if none is given."),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON, a list of findings.")] = False,
        only: Annotated[str | None, typer.Option(metavar="RULE", help="Apply this rule alone.")] = None,
    ) -> None:
        """Read days and say what is wrong with them, without running anything. Exit status 0 only if nothing is."""
        from autograder.linting.linter import lint as apply_rules

        paths = [_source(day) for day in days] if days else find_days(root())
        findings = apply_rules(paths, root(), only)
        if as_json:
            print(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False))
        for finding in findings if not as_json else ():
            where = f"{_near(finding.path)}:{finding.line}:"
            out.print(
                Text(where, style="bold"),
                Text(f"{finding.problem}. {finding.mend}"),
                Text(f"[{finding.rule}]", "dim"),
                soft_wrap=True,
            )
        if not as_json:
            faulty = len({finding.path for finding in findings})
            err.print(f"{len(findings)} findings in {faulty} of {len(paths)} days", highlight=False)
        if findings:
            raise typer.Exit(1)


def _source(day: str) -> Path:
    if day.isdigit():
        return day_path(root(), int(day))
    if not Path(day).is_file():
        raise DeepDaysError(f"There is no file {day}. Give a day's number or its source in solutions/.")
    return Path(day).resolve()


def _near(path: Path) -> Path:
    """A path as seen from here, if it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
