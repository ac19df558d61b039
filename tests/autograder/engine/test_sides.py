"""The two sides of grading know of each other what `protocol` says, and nothing else."""

import subprocess
import sys

OF_THE_EXAMINEE = {
    "errors", "engine", "engine.cell_code", "engine.examinee", "engine.fixtures", "engine.handles",
    "engine.kernel", "engine.limits", "engine.protocol", "engine.provided", "engine.sandbox", "engine.seeding",
    "engine.server", "engine.shell", "engine.view", "engine.wire", "engine.wire.arrays",
    "engine.wire.frames", "engine.wire.plain", "engine.wire.tables",
}  # fmt: skip
LEARNERS_SIDE = {"engine.examinee", "engine.server"}


def imported_with(module: str) -> set[str]:
    """The modules of `autograder` that a fresh process has once it has imported one of them."""
    code = f"import sys, autograder.{module}\nprint(*(name for name in sys.modules if name.startswith('autograder.')))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True).stdout
    return {name.removeprefix("autograder.") for name in said.split()}


def test_the_examinees_process_imports_nothing_that_knows_days_tests_or_verdicts():
    assert imported_with("engine.examinee") == OF_THE_EXAMINEE


def test_the_examiner_takes_nothing_from_the_learners_side():
    assert imported_with("engine.examiner") & LEARNERS_SIDE == set()
