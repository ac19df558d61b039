"""A class of fourteen that shows what grading does with what learners hand in, honest and otherwise."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.basics.files import write_file
from autograder.day import Day, Exercise, Mistake
from autograder.errors import DeepDaysError
from autograder.notebooks.plain import as_bytes, grade_id, with_answers
from autograder.project import notebook_name
from autograder.result import Outcome, Status

STORED_OUTPUT_BYTES = 8_000_000
PRINTED_MEGABYTES = 200

_ANY = frozenset(Status)
_LOST = _ANY - {Status.PASSED, Status.UNANSWERED, Status.MISSING}


@dataclass(frozen=True)
class Expected:
    """What grading should come to.

    Attributes:
        status: graded, unreadable or wrong day.
        exercises: the statuses that are right for each exercise, by name; empty if not graded.
        hints: for an exercise with a known mistake, the hint that should be given.
    """

    status: Outcome
    exercises: dict[str, frozenset[Status]]
    hints: dict[str, str]


@dataclass(frozen=True)
class DemoStudent:
    """One of the class.

    Attributes:
        name: the student. what: what they handed in.
        hand_in: makes the file's bytes from the day and its notebook as handed out.
        expect: what grading should come to, for the day.
    """

    name: str
    what: str
    hand_in: Callable[[Day, dict], bytes]
    expect: Callable[[Day], Expected]


def make_demo_class(day: Day, student_notebook_path: Path | str, out_dir: Path | str) -> list[Path]:
    """Write `STUDENT/SLUG.ipynb` for each of DEMO_STUDENTS; the same bytes every time.

    Args:
        day: any day.
        student_notebook_path: its notebook as handed out, under `curriculum/`.
        out_dir: the folder for the students' folders.

    Returns:
        The notebooks' paths.

    Raises:
        DeepDaysError: the notebook is not there.
    """
    try:
        notebook = json.loads(Path(student_notebook_path).read_bytes())
    except FileNotFoundError as error:
        raise DeepDaysError(
            f"There is no notebook of day {day.number} at {student_notebook_path}. Build it first."
        ) from error
    return [
        write_file(Path(out_dir, student.name, notebook_name(day.slug)), student.hand_in(day, copy.deepcopy(notebook)))
        for student in DEMO_STUDENTS
    ]


def _instead_of_solution(exercise: Exercise, *lines: str) -> str:
    """The exercise's cell with these lines where the solution was."""
    kept, inside = [], False
    for line in exercise.source.splitlines():
        if "### BEGIN SOLUTION" in line:
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + each for each in lines]
            inside = True
        elif "### END SOLUTION" in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def _expect_all(status: Status) -> Callable[[Day], Expected]:
    return lambda day: Expected(Outcome.GRADED, {e.name: frozenset({status}) for e in day.exercises}, {})


def _expect_none(status: Outcome) -> Callable[[Day], Expected]:
    return lambda day: Expected(status, {}, {})


def _expect_one_lost(
    day: Day, lost: Exercise, statuses: frozenset[Status], hints: dict[str, str] | None = None
) -> Expected:
    """One exercise lost; of those that build on it nothing is said, and the others pass."""
    lost_names = set(lost.names)
    exercises = {}
    for exercise in day.exercises:
        used = set(re.findall(r"\w+", f"{exercise.answer}\n{exercise.test.source}"))
        builds_on_it = used & lost_names or exercise.test.uses
        exercises[exercise.name] = _ANY if builds_on_it else frozenset({Status.PASSED})
        lost_names |= set(exercise.names) if builds_on_it else set()
    return Expected(Outcome.GRADED, exercises | {lost.name: statuses}, hints or {})


def _perfect(day: Day, notebook: dict) -> bytes:
    return as_bytes(with_answers(notebook, day.answers))


def _written_differently(day: Day, notebook: dict) -> bytes:
    accepted = {exercise.name: exercise.accepts[0] for exercise in day.exercises if exercise.accepts}
    return as_bytes(with_answers(notebook, day.answers | accepted))


def _mistakes(day: Day) -> Iterator[tuple[Exercise, Mistake]]:
    """The day's mistakes, the first of each exercise, then the second of each, and so on without end."""
    most = max((len(exercise.mistakes) for exercise in day.exercises), default=0)
    if not most:
        raise DeepDaysError(f"Day {day.number} names no mistakes, which a demonstration class needs.")
    while True:
        for round_number in range(most):
            for exercise in day.exercises:
                if round_number < len(exercise.mistakes):
                    yield exercise, exercise.mistakes[round_number]


def _mistake(day: Day, number: int) -> tuple[Exercise, Mistake]:
    for index, found in enumerate(_mistakes(day)):
        if index == number:
            return found
    raise AssertionError("mistakes come without end")


