"""The command line: `deepdays`."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from autograder.basics.startup import skip_address_grammar
from autograder.commands import data as data_commands
from autograder.commands import learning as commands
from autograder.commands import writing
from autograder.commands.learning import Target
from autograder.errors import DeepDaysError
from autograder.learning.workspace import which_notebook
from autograder.project import CURRICULUM, day_path, find_days, handed_out, own_notebook, root
from deepdays.data.errors import DataError

app = typer.Typer(
    name="deepdays",
    help="125 days of machine learning: build the notebooks, check your answers, grade a class.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(data_commands.app, name="data")
out = Console()
err = Console(stderr=True)

Days = Annotated[list[int] | None, typer.Argument(metavar="[DAY]...", help="Day numbers; all days if none is given.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Sandbox = Annotated[
    str,
    typer.Option(help="required: refuse where learners' code cannot be locked in; best-effort: do what can be done."),
]
Workers = Annotated[int, typer.Option(min=1, help="Submissions examined at once; the default is the number of cores.")]
Limit = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=NUMBER", help="Override a limit: seconds_per_call, seconds, memory_mb, scratch_mb, open_files."
    ),
]


def main() -> None:
    """Run the command line; an error meant for people becomes one sentence and exit status 2."""
    skip_address_grammar()
    try:
        app()
    except (DeepDaysError, DataError) as error:
        err.print(f"[bold red]deepdays:[/] {escape(str(error))}", soft_wrap=True, highlight=False)
        sys.exit(2)
    except KeyboardInterrupt:
        err.print("Stopped.")
        sys.exit(130)


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
    chosen = {"mode": sandbox, "limits": tuple(overrides)} | ({"workers": workers} if workers else {})
    chosen |= {"backend": backend} if backend else {}
    return Settings(**chosen)


def print_json(data) -> None:
    print(json.dumps(data, ensure_ascii=False))


@app.command()
def build(days: Days = None) -> None:
    """Write the student notebooks, the instructor copies (build/source/) and the letters of docs/notation.md."""
    from autograder.days.notation import write_letters
    from autograder.notebooks.building import build as build_notebooks

    written = build_notebooks(selected(days), root())
    write_letters(root())
    out.print(f"{len(written)} student notebook{'s' * (len(written) != 1)} in {root() / CURRICULUM}", soft_wrap=True)


@app.command()
def verify(
    days: Days = None,
    as_json: AsJson = False,
    sandbox: Sandbox = "required",
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Also make wrong answers by machine, and see that the tests reject them.")
    ] = False,
    backend: Annotated[
        str, typer.Option(metavar="tensorflow|jax|torch", help="Keras's backend, for days written for any of them.")
    ] = "tensorflow",
    only: Annotated[str | None, typer.Option(metavar="EXERCISE", help="Prove this exercise alone, of one day.")] = None,
    notebook: Annotated[bool, typer.Option(help="Run the whole notebook.")] = True,
) -> None:
    """Prove days: right answers pass, wrong ones fail and are named, the whole notebook runs clean."""
    from autograder.commands.reporting import print_proof
    from autograder.proving.proof import verify as verify_day

    proofs = []
    for day in _provable(days, backend):
        with err.status(f"day {day.number}") as status:
            proof = verify_day(
                day,
                settings(sandbox, backend=backend),
                lambda text, day=day: status.update(f"day {day.number}: {text}"),
                with_mutants=mutants,
                only=only,
                with_notebook=notebook,
            )
        proofs.append(proof)
        if not as_json:
            print_proof(proof, out)
    if as_json:
        print_json([proof.as_json() for proof in proofs])
    if not all(proof.ok for proof in proofs):
        raise typer.Exit(1)


def _provable(numbers: list[int] | None, backend: str) -> list:
    """The days of those numbers, or all days, less those to which a backend other than TensorFlow does not apply."""
    from autograder.proving import backends

    backends.require(backend)
    days = selected(numbers)
    if backend == backends.TENSORFLOW:
        return days
    if numbers:
        for day in backends.unaffected(days, backend):
            err.print(f"Day {day.number} uses NumPy alone: the backend does not matter.", highlight=False)
    return backends.neutral(days)


@app.command()
def devices(
    days: Days = None,
    to: Annotated[Path | None, typer.Option(help="The page to write; docs/devices.md by default.")] = None,
) -> None:
    """Time the days that are written for any backend, on each backend and device, and write docs/devices.md."""
    from autograder.basics.files import write_file
    from autograder.proving import backends
    from autograder.proving.devices import measure, page
    from deepdays.devices import device

    with err.status("") as status:
        measurements, found = measure(backends.neutral(selected(days)), status.update)
    path = to or root() / "docs" / "devices.md"
    write_file(path, page(measurements, found, device()).encode())
    out.print(f"Written: {path}", soft_wrap=True)
    problems = [(one, problem) for one in measurements for problem in one.problems]
    for one, problem in problems:
        err.print(escape(f"day {one.day} on {backends.TITLES[one.backend]}: {problem}"), soft_wrap=True)
    if problems:
        raise typer.Exit(1)


@app.command()
def check(
    target: Target = None, as_json: AsJson = False, sandbox: Sandbox = "best-effort", limit: Limit = None
) -> None:
    """Check your notebook and say what went wrong. Exit status 0 only if every exercise passed."""
    notebook = which_notebook(root(), target)
    if not _check_once(notebook, settings(sandbox, 1, limit), as_json):
        raise typer.Exit(1)


@app.command()
def watch(target: Target = None, sandbox: Sandbox = "best-effort", limit: Limit = None) -> None:
    """Check your notebook each time you save it, until every exercise passes."""
    notebook = which_notebook(root(), target)
    commands.watch(notebook, lambda: _check_once(notebook, settings(sandbox, 1, limit)))


def _check_once(notebook: Path, how, as_json: bool = False) -> bool:
    """Check a notebook, print the result, keep it if the notebook lies in my_days; whether everything passed."""
    from autograder.commands.reporting import print_result
    from autograder.learning.checking import check_notebook

    info, result = check_notebook(notebook, root(), how)
    if as_json:
        print_json(result.as_json())
    else:
        print_result(result, info.title, out)
    if notebook.resolve() == own_notebook(root(), info.slug).resolve():
        commands.record(info, result.score, result.max_score)
    return result.score >= result.max_score


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
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="tcp://HOST:PORT", help="Examine on the Dask cluster there instead of on this machine."),
    ] = None,
) -> None:
    """Grade a class: gradebook, autograded notebooks, a feedback page a student."""
    from autograder.classroom.grade_class import grade_class

    chosen, how = selected([day])[0], settings(sandbox, workers, limit)
    results = grade_class(chosen, submissions, course, gradebook, how, err, scheduler)
    from autograder.commands.reporting import print_class  # loads nbgrader, which examining need not wait for

    if as_json:
        for result in results:
            print_json(result.as_json())
    else:
        print_class(results, chosen, course, gradebook, out)


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


commands.register(app)
writing.register(app)

if __name__ == "__main__":
    main()
