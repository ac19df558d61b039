"""The process that holds the tests is locked in too: whoever got hold of it would still see and reach little."""

import pytest

from autograder.days.reader import read_day
from autograder.engine.doctor import examine_machine
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Grader, Settings
from autograder.result import Status
from tests.support.places import SAMPLE

PRESENT = {entry["name"] for entry in examine_machine()["mechanisms"] if entry["present"]}
VISIBLE = "assert welford_update(0, 0.0, 0.0, 5.0) == (1, 5.0, 0.0)"


@pytest.fixture
def source(tmp_path):
    return tmp_path / SAMPLE.name


def verdict(source, deed: str):
    """What comes of a test that does a deed before it looks at a right answer."""
    text = SAMPLE.read_text(encoding="utf-8")
    assert text.count(VISIBLE) == 1
    source.write_text(text.replace(VISIBLE, f"{deed}\n{VISIBLE}"), encoding="utf-8")
    day = read_day(source)
    with Grader(day, Settings()) as grader:
        (first, _) = grader.examine(day_cells(day, {"welford_update": day.exercises[0].answer}))
    return first


def test_a_test_may_do_what_tests_do(source):
    deed = "import tempfile, pathlib; pathlib.Path(tempfile.mkdtemp(), 'model.keras').write_text('saved')"
    assert verdict(source, deed).status == Status.PASSED


@pytest.mark.skipif("files" not in PRESENT, reason="this machine's sandbox lacks Landlock")
@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/passwd').read()",
        "__import__('os').listdir('/')",
        "open('/tmp/left-behind', 'w')",
        "open('/dev/shm/left-behind', 'w')",
        "__import__('subprocess').run(['/bin/sh', '-c', 'true'], check=True)",
    ],
)
def test_more_it_may_not(source, deed):
    first = verdict(source, deed)
    assert first.status != Status.PASSED
    assert "Permission denied" in first.message or "PermissionError" in first.message, first.message