def _mistaken(number: int) -> DemoStudent:
    def hand_in(day: Day, notebook: dict) -> bytes:
        exercise, mistake = _mistake(day, number)
        return as_bytes(with_answers(notebook, day.answers | {exercise.name: mistake.answer}))

    def expect(day: Day) -> Expected:
        exercise, mistake = _mistake(day, number)
        return _expect_one_lost(day, exercise, _LOST, {exercise.name: mistake.hint})

    name = ("alan", "barbara", "donald", "edsger")[number]
    return DemoStudent(name, f"one of the day's mistakes, number {number + 1}", hand_in, expect)


def _broken(name: str, what: str, place: int, lines: tuple[str, ...], status: Status) -> DemoStudent:
    """A student whose exercise at `place` (0 the first, -1 the last) has these lines for an answer."""

    def hand_in(day: Day, notebook: dict) -> bytes:
        exercise = day.exercises[place]
        answer = _instead_of_solution(exercise, *lines)
        return as_bytes(with_answers(notebook, day.answers | {exercise.name: answer}))

    def expect(day: Day) -> Expected:
        return _expect_one_lost(day, day.exercises[place], frozenset({status}))

    return DemoStudent(name, what, hand_in, expect)


def _half(day: Day) -> tuple[Exercise, ...]:
    return day.exercises[: (len(day.exercises) + 1) // 2]


def _tampered(day: Day, notebook: dict) -> bytes:
    notebook = with_answers(notebook, {exercise.name: exercise.answer for exercise in _half(day)})
    tests = [cell for cell in notebook["cells"] if "points" in cell["metadata"].get("nbgrader", {})]
    for cell in tests:
        cell["metadata"]["nbgrader"]["points"] = 100
        cell["source"] = ["assert True\n"]
    notebook["cells"].remove(tests[-1])
    return as_bytes(notebook)


def _expect_half(day: Day) -> Expected:
    right = {exercise.name for exercise in _half(day)}
    statuses = {
        exercise.name: frozenset({Status.PASSED if exercise.name in right else Status.UNANSWERED})
        for exercise in day.exercises
    }  # fmt: skip
    return Expected(Outcome.GRADED, statuses, {})


def _of_another_day(day: Day, notebook: dict) -> bytes:
    """What the next day's notebook would look like to this day's grader."""
    notebook["metadata"]["deepdays"] = {"day": day.number + 1, "title": "Another day"}
    for cell in notebook["cells"]:
        if grade_id(cell):
            cell["metadata"]["nbgrader"]["grade_id"] += "_of_another_day"
            cell["id"] = cell["metadata"]["nbgrader"]["grade_id"]
    return as_bytes(notebook)


def _cut_off(day: Day, notebook: dict) -> bytes:
    content = _perfect(day, notebook)
    return content[: len(content) * 6 // 10]


def _noisy(day: Day, notebook: dict) -> bytes:
    first = day.exercises[0]
    noise = f'\n\nfor _ in range({PRINTED_MEGABYTES}):\n    print("still training " * 66_667)\n'
    notebook = with_answers(notebook, day.answers | {first.name: first.answer + noise})
    stored = {"output_type": "stream", "name": "stdout", "text": "still training " * (STORED_OUTPUT_BYTES // 15)}
    for cell in notebook["cells"]:
        if grade_id(cell) == first.name:
            cell["outputs"] = [stored]
    return as_bytes(notebook)


DEMO_STUDENTS: tuple[DemoStudent, ...] = (
    DemoStudent("ada", "everything right", _perfect, _expect_all(Status.PASSED)),
    DemoStudent("grace", "everything right, written differently", _written_differently, _expect_all(Status.PASSED)),
    *(_mistaken(number) for number in range(4)),
    DemoStudent(
        "margaret", "nothing answered", lambda day, notebook: as_bytes(notebook), _expect_all(Status.UNANSWERED)
    ),
    _broken("linus", "a syntax error in the last exercise", -1, ("return (1 +",), Status.ERROR),
    _broken("kurt", "an infinite loop in the last exercise", -1, ("while True:", "    pass"), Status.TIMEOUT),
    _broken("ken", "ends its process in the first exercise", 0, ("import os", "os._exit(0)"), Status.CRASHED),
    DemoStudent("dennis", "half right, with a test deleted and points edited", _tampered, _expect_half),
    DemoStudent("frances", "the notebook of another day", _of_another_day, _expect_none(Outcome.WRONG_DAY)),
    DemoStudent("john", "a file cut off in the middle", _cut_off, _expect_none(Outcome.UNREADABLE)),
    DemoStudent("hedy", "everything right, with enormous outputs", _noisy, _expect_all(Status.PASSED)),
)
