"""The words of the project as data: a day, its cells, exercises, tests and mistakes.

`autograder.days.reader.read_day` makes these from a source file; everything else only reads them.
"""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Cell:
    """One cell of a day's source, in order.

    Attributes:
        kind: markdown, setup, fixture, demo, exercise, test, mistakes, mistake, accepts or equivalents.
        name: the exercise's name for the last six kinds, else None.
        source: the cell's text; markdown without its comment signs.
        line: 1-based line of the cell's marker in the day's file.
        id: stable and unique within the day: the notebook's cell id, and nbgrader's grade_id where it has one.
            An exercise's is its name, its test's is `test_NAME`, others are `KIND-N` (`setup-1`, `markdown-3`).
    """

    kind: str
    name: str | None
    source: str
    line: int
    id: str


@dataclass(frozen=True)
class Mistake:
    """A named wrong answer.

    Attributes:
        answer: its whole source, in place of the exercise's reference answer.
        hint: what a learner who makes it is told.
        line: 1-based line at which it begins in the day's file.
    """

    answer: str
    hint: str
    line: int


@dataclass(frozen=True)
class Equivalent:
    """A change that looks wrong and is not: a whole answer that no test can tell from the reference, and why."""

    answer: str
    reason: str
    line: int


@dataclass(frozen=True)
class Test:
    """The locked cell that grades one exercise.

    Attributes:
        points: what a right answer earns, > 0.
        source: the whole cell with its HIDDEN markers; running it runs the visible and the hidden part.
        visible: what the learner sees: the cell without its hidden part.
        uses: names from demo cells that the test needs, which makes grading run those cells.
        line: 1-based line of the marker.
    """

    points: float
    source: str
    visible: str
    uses: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Exercise:
    """One graded solution cell.

    Attributes:
        name: unique within the day, a Python identifier.
        source: the cell as written, with its SOLUTION markers.
        answer: the reference answer: the cell without the marker lines.
        stub: what the learner starts from, as nbgrader's ClearSolutions makes it.
        names: top-level names the answer binds, in order.
        test: its test.
        mistakes, accepts: wrong answers with hints; other right answers (whole cell sources).
        line: 1-based line of the marker.
        equivalents: changes to the answer that leave it right, for `autograder.proving.mutating`.
    """

    name: str
    source: str
    answer: str
    stub: str
    names: tuple[str, ...]
    test: Test
    mistakes: tuple[Mistake, ...]
    accepts: tuple[str, ...]
    line: int
    equivalents: tuple[Equivalent, ...] = ()


@dataclass(frozen=True)
class Day:
    """A lesson, parsed from one source file.

    Attributes:
        number, title, week, minutes, needs, data, papers: from the front matter.
        needs_code: the earlier days whose answers its cells import from `deepdays.earlier`.
        backend: numpy, any or tensorflow; decides which warm process grades the day.
        slug: the file's name without `.py`, such as `day_026_backpropagation`; also nbgrader's assignment name.
        path: the source file.
        cells: every cell in order. exercises: the graded ones in order.
        limits: overrides of grading's limits from the front matter, such as {"seconds_per_call": 20}.
    """

    number: int
    title: str
    week: int
    minutes: int
    backend: str
    slug: str
    path: Path
    cells: tuple[Cell, ...]
    exercises: tuple[Exercise, ...]
    needs: tuple[int, ...] = ()
    data: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    limits: dict[str, float] = field(default_factory=dict)
    needs_code: tuple[int, ...] = ()

    @property
    def max_score(self) -> float:
        return sum(exercise.test.points for exercise in self.exercises)

    def exercise(self, name: str) -> Exercise:
        """The exercise of that name; KeyError if there is none."""
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        raise KeyError(name)
