"""The full check of the notebook that you are in, asked for from one of its cells."""

import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
from html import escape
from pathlib import Path

from deepdays import this_notebook

_SIGNS = {"passed": "✓", "failed": "✗", "error": "!", "timeout": "∞", "crashed": "†", "missing": "?", "unanswered": "–"}
_WORDS = {
    "passed": "passed", "failed": "wrong result", "error": "raised an error", "timeout": "took too long",
    "crashed": "crashed", "missing": "missing", "unanswered": "no answer yet",
}  # fmt: skip
_NEEDED = ("autograder", "jupytext", "msgpack", "nbformat", "pydantic", "rich", "typer", "yaml")
_COLOURS = ("FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE")  # a kernel sets them for what runs in its notebook
_STYLE = """
<style>
.deepdays-card { --ink: #1d2327; --soft: #57606a; --line: #d8dee4; --paper: #fff; --good: #1a7f37; --bad: #b42318;
  --hint: #fff8e6; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: .35rem;
  padding: .8rem 1rem; max-width: 52rem; font: 14px/1.5 system-ui, sans-serif; }
.deepdays-card[data-theme="dark"] { --ink: #e6e9ec; --soft: #a9b2bb; --line: #48515a; --paper: #1b1f23; --good: #58c27d;
  --bad: #ff8a7a; --hint: #3a3118; }
.deepdays-card h3 { margin: 0 0 .4rem; font-size: 1rem; color: inherit; }
.deepdays-card p { margin: .3rem 0; overflow-wrap: anywhere; }
.deepdays-card section { border-top: 1px solid var(--line); padding: .4rem 0; }
.deepdays-card .soft { color: var(--soft); }
.deepdays-card .good { color: var(--good); font-weight: 600; }
.deepdays-card .bad { color: var(--bad); font-weight: 600; }
.deepdays-card .message { white-space: pre-line; }
.deepdays-card .hint { background: var(--hint); border-radius: .3rem; padding: .4rem .6rem; white-space: pre-line; }
</style>
"""
_THEME = """
<script>
(() => {
  const card = document.currentScript.previousElementSibling;
  const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
  if (r + g + b < 384) card.dataset.theme = "dark";
})();
</script>
"""


class Card:
    """What the check has said; a notebook shows it as a card, a terminal as text.

    Args:
        result: what `deepdays check --json` prints, or None if there was no check.
        only: the exercise that was asked for; all if None.
        notes: what to know besides, a sentence each.
    """

    def __init__(self, result: dict | None, only: str | None = None, notes: tuple[str, ...] = ()):
        self._result, self._notes = result, notes
        exercises = result["exercises"] if result else []
        self._exercises = [each for each in exercises if only in (None, each["name"])]

    def __repr__(self) -> str:
        lines = [*self._notes, *([self._score()] if self._result else [])]
        for each in self._exercises:
            lines.append(f"{_SIGNS[each['status']]} {each['name']}: {_WORDS[each['status']]}")
            lines += [f"  {line}" for line in each["message"].splitlines()]
            lines += [f"  Hint: {each['hint']}"] if each["hint"] else []
        return "\n".join([*lines, *([self._next_step()] if self._result else [])])

    def _repr_html_(self) -> str:
        parts = [f"<p>{escape(note)}</p>" for note in self._notes]
        if self._result:
            parts.insert(0, f"<h3>{escape(self._score())}</h3>")
            parts += [_section(each) for each in self._exercises]
            parts.append(f'<p class="soft">{escape(self._next_step())}</p>')
        return f'{_STYLE}<div class="deepdays-card" role="region" aria-label="Check">{"".join(parts)}</div>{_THEME}'

    def _score(self) -> str:
        result = self._result or {}
        if result["message"]:
            return result["message"]
        return f"Day {result['day']}: {result['score']:g} of {result['max_score']:g} points"

    def _next_step(self) -> str:
        open_ones = [each["name"] for each in self._exercises if each["status"] != "passed"]
        if not self._exercises:
            return "Next: mend the notebook, save it and ask again."
        if open_ones:
            return f'Next: {open_ones[0]}. Save the notebook and ask again; dd.hint("{open_ones[0]}") helps.'
        return "Next: go on, this is right."


