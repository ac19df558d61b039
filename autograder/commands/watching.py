"""The learner's watch: the notebook is checked each time it is saved, and single keys ask for more."""

import contextlib
import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import typer
from rich.text import Text

from autograder import project
from autograder.commands import helping, learning
from autograder.commands.checking import check_once
from autograder.commands.learning import OfDay, Target
from autograder.commands.shared import Limit, Sandbox, out, settings
from autograder.errors import DeepDaysError
from autograder.learning.saving import saved_at
from autograder.learning.workspace import which_notebook
from autograder.result import Result, Status

app = typer.Typer()

_PAUSE = 0.3  # seconds between two looks at the file
_KEYS = "h hint · s solution · n next day · r run again · q quit"


@app.command()
def watch(target: Target = None, sandbox: Sandbox = "best-effort", limit: Limit = None, day: OfDay = None) -> None:
    """Check your notebook each time you save it, until every exercise passes; single keys ask for more meanwhile."""
    notebook = which_notebook(project.root(), target)
    how = settings(sandbox, 1, limit)
    with _keyboard() as pressed:
        _Watch(notebook, lambda: check_once(notebook, how, day=day), pressed).run()


class _Watch:
    """One watched notebook and what its last check said."""

    def __init__(self, notebook: Path, check: Callable[[], Result], pressed: Callable[[float], str]):
        self._notebook, self._check, self._pressed = notebook, check, pressed
        self._result: Result | None = None
        self._asked_for = ""  # the exercise whose solution one more `s` shows

    def run(self) -> None:
        seen = 0
        while True:
            saved, key = saved_at(self._notebook), self._pressed(_PAUSE)
            if key == "q" or (key == "n" and self._goes_on()):
                return
            if key in ("h", "s"):
                self._help(key)
            if saved not in (0, seen) or key == "r":
                seen = saved or seen
                if self._all_pass():
                    return

    def _all_pass(self) -> bool:
        self._result, self._asked_for = None, ""
        with _told():
            self._result = self._check()
            if self._result.score >= self._result.max_score:
                return True
        out.print(f"Waiting for {self._notebook.name} to be saved; stop with Ctrl+C.", style="dim", highlight=False)
        if sys.stdin.isatty():
            out.print(_KEYS, style="dim", highlight=False)
        return False

    def _help(self, key: str) -> None:
        """Give a hint or, when asked twice, the solution of the first exercise that does not pass."""
        result = self._result
        name = next((each.name for each in result.exercises if each.status != Status.PASSED), "") if result else ""
        if result is None or not name:
            return
        with _told():
            if key == "h":
                helping.give_hint(project.root(), name, result.day)
            elif self._asked_for == name:
                helping.show_solution(project.root(), name, result.day)
            else:
                self._asked_for = name
                out.print(f"Press s once more to see the answer to {name}.", highlight=False)

    def _goes_on(self) -> bool:
        with _told():
            learning.next_day()
            return True
        return False


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What can't be done is told, and watching goes on."""
    try:
        yield
    except DeepDaysError as error:
        out.print(Text(str(error), style="red"))


def _no_key(seconds: float) -> str:
    time.sleep(seconds)
    return ""


@contextlib.contextmanager
def _keyboard() -> Iterator[Callable[[float], str]]:
    """A function that waits so many seconds for a key and returns it, "" if none came; without a terminal it waits."""
    if not sys.stdin.isatty():
        yield _no_key
        return
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)

    def pressed(seconds: float) -> str:
        ready, _, _ = select.select([terminal], [], [], seconds)
        return os.read(terminal, 1).decode(errors="ignore").lower() if ready else ""

    try:
        yield pressed
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
