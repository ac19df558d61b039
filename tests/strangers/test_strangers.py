"""What outsiders write is met as a teacher would: right answers pass, wrong ones fail, hints fit."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.days.reader import read_day
from autograder.engine import relations, symptoms
from autograder.grading.grader import Settings
from autograder.project import day_path
from deepdays.devices import cores
from tests.strangers import files, meet, read
from tests.support.places import ROOT

ACCEPTED, NAMED, MISNAMED = 0.01, 0.7, 0.02


def sentences() -> list[str]:
    """What symptoms say."""
    trees = (ast.parse(Path(module.__file__).read_text(encoding="utf-8")) for module in (relations, symptoms))
    return [
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.fixture(scope="module")
def met():
    """All answers of all days, a day a core: the last exercise of one keeps no core waiting."""

    def of_day(number: int):
        return meet(read_day(day_path(ROOT, number)), read(files()[number]), Settings(workers=1))

    with ThreadPoolExecutor(cores()) as pool:
        return [each for day in pool.map(of_day, files()) for each in day]


def test_a_file_is_read_by_cells(tmp_path):
    path = tmp_path / "day_000.py"
    path.write_text(
        dedent("""\
        # %% right: double
        def double(x):
            return x + x

        # %% wrong: double
        # idea: "squares"
        # fits: "twice the number"
        # fits: "not its square"
        def double(x):
            # idea: of its own
            return x**2
        """)
    )
    right, wrong = read(path)
    assert (right.right, right.exercise, right.line, right.idea, right.fits) == (True, "double", 1, "", ())
    assert right.source == "def double(x):\n    return x + x\n"
    assert (wrong.right, wrong.line, wrong.idea) == (False, 5, "squares")
    assert wrong.fits == ("twice the number", "not its square")
    assert wrong.source == "def double(x):\n    # idea: of its own\n    return x**2\n"


@pytest.mark.parametrize("number", files())
def test_every_answer_is_to_an_exercise_of_the_day_and_says_what_is_wrong(number):
    day = read_day(day_path(ROOT, number))
    answers = read(files()[number])
    assert {answer.exercise for answer in answers} <= {exercise.name for exercise in day.exercises}
    assert [answer.line for answer in answers if not answer.right and not answer.idea] == []
    hints = " ".join([mistake.hint for exercise in day.exercises for mistake in exercise.mistakes] + sentences())
    assert [piece for answer in answers for piece in answer.fits if piece not in hints] == []


def test_right_answers_are_accepted(met):
    assert [each for each in met if each.answer.right and not each.accepted] == []


def test_wrong_answers_are_rejected(met):
    wrong = [each for each in met if not each.answer.right]
    accepted = [each for each in wrong if each.accepted]
    assert len(accepted) <= ACCEPTED * len(wrong), accepted


def test_hints_come_and_fit(met):
    rejected = [each for each in met if not each.answer.right and not each.accepted]
    misnamed = [each for each in rejected if each.misnamed]
    assert sum(each.named for each in rejected) >= NAMED * len(rejected)
    assert len(misnamed) <= MISNAMED * len(rejected), misnamed