def _section(exercise: dict) -> str:
    status = exercise["status"]
    tone = "good" if status == "passed" else "bad"
    points = f"{exercise['points']:g}/{exercise['max_points']:g}"
    parts = [
        f'<p><span class="{tone}"><span aria-hidden="true">{_SIGNS[status]}</span> {_WORDS[status]}</span> '
        f'<code>{escape(exercise["name"])}</code> <span class="soft">{points}</span></p>'
    ]
    if exercise["message"]:
        parts.append(f'<p class="message">{escape(exercise["message"])}</p>')
    if exercise["hint"]:
        parts.append(f'<p class="hint"><b>Hint.</b> {escape(exercise["hint"])}</p>')
    return f"<section>{''.join(parts)}</section>"


def ask(exercise: str | None = None) -> Card:
    """Check this notebook, as it is saved, with the hidden tests too.

    Args:
        exercise: the one to be told of; all if left out.

    Returns:
        A card, which a notebook shows when it is the last line of a cell: what was called, came back and was due, and
        the hint where a mistake is known.
    """
    try:
        notebook, notes = _this_notebook()
    except (this_notebook.NotFound, _NoGrader) as reason:
        return Card(None, notes=(str(reason),))
    done = _deepdays("check", str(notebook), "--json")
    if done.returncode not in (0, 1):
        return Card(None, notes=(*notes, done.stderr.strip().removeprefix("deepdays: ")))
    result = json.loads(done.stdout)
    names = [each["name"] for each in result["exercises"]]
    if exercise is not None and names and exercise not in names:
        return Card(None, notes=(f"This day has no exercise {exercise!r}. It has: {', '.join(names)}.",))
    return Card(result, exercise, notes)


def visible_tests_pass(exercise: str) -> None:
    """Say that what a test cell shows has passed; the last line of each such cell."""
    print(f'{exercise}: the visible tests pass; dd.ask("{exercise}") runs the rest.')


def hint(exercise: str) -> None:
    """Print a hint for an exercise of this notebook's day; each further call gives a stronger one."""
    _print("hint", exercise)


def solution(exercise: str) -> None:
    """Print the reference answer to an exercise of this notebook's day."""
    _print("solution", exercise, "--yes")


class _NoGrader(Exception):
    """What is missing for a check, and how to get it."""


def _print(command: str, exercise: str, *options: str) -> None:
    try:
        notebook, _ = _this_notebook()
    except (this_notebook.NotFound, _NoGrader) as reason:
        print(reason)
        return
    day = _stated_day(notebook)
    done = _deepdays(command, exercise, *options, *(["--day", str(day)] if day is not None else []))
    print((done.stdout or done.stderr.removeprefix("deepdays: ")).strip())


def _this_notebook() -> tuple[Path, tuple[str, ...]]:
    """The notebook's file, and what is to be said of it."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise _NoGrader(f"The full check needs the grader. Get it with: %pip install {_grader()}")
    namespace = sys.modules["__main__"].__dict__
    notebook = this_notebook.find(namespace)
    is_stale = this_notebook.unsaved(notebook, this_notebook.run(namespace)[:-1])
    warning = f"{notebook.name} has not been saved since you last ran a cell: save it, and ask again."
    return notebook, ((warning,) if is_stale else ())


def _grader() -> str:
    """What to install: the same source as this package's, with the grader's extra."""
    try:
        told = importlib.metadata.distribution("deepdays").read_text("direct_url.json")
        origin = json.loads(told or "{}")
    except importlib.metadata.PackageNotFoundError:
        origin = {}
    url = origin.get("url", "")
    if not url:
        return '"deepdays[grader]"'
    return f'"deepdays[grader] @ {"git+" if "vcs_info" in origin else ""}{url}"'


def _stated_day(notebook: Path) -> int | None:
    try:
        return int(json.loads(notebook.read_bytes())["metadata"]["deepdays"]["day"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _deepdays(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "autograder", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in _COLOURS}
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    except OSError as error:  # where a notebook may start no program
        return subprocess.CompletedProcess(command, 2, "", f"The check can't be run here: {error.strerror}.")
