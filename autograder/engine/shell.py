"""What `get_ipython()` gives a learner's cell while it is graded: the magics that matter, and silence for the rest."""

import ast
import asyncio
import builtins
import importlib
import inspect
import shlex
from pathlib import Path

from autograder.engine.cell_code import RUN_BY_CELL, RUN_BY_LINE, as_python

_MAGIC = "<magic>"


class Shell:
    """A stand-in for IPython's shell over the namespace that cells run in.

    `%time`, `%%time`, `%%capture` and `%%prun` run their code there, `%run` a file, `%%writefile` writes one.
    Everything else that a shell can do (system commands, plotting modes, settings) does nothing and gives None.
    """

    def __init__(self, namespace: dict):
        self.user_ns = namespace

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None

    def run_line_magic(self, name: str, line: str, *_):
        """Do what `%name line` does."""
        if name in RUN_BY_LINE:
            try:
                return run_code(line, _MAGIC, self.user_ns, "eval")
            except SyntaxError:
                run_code(line, _MAGIC, self.user_ns)
        if name == "run":
            path = next(word for word in shlex.split(line) if not word.startswith("-"))
            run_code(Path(path).read_text(encoding="utf-8"), path, self.user_ns)
        return None

    def run_cell_magic(self, name: str, line: str, body: str):
        """Do what a cell that begins with `%%name line` does."""
        if name in RUN_BY_CELL:
            run_code(body, _MAGIC, self.user_ns)
        elif name in ("writefile", "file"):
            *options, path = shlex.split(line)
            with open(path, "a" if "-a" in options else "w", encoding="utf-8") as file:
                file.write(body)
            importlib.invalidate_caches()

    def getoutput(self, *_) -> list[str]:
        """What a system command printed: nothing, since none is run."""
        return []


def install(namespace: dict) -> None:
    """Give all code of this process the names that a notebook's kernel gives."""
    shell = Shell(namespace)
    builtins.get_ipython = lambda: shell  # type: ignore[attr-defined]
    builtins.display = lambda *args, **kwargs: None  # type: ignore[attr-defined]


def run_code(source: str, filename: str, namespace: dict, mode: str = "exec"):
    """Run a cell's code as a notebook does, `await` at its top included; its value with the mode `eval`."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        code = compile(source, filename, mode, flags)
    except SyntaxError:
        code = compile(as_python(source), filename, mode, flags)
    value = eval(code, namespace)
    return asyncio.run(value) if code.co_flags & inspect.CO_COROUTINE else value
