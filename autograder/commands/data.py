"""`deepdays data`: the sets, a look at one, the check of every hash."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

app = typer.Typer(help="The data sets: list them, look at one, check their hashes.", invoke_without_command=True)
out = Console()


@app.callback()
def catalogue(context: typer.Context) -> None:
    """List the sets: what they are, where they come from, whether they can be had now."""
    if context.invoked_subcommand:
        return
    from deepdays.data import listing

    for row in listing.catalogue():
        state = Text("ready" if row.ready else row.state, style="green" if row.ready else "dim")
        out.print(Text(row.name, style="bold"), state)
        for line in (row.title, f"{row.size}; {row.origin}; licence: {row.licence}"):
            out.print(Padding(Text(line), (0, 0, 0, 4)))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A set's name.")],
    picture: Annotated[Path | None, typer.Option("--out", help="Where to write the picture, a PNG.")] = None,
) -> None:
    """Write a contact sheet of a set, or print a sample of one that cannot be drawn."""
    from deepdays.data import listing

    out.print(Text(listing.show(name, picture)), soft_wrap=True)


@app.command()
def check() -> None:
    """Check the hash of every set, file and network that is here. Exit status 0 only if all are right."""
    from deepdays import zoo
    from deepdays.data import listing

    networks = [listing.Verdict(f"zoo/{name}", not note, note) for name, note in zoo.check().items()]
    verdicts = listing.check() + networks
    for verdict in verdicts:
        sign, style = ("✓", "green") if verdict.good else ("✗", "red")
        out.print(Text(f"{sign} {verdict.name}", style=style), Text(verdict.note), soft_wrap=True)
    if not all(verdict.good for verdict in verdicts):
        raise typer.Exit(1)
