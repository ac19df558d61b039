"""The command line: `deepdays`."""

import importlib.metadata
import sys
from typing import Annotated

import typer
from rich.markup import escape

from autograder.basics.startup import skip_address_grammar
from autograder.commands import checking, data, grading, helping, learning, proving, watching, writing
from autograder.commands.shared import err, out, typed
from autograder.errors import DeepDaysError
from deepdays.data.errors import DataError

app = typer.Typer(
    name="deepdays",
    help="125 days of machine learning: build the notebooks, check your answers, grade a class.",
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (learning, checking, watching, helping, grading, writing, proving):
    app.add_typer(group.app)
app.add_typer(data.app, name="data")


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version and stop.")] = False,
) -> None:
    """What holds for every command."""
    if version:
        out.print(f"deepdays {importlib.metadata.version('deepdays')}", highlight=False)
        raise typer.Exit


def main() -> None:
    """Run the command line; an error meant for people becomes one sentence and exit status 2."""
    skip_address_grammar()
    try:
        app()
    except (DeepDaysError, DataError) as error:
        err.print(f"[bold red]deepdays:[/] {escape(typed(str(error)))}", soft_wrap=True, highlight=False)
        sys.exit(2)
    except OSError as error:  # a full disk, a path that can't be used, a right that is missing
        what = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
        err.print(f"[bold red]deepdays:[/] {escape(what)}", soft_wrap=True, highlight=False)
        sys.exit(2)
    except KeyboardInterrupt:
        err.print("Stopped.")
        sys.exit(130)


if __name__ == "__main__":
    main()
