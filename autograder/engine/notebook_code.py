"""Which of a submission's cells grading runs, and in which order."""

import collections
from collections.abc import Callable
from dataclasses import dataclass

from autograder.day import Cell, Day, Kind
from autograder.submission import SubmittedCell


@dataclass(frozen=True)
class Facts:
    """What is known of a cell without running it.

    Attributes:
        bound: the global names that it binds, or into which it assigns. loaded: those that it, or a function in it,
            reads. changed: those whose objects a call may change (`table.update(x=1)`).
        opaque: whether it may bind names that can't be told without running it (a star import, `exec`, `%run`).
        digest: the same for two cells that are the same program, whatever their comments and layout; None for one
            that cannot be parsed.
    """

    bound: frozenset[str] = frozenset()
    loaded: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    opaque: bool = False
    digest: str | None = None


def day_cells(day: Day, answers: dict[str, str] | None = None) -> tuple[SubmittedCell, ...]:
    """The cells of a submission with the day's own answers, some replaced by `answers` (exercise name to source)."""
    own = day.answers | (answers or {})
    return tuple(
        SubmittedCell(cell.kind, cell.name, own[cell.name] if cell.kind == Kind.EXERCISE else cell.source)
        for cell in day.cells
        if cell.kind in (Kind.EXERCISE, Kind.DEMO)
    )


def needed_cells(
    day: Day, given: frozenset[str], cells: tuple[SubmittedCell, ...], facts: Callable[[str], Facts]
) -> list[SubmittedCell]:
    """The cells that grading runs: every exercise, and of the others those whose names they or the tests need.

    A learner may define a helper in a cell of their own, or try things out in one that takes an hour: the first is
    needed, the second is not.

    Args:
        given: the names that the day's set-up and fixture cells and its answers bind.
        facts: finds the facts of a cell's source.
    """
    known = [facts(cell.source) for cell in cells]
    binding = collections.defaultdict(list)
    for index, fact in enumerate(known):
        for name in (fact.bound | fact.changed) - given:
            binding[name].append(index)
    kept, wanted = set(), set().union(*(exercise.test.uses for exercise in day.exercises))
    found = [index for index, cell in enumerate(cells) if cell.kind == Kind.EXERCISE]
    answers = {name for exercise in day.exercises for name in exercise.names}
    for index, (cell, fact) in enumerate(zip(cells, known, strict=True)):
        if (cell.kind == Kind.EXTRA and (fact.bound & given or fact.opaque)) or (
            is_own(cell, day) and fact.bound & answers
        ):
            found.append(index)
    found += [index for name in wanted for index in binding[name]]
    while found:
        index = found.pop()
        if index not in kept:
            kept.add(index)
            new = known[index].loaded - wanted
            wanted |= new
            found += [other for name in new for other in binding[name]]
    return [cell for index, cell in enumerate(cells) if index in kept]


def is_own(cell: SubmittedCell, day: Day) -> bool:
    """Whether a cell holds what the learner wrote outside the exercises: an added cell, or a demo that was changed."""
    if cell.kind == Kind.DEMO:
        return all(cell.source.strip() != each.source.strip() for each in day.cells if each.kind == Kind.DEMO)
    return cell.kind == Kind.EXTRA


def schedule(day: Day, cells: list[SubmittedCell]) -> list[SubmittedCell]:
    """All cells to run, in order: each exercise after the set-up and fixture cells that the day puts before it."""
    locked = collections.deque((index, cell) for index, cell in enumerate(day.cells) if cell.kind.is_given)
    position = {cell.name: index for index, cell in enumerate(day.cells) if cell.kind == Kind.EXERCISE}
    limits, limit = [], len(day.cells)  # of the given cells, those above the next exercise come first
    for cell in reversed(cells):
        limit = position[cell.name] if cell.kind == Kind.EXERCISE else limit
        limits.append(limit)
    ordered = []
    for cell, limit in zip(cells, reversed(limits), strict=True):
        while locked and locked[0][0] < limit:
            ordered.append(_as_submitted(locked.popleft()[1]))
        ordered.append(cell)
    return ordered + [_as_submitted(cell) for _, cell in locked]


def _as_submitted(cell: Cell) -> SubmittedCell:
    return SubmittedCell(cell.kind, cell.id, cell.source)
