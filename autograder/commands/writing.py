"""The commands of those who write days: new, build, lint, preview, site."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from autograder.basics.files import write_file
from autograder.commands.shared import AsJson, Days, err, out, print_json, selected
from autograder.errors import DeepDaysError
from autograder.project import CURRICULUM, build_folder, day_path, day_source, find_days, root

app = typer.Typer()


@app.command()
def new(day: Annotated[int, typer.Argument(help="The day's number in docs/syllabus.yml.")]) -> None:
    """Write the skeleton of a day's source from the syllabus, with a TODO wherever something is to be written."""
    from autograder.days.skeleton import skeleton
    from autograder.days.syllabus import planned_days

    planned = planned_days(root()).get(day)
    if planned is None:
        raise DeepDaysError(f"docs/syllabus.yml has no day {day}; it plans days 1 to {max(planned_days(root()))}.")
    path = day_source(root(), day, planned.slug)
    if path.exists():
        raise DeepDaysError(f"{path} is there already. It stays as it is.")
    write_file(path, skeleton(planned).encode())
    out.print(f"{path}\nWrite it, and look at it as you go: deepdays verify {day} --watch", soft_wrap=True)


@app.command()
def build(days: Days = None) -> None:
    """Write the student notebooks, the instructor copies (build/source/) and the letters of docs/notation.md."""
    from autograder.days.notation import write_letters
    from autograder.notebooks.building import build as build_notebooks

    written = build_notebooks(selected(days), root())
    write_letters(root())
    out.print(f"{len(written)} student notebook{'s' * (len(written) != 1)} in {root() / CURRICULUM}", soft_wrap=True)


@app.command()
def lint(
    days: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DAY|FILE]...", help="Days' numbers or sources; all days if none is given."),
    ] = None,
    as_json: AsJson = False,
    only: Annotated[str | None, typer.Option(metavar="RULE", help="Apply this rule alone.")] = None,
) -> None:
    """Read days and say what is wrong with them, without running anything. Exit status 0 only if nothing is."""
    from autograder.linting.linter import lint as apply_rules

    paths = [_source(day) for day in days] if days else find_days(root())
    findings = apply_rules(paths, root(), only)
    if as_json:
        print_json([finding.as_json() for finding in findings])
    for finding in findings if not as_json else ():
        where = f"{_near(finding.path)}:{finding.line}:"
        what = Text(f"{finding.problem}. {finding.mend}")
        out.print(Text(where, style="bold"), what, Text(f"[{finding.rule}]", "dim"), soft_wrap=True)
    if not as_json:
        faulty = len({finding.path for finding in findings})
        err.print(f"{len(findings)} findings in {faulty} of {len(paths)} days", highlight=False)
    if findings:
        raise typer.Exit(1)


@app.command()
def preview(days: Days = None) -> None:
    """Write the learner's page of days and each of their figures, light and dark, to build/preview/."""
    from autograder.proving.memory import Memory
    from autograder.proving.preview import preview as write_preview

    for day in selected(days):
        with err.status(f"day {day.number}"):
            page, *figures = write_preview(day, Memory(root()), build_folder(root()) / "preview" / day.slug)
        out.print(f"{page}\n{len(figures)} pictures beside it", soft_wrap=True, highlight=False)


@app.command()
def site(
    days: Days = None,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where site/ goes, and what it is made from; build/ by default."),
    ] = None,
) -> None:
    """Write the course as a site, build/site/, with what its notebooks printed and drew when they were proved."""
    from autograder.publishing.site import write_site

    with err.status("") as status:
        page = write_site(selected(days), root(), (to or build_folder(root())).resolve(), status.update)
    out.print(f"Written: {page}", soft_wrap=True)


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
