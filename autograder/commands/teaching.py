"""What a teacher does with a graded class: statistics, exports, notebooks to hand out."""

from pathlib import Path
from typing import Annotated

import typer

from autograder.basics.files import write_file
from autograder.commands.shared import AsJson, out, print_json
from autograder.days.overview import day_info
from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.project import build_folder, day_number, day_path, notebook_name, root

app = typer.Typer()

Course = Annotated[Path, typer.Option(help="The course in which it was graded.")]
_COURSE = Path("build/course")


@app.command()
def release(
    day: Annotated[int, typer.Argument(help="The day's number.")],
    folder: Annotated[Path, typer.Argument(help="Where to write it; made if it is not there.")],
) -> None:
    """Write a day's notebook for a class that is graded: no answers and no hidden tests, nothing else beside it."""
    from autograder.learning.workspace import original

    info = day_info(day_path(root(), day))
    path = write_file(folder / notebook_name(info.slug), original(root(), info))
    out.print(f"{path}", soft_wrap=True, highlight=False)


@app.command()
def stats(
    days: Annotated[
        list[int] | None, typer.Argument(metavar="[DAY]...", help="One day, or several for an overview; all if none.")
    ] = None,
    course: Course = _COURSE,
    as_html: Annotated[
        bool, typer.Option("--html", help="Write a page with plots to the course's stats folder.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how a class did: each exercise, the commonest mistakes, where people stop, who needs help."""
    from autograder.classroom.kept import graded_days, kept_results
    from autograder.classroom.statistics import day_statistics, term_statistics
    from autograder.classroom.statistics_page import day_page, term_page
    from autograder.commands.reporting import print_day_statistics, print_term_statistics

    infos = [day_info(day_path(root(), number)) for number in days or _numbers(graded_days(course))]
    if not infos:
        raise DeepDaysError(f"Nothing has been graded in {course}. Run `deepdays grade` first.")
    kept = [kept_results(course, info.slug) for info in infos]
    if len(infos) == 1:
        of_day = day_statistics(kept[0])
        page, name = (lambda: day_page(of_day, infos[0].title)), infos[0].slug
        figures, show = of_day.as_json(), (lambda: print_day_statistics(of_day, infos[0].title, out))
    else:
        term = term_statistics(kept)
        page, name = (lambda: term_page(term)), "term"
        figures, show = term.as_json(), (lambda: print_term_statistics(term, out))
    if as_html:
        path = write_file(course / "stats" / f"{name}.html", page().encode("utf-8", "replace"))
        out.print(f"{path}", soft_wrap=True, highlight=False)
    elif as_json:
        print_json(figures)
    else:
        show()


@app.command()
def export(
    day: Annotated[int, typer.Argument(help="The day's number.")],
    target: Annotated[str, typer.Option("--for", help="Whose import reads it: canvas, moodle or csv.")] = "csv",
    course: Course = _COURSE,
    to: Annotated[Path | None, typer.Option(help="The file; in the course's export folder by default.")] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Also pack the feedback pages into a zip, a folder a student.")
    ] = False,
) -> None:
    """Write a day's points for an LMS, with manual scores and late penalties."""
    from autograder.classroom.exporting import csv_for, feedback_zip
    from autograder.classroom.kept import kept_results

    chosen = read_day(day_path(root(), day))
    kept = kept_results(course, chosen.slug)
    path = to or course / "export" / f"{chosen.slug}_{target}.csv"
    write_file(path, csv_for(target, chosen, kept))
    out.print(f"{len(kept)} students in {path}", soft_wrap=True, highlight=False)
    if feedback:
        packed = path.with_name(f"{chosen.slug}_feedback.zip")
        count = feedback_zip(course, chosen, kept, packed)
        out.print(f"{count} pages in {packed}", soft_wrap=True, highlight=False)


@app.command()
def gradescope(
    day: Annotated[int, typer.Argument(help="The day's number.")],
    to: Annotated[Path | None, typer.Option(help="The zip; in build/gradescope by default.")] = None,
) -> None:
    """Write the autograder of a day for Gradescope: a zip for "Configure Autograder"."""
    from autograder.classroom.gradescope import autograder_zip

    chosen = read_day(day_path(root(), day))
    path = autograder_zip(chosen, root(), to or build_folder(root()) / "gradescope" / f"{chosen.slug}.zip")
    out.print(f"{path}", soft_wrap=True, highlight=False)


def _numbers(slugs: list[str]) -> list[int]:
    return [day_number(Path(f"{slug}.py")) for slug in slugs]
