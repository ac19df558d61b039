"""The file is formatted by ruff, and ruff finds nothing in it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.linting.finding import Problem


def problems(day: Day, root: Path) -> Iterator[Problem]:
    if find_spec("ruff") is None:
        mend = "Install the extra `test`, as `make run` does, or choose another rule with --only."
        raise DeepDaysError(f"Code is checked with ruff, which is not installed. {mend}")
    difference = _ruff(root, "format", "--diff", day.path)
    if changed := re.search(r"^@@ -(\d+)", difference, re.MULTILINE):
        yield Problem(
            int(changed[1]), "the code is not formatted from about here on", f"Run `ruff format {day.path.name}`."
        )
    for fault in json.loads(_ruff(root, "check", "--output-format", "json", day.path) or "[]"):
        yield Problem(
            fault["location"]["row"], f"ruff: {fault['message'].rstrip('.')}", f"See its rule {fault['code']}."
        )


def _ruff(root: Path, *arguments: str | Path) -> str:
    command = [sys.executable, "-m", "ruff", *map(str, arguments)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout
