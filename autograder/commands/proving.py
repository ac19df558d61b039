"""The commands that prove days: verify, devices."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from autograder.commands.shared import AsJson, Days, Sandbox, err, out, print_json, selected, settings
from autograder.errors import DeepDaysError
from autograder.project import root

if TYPE_CHECKING:
    from autograder.day import Day
    from autograder.proving.proof import Asked

app = typer.Typer()


@app.command()
def verify(
    days: Days = None,
    as_json: AsJson = False,
    sandbox: Sandbox = "required",
    only: Annotated[str | None, typer.Option(metavar="EXERCISE", help="Prove this exercise of one day alone.")] = None,
    changed: Annotated[bool, typer.Option("--changed", help="Prove the days that git says have changed.")] = False,
    notebook: Annotated[bool, typer.Option(help="Run the whole notebook.")] = True,
    watch: Annotated[bool, typer.Option("--watch", help="Prove again each time a day is saved.")] = False,
    seeds: Annotated[int, typer.Option(min=0, help="Run it again so often with every seed in the demos shifted.")] = 0,
    alternatives: Annotated[
        bool, typer.Option("--alternatives", help="Run it again with accepted alternatives in place of the answers.")
    ] = False,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Also make wrong answers by machine, and see that the tests reject them.")
    ] = False,
    release: Annotated[bool, typer.Option("--release", help="All of it: five seeds, alternatives, mutants.")] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Print what a learner reads for every mistake, and survivors as entries.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Prove also what is remembered as proved.")] = False,
    backend: Annotated[
        str, typer.Option(metavar="tensorflow|jax|torch", help="Keras's backend, for days written for any of them.")
    ] = "tensorflow",
) -> None:
    """Prove days: right answers pass, wrong ones fail and are named, the whole notebook runs clean.

    With no day all are proved that have not been proved as they are.
    """
    from autograder.proving.proof import Asked

    asked = Asked(only, notebook, 5 if release else seeds, alternatives or release, mutants or release)
    if only and len(days or []) != 1:
        raise DeepDaysError("--only takes one day: deepdays verify DAY --only EXERCISE.")
    if (asked.seeds or asked.alternatives) and not notebook:
        raise DeepDaysError("Seeds and alternatives are tried in the whole notebook: leave --no-notebook out.")
    if changed:
        days = [number for number in _changed_days() if not days or number in days]
        if not days:
            out.print("No day differs from the last commit.")
            return
    chosen = _provable(days, backend)
    remembered = not (days or fresh or only) and notebook
    how = settings(sandbox, backend=backend)
    ok = _prove(chosen, how, asked, as_json, show, remembered)
    for saved in _saved(chosen) if watch else ():
        try:
            _prove(saved, how, asked, as_json, show, remembered=False)
        except DeepDaysError as error:
            err.print(escape(str(error)), style="red", soft_wrap=True)
    if not ok:
        raise typer.Exit(1)


def _prove(days: Sequence["Day"], how, asked: "Asked", as_json: bool, show: bool, remembered: bool) -> bool:
    """Prove days and print their proofs in order; whether all hold."""
    from autograder.commands.reporting import print_proof

    proofs = []
    with err.status("") as status:
        for proof in _proofs(days, how, asked, remembered, status.update):
            proofs.append(proof)
            if not as_json:
                print_proof(proof, out, show)
    if as_json:
        print_json(proofs)
    return all(proof["ok"] for proof in proofs)


def _proofs(days: Sequence["Day"], how, asked: "Asked", remembered: bool, progress) -> Iterator[dict]:
    """The proofs of days as `--json` has them, two days at a time where there is more than one."""
    from autograder.proving.memory import Memory
    from autograder.proving.proof import verify as verify_day

    memory = Memory(root())
    if len(days) > 1:
        workers, how = how.workers, replace(how, workers=1)
    else:
        workers = 1

    def proof_of(day: "Day") -> dict:
        key = memory.key(day, backend=how.backend, **asdict(asked))
        if remembered and (kept := memory.proof(day, key)):
            return kept | {"remembered": True}
        proof = verify_day(day, how, asked, lambda text: progress(f"day {day.number}: {text}"), memory)
        if proof.ok and asked.only is None and asked.notebook:
            memory.keep_proof(day, key, proof.as_json())
        return proof.as_json()

    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(proof_of, days)


def _changed_days() -> list[int]:
    """The numbers of the days whose source git has another version of, or none."""
    from autograder.project import day_number

    command = ["git", "status", "--porcelain", "--no-renames", "-z", "--untracked-files=all", "--", "solutions"]
    done = subprocess.run(command, cwd=root(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise DeepDaysError(f"--changed asks git, which says: {done.stderr.strip()}")
    paths = [root() / entry[3:] for entry in done.stdout.split("\0") if entry]
    return sorted(day_number(path) for path in paths if path.exists() and path.match("day_*.py"))


def _saved(days: Sequence["Day"]) -> Iterator[list["Day"]]:
    """Without end the days that were saved, as they are now; one that can't be read is told and waited for."""
    from autograder.days.reader import read_day

    seen = {day.path: day.path.stat().st_mtime_ns for day in days}
    while True:
        err.print("Waiting for a day to be saved; stop with Ctrl+C.", style="dim")
        while not (new := {path: when for path in seen if (when := _saved_at(path)) not in (None, seen[path])}):
            time.sleep(0.2)
        seen |= new
        try:
            yield [read_day(path) for path in new]
        except DeepDaysError as error:
            err.print(escape(str(error)), style="red", soft_wrap=True)


def _saved_at(path: Path) -> int | None:
    """When a file was last written; None while an editor has it away."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _provable(numbers: list[int] | None, backend: str) -> list["Day"]:
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
