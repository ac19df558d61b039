"""What the grader said of every stranger's answer when they were last all met: a letter an answer, in `verdicts.json`.

Meeting all of them takes half an hour and more, and a day whose program, tests, mistakes and strangers' answers are the
same has the same verdicts, unless the grader has changed. So such a day's are remembered, and a share of its answers,
another one whenever the grader's code changes, is met again to see that they still hold.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from autograder.basics.fingerprint import own_code
from autograder.day import Day, Kind
from autograder.days.earlier import needed_modules
from tests.strangers import FOLDER, Answer, Met

RECORD = FOLDER / "verdicts.json"
ACCEPTED, NAMED, MISNAMED, SILENT = "anm-"
ONE_IN = 10


def letter(met: Met) -> str:
    """How an answer was met."""
    if met.accepted:
        return ACCEPTED
    return NAMED if met.named else MISNAMED if met.misnamed else SILENT


def digest(day: Day, file: Path) -> str:
    """A hash of what the verdicts on a day's answers follow from, the grader's code apart; of the day, not its text."""
    program = [(cell.kind, cell.source) for cell in day.cells if cell.kind.is_given or cell.kind == Kind.DEMO]
    tests = [
        (each.answer, each.test.source, [(mistake.answer, mistake.hint) for mistake in each.mistakes])
        for each in day.exercises
    ]
    facts = program, tests, needed_modules(day.needs_code), file.read_text(encoding="utf-8")
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def recorded(day: Day, file: Path, answers: list[Answer]) -> str | None:
    """The letters of a day's answers, in order; None if the record is of another day or of other answers."""
    kept = json.loads(RECORD.read_text(encoding="utf-8")).get(str(day.number), {})
    letters = kept.get("verdicts", "")
    return letters if kept.get("of") == digest(day, file) and len(letters) == len(answers) else None


def sample(day: Day, answers: list[Answer]) -> list[Answer]:
    """One in ten of a day's answers, chosen by the grader's code."""

    def draw(answer: Answer) -> int:
        return int(hashlib.sha256(f"{own_code()} {day.number} {answer.line}".encode()).hexdigest(), 16)

    return [answer for answer in answers if draw(answer) % ONE_IN == 0]


def write(days: Mapping[int, tuple[str, str]]) -> None:
    """Put days' digests and letters into the record, by number, in place of what it says of them."""
    kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    kept |= {str(number): {"of": of, "verdicts": letters} for number, (of, letters) in days.items()}
    lines = [f"{json.dumps(number)}: {json.dumps(kept[number])}" for number in sorted(kept, key=int)]
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
