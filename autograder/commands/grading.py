"""The teacher's commands: grade, demo-class, doctor."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.shared import AsJson, Limit, Sandbox, Workers, err, out, print_json, selected, settings
from autograder.days.overview import day_info
from autograder.project import day_path, handed_out, notebook_name, root

app = typer.Typer()


@app.command()
def grade(
    day: Annotated[int, typer.Argument(help="The day's number.")],
    submissions: Annotated[
        Path, typer.Argument(help="A folder of STUDENT/….ipynb, an nbgrader submitted/ tree, or a zip.")
    ],
    course: Annotated[Path, typer.Option(help="The nbgrader course to write; made if it is not there.")] = Path(
        "build/course"
    ),
    gradebook: Annotated[
        str | None, typer.Option(metavar="URL", help="The gradebook; SQLite in the course by default.")
    ] = None,
    as_json: AsJson = False,
    workers: Workers = None,
    sandbox: Sandbox = "required",
    limit: Limit = None,
    follow_through: Annotated[
        bool, typer.Option("--follow-through", help="Give an answer that fails only through an earlier one its points.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Examine everything, also what is unchanged since it was graded.")
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="tcp://HOST:PORT", help="Examine on the Dask cluster there instead of on this machine."),
    ] = None,
) -> None:
    """Grade a class: gradebook, autograded notebooks, a feedback page a student."""
    from autograder.classroom.grade_class import grade_class

    chosen, how = selected([day])[0], replace(settings(sandbox, workers, limit), follow_through=follow_through)
    results = grade_class(chosen, submissions, course, gradebook, how, err, scheduler, again)
    from autograder.commands.reporting import print_class  # loads nbgrader, which examining need not wait for

    if as_json:
        for result in results:
            print_json(result.as_json())
    else:
        print_class(results, chosen, course, gradebook, out)


@app.command()
def release(
    day: Annotated[int, typer.Argument(help="The day's number.")],
    folder: Annotated[Path, typer.Argument(help="Where to write it; made if it is not there.")],
) -> None:
    """Write a day's notebook for a class that is graded: no answers and no hidden tests, nothing else beside it."""
    from autograder.basics.files import write_file
    from autograder.learning.workspace import original

    info = day_info(day_path(root(), day))
    path = write_file(folder / notebook_name(info.slug), original(root(), info))
    out.print(f"{path}", soft_wrap=True, highlight=False)


@app.command("demo-class")
def demo_class(
    day: Annotated[int, typer.Argument(help="The day's number.")],
    folder: Annotated[Path, typer.Argument(help="Where to write the submissions.")] = Path("build/demo_class"),
) -> None:
    """Write the notebooks of a class of fourteen, honest and otherwise, to try grading on."""
    from autograder.classroom.demo import make_demo_class

    chosen = selected([day])[0]
    notebook = handed_out(root(), chosen.slug)
    written = make_demo_class(chosen, notebook, folder)
    out.print(f"{len(written)} submissions in {folder}", soft_wrap=True)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what this machine has for locking learners' code in, and what it lacks."""
    from autograder.engine.doctor import examine_machine

    report = examine_machine()
    if as_json:
        print_json(report)
    else:
        for entry in report["mechanisms"]:
            out.print(f"{'✓' if entry['present'] else '✗'} {entry['name']}: {entry['what']}", highlight=False)
        out.print(f"Python {report['python']}, {report['system']}, {report['cores']} cores", highlight=False)
    if not report["complete"]:
        raise typer.Exit(1)
