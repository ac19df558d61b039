"""What was proved before, and what a notebook printed and drew: remembered in `build/proved/`, never committed.

An entry is found again only while everything that it follows from is the same: the bytes examined, the code that
examines, the locked versions, Python, the backend, the machine's architecture and what was asked for.
"""

import hashlib
import json
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.basics.files import write_file
from autograder.basics.fingerprint import code_version, learners_code
from autograder.day import Day
from autograder.days.earlier import needed_modules
from autograder.project import build_folder


class Memory:
    """Passed proofs and executed notebooks of one project.

    Args:
        root: the project's folder.
    """

    def __init__(self, root: Path):
        self._folder = build_folder(root) / "proved"
        self._lock = root / "requirements.lock"

    def key(self, day: Day, **asked) -> str:
        """What a day's proof is found by.

        Args:
            asked: the backend, and whatever else the outcome depends on.
        """
        return self._key(day, day.content, code_version(), asked)

    def notebook_key(self, day: Day, backend: str) -> str:
        """What an executed notebook is found by: the day's program, not its text, and of this project `deepdays`."""
        program = [(cell.id, cell.source) for cell in day.cells if cell.kind.is_handed_out and cell.kind.is_python]
        return self._key(day, json.dumps(program).encode(), learners_code(), {"backend": backend})

    def _key(self, day: Day, content: bytes, code: str, asked: Mapping) -> str:
        facts = {
            "day": hashlib.sha256(content).hexdigest(),
            "earlier": needed_modules(day.needs_code),
            "code": code,
            "lock": hashlib.sha256(self._lock.read_bytes()).hexdigest() if self._lock.is_file() else None,
            "python": sys.version,
            "machine": platform.machine(),
            "asked": asked,
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def proof(self, day: Day, key: str) -> dict | None:
        """The remembered proof of that key, as `keep_proof` was given it; None if there is none."""
        try:
            kept = json.loads(self._path(day, "json").read_bytes())
            return kept["proof"] if kept["key"] == key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep_proof(self, day: Day, key: str, proof: Mapping) -> None:
        """Remember a day's proof in place of an older one."""
        write_file(self._path(day, "json"), json.dumps({"key": key, "proof": proof}, ensure_ascii=False).encode())

    def notebook(self, day: Day, key: str) -> NotebookNode | None:
        """The executed notebook of that key, with its outputs; None if there is none."""
        try:
            notebook = nbformat.reads(self._path(day, "ipynb").read_text(encoding="utf-8"), as_version=4)
        except (OSError, ValueError):
            return None
        return notebook if notebook.metadata.get("proved") == key else None

    def keep_notebook(self, day: Day, key: str, notebook: NotebookNode) -> None:
        """Remember what a day's notebook printed and drew, in place of what an older one did."""
        kept = nbformat.from_dict({**notebook, "metadata": {**notebook.metadata, "proved": key}})
        write_file(self._path(day, "ipynb"), nbformat.writes(kept).encode())

    def _path(self, day: Day, suffix: str) -> Path:
        return self._folder / f"{day.slug}.{suffix}"
