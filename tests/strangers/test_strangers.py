"""What outsiders write is met as a teacher would: right answers pass, wrong ones fail, hints fit."""

import ast
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.day import Kind
from autograder.days.reader import read_day
from autograder.engine import relations, symptoms
from autograder.grading.grader import Settings
from autograder.project import day_path
from deepdays.devices import cores
from tests.strangers import Answer, Met, files, meet, read, record
from tests.strangers.record import ACCEPTED, MISNAMED, NAMED, letter, recorded, sample
from tests.support.places import ROOT, SAMPLE

MAX_ACCEPTED, MIN_NAMED, MAX_MISNAMED = 0.01, 0.7, 0.02


def sentences() -> list[str]:
    """What symptoms say."""
    trees = (ast.parse(Path(module.__file__).read_text(encoding="utf-8")) for module in (relations, symptoms))
    return [
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@dataclass(frozen=True)
class Meeting:
    """A day's answers.

    Attributes:
        remembered: the letters of all of them on record; None if it is of another day.
        met: those that were met now, which are all if none are remembered.
    """

    day: int
    answers: list[Answer]
    remembered: str | None
    met: list[Met]

    def letters(self) -> list[tuple[Answer, str]]:
        """How each answer is met: now, or else as is remembered."""
        now = {each.answer.line: letter(each) for each in self.met}
        before = self.remembered or [""] * len(self.answers)
        return [(answer, now.get(answer.line, old)) for answer, old in zip(self.answers, before, strict=True)]

    def changed(self) -> list[Met]:
        """Those met now of which the record says something else."""
        before = {answer.line: old for answer, old in zip(self.answers, self.remembered or "", strict=False)}
        return [each for each in self.met if before.get(each.answer.line, letter(each)) != letter(each)]


@pytest.fixture
def day():
    return read_day(SAMPLE)


@pytest.fixture(scope="module")
def meetings():
    """Of all days, a day a core: the last exercise of one keeps no core waiting."""

    def of_day(number: int) -> Meeting:
        day, file = read_day(day_path(ROOT, number)), files()[number]
        answers = read(file)
        remembered = recorded(day, file, answers)
        now = answers if remembered is None else sample(day, answers)
        return Meeting(number, answers, remembered, meet(day, now, Settings(workers=1)))

    with ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(of_day, files()))


@pytest.fixture(scope="module")
def letters(meetings):
    """(day, line, whether it is right, letter) of every answer."""
    return [
        (meeting.day, answer.line, answer.right, said) for meeting in meetings for answer, said in meeting.letters()
    ]


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


def test_a_record_is_of_one_program_and_its_answers(day, tmp_path, monkeypatch):
    monkeypatch.setattr(record, "RECORD", tmp_path / "verdicts.json")
    file = tmp_path / "day_000.py"
    file.write_text("# %% right: welford_update\nx = 1\n# %% right: welford_update\nx = 2\n")
    record.write({0: (record.digest(day, file), "an"), 10: ("0", "a"), 9: ("1", "m")})
    record.write({10: ("2", "-")})
    assert list(json.loads(record.RECORD.read_text())) == ["0", "9", "10"]
    retold = replace(day, title="Another", cells=tuple(cell for cell in day.cells if cell.kind != Kind.MARKDOWN))
    assert recorded(day, file, read(file)) == recorded(retold, file, read(file)) == "an"
    first, *others = day.exercises
    renamed = replace(first, mistakes=(replace(first.mistakes[0], hint="Another."), *first.mistakes[1:]))
    assert recorded(replace(day, exercises=(renamed, *others)), file, read(file)) is None
    assert recorded(replace(day, number=1), file, read(file)) is None
    file.write_text(file.read_text() + "x = 3\n")
    assert recorded(day, file, read(file)) is None


def test_each_code_draws_another_tenth(day, monkeypatch):
    answers = [Answer("welford_update", line, True, "", (), "") for line in range(3000)]
    drawn = []
    for code in "ab":
        monkeypatch.setattr(record, "own_code", lambda code=code: code)
        drawn.append({answer.line for answer in sample(day, answers)})
        assert [answer.line for answer in sample(day, answers)] == sorted(drawn[-1])
    assert 200 < len(drawn[0]) < 400 and len(drawn[0] & drawn[1]) < 80


def test_right_answers_are_accepted(letters, meetings):
    met = [each for meeting in meetings for each in meeting.met]
    assert [each for each in met if each.answer.right and not each.accepted] == []
    assert [each for each in letters if each[2] and each[3] != ACCEPTED] == []


def test_wrong_answers_are_rejected(letters):
    wrong = [each for each in letters if not each[2]]
    accepted = [each for each in wrong if each[3] == ACCEPTED]
    assert len(accepted) <= MAX_ACCEPTED * len(wrong), accepted


def test_hints_come_and_fit(letters):
    rejected = [each for each in letters if not each[2] and each[3] != ACCEPTED]
    misnamed = [each for each in rejected if each[3] == MISNAMED]
    assert sum(each[3] == NAMED for each in rejected) >= MIN_NAMED * len(rejected)
    assert len(misnamed) <= MAX_MISNAMED * len(rejected), misnamed


def test_what_is_remembered_still_holds(meetings):
    """A hint may hang on a processor's last digit, so a few may differ; more, and the record is of another grader."""
    again = [each for meeting in meetings if meeting.remembered is not None for each in meeting.met]
    changed = [each for meeting in meetings for each in meeting.changed()]
    assert len(changed) <= MAX_MISNAMED * len(again), f"`make strangers` meets all answers anew: {changed}"
