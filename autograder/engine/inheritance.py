"""Which earlier exercises an answer rests on, and the submission as it would be if those were right."""

from collections.abc import Callable, Sequence

from autograder.day import Exercise, Kind
from autograder.engine.notebook_code import Facts
from autograder.submission import SubmittedCell


def rests_on(
    exercise: Exercise,
    others: Sequence[Exercise],
    cells: Sequence[SubmittedCell],
    facts: Callable[[str], Facts],
) -> list[Exercise]:
    """Those of the other exercises that an answer uses, directly or through whatever else the notebook defines."""
    known = [(cell, facts(cell.source)) for cell in cells]
    reached: set[str] = set()
    new = {name for cell, fact in known if cell.name == exercise.name for name in fact.loaded}
    while new:
        reached |= new
        new = {name for _, fact in known if fact.bound & new for name in fact.loaded} - reached
    return [other for other in others if reached & set(other.names)]


def with_reference(cells: Sequence[SubmittedCell], exercises: Sequence[Exercise]) -> tuple[SubmittedCell, ...]:
    """The cells with the reference answers of some exercises in place of the learner's."""
    right = {each.name: SubmittedCell(Kind.EXERCISE, each.name, each.answer) for each in exercises}
    absent = [right[name] for name in right if all(cell.name != name for cell in cells)]
    return (*absent, *(right.get(cell.name, cell) for cell in cells))
