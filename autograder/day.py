"""The words of the project as data: a day, its cells, exercises, tests and mistakes.

`autograder.days.reader.read_day` makes these from a source file; everything else only reads them.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """What a cell is for, and what follows from that.

    Attributes:
        is_named: it belongs to an exercise, and says to which.
        is_python: its whole source is a program.
        is_handed_out: learners get it, with what they are not to see cut out.
        is_given: it runs before the exercises that it stands above, always as the day's source has it.
    """

    is_named: bool
    is_python: bool
    is_handed_out: bool
    is_given: bool

    def __new__(cls, value: str, is_named=False, is_python=False, is_handed_out=False, is_given=False) -> "Kind":
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.is_named, kind.is_python, kind.is_handed_out, kind.is_given = is_named, is_python, is_handed_out, is_given
        return kind

    # fmt: off
    #                            named  Python handed out given
    MARKDOWN = "markdown",       False, False, True,      False
    SETUP = "setup",             False, True,  True,      True
    FIXTURE = "fixture",         False, True,  True,      True
    DEMO = "demo",               False, True,  True,      False
    EXERCISE = "exercise",       True,  True,  True,      False
    TEST = "test",               True,  True,  True,      False
    MISTAKES = "mistakes",       True,  False, False,     False
    MISTAKE = "mistake",         True,  True,  False,     False
    ACCEPTS = "accepts",         True,  True,  False,     False
    EQUIVALENTS = "equivalents", True,  False, False,     False
    COLAB = "colab",             False, False, True,      False  # not of the day's source: what installs it in Colab
    EXTRA = "extra",             False, False, False,     False  # not of the day's source: a learner's own
    # fmt: on

    @property
    def is_locked(self) -> bool:
        """Whether learners are not to change it."""
        return self.is_given or self is Kind.TEST


@dataclass(frozen=True)
class Cell:
    """One cell of a day's source, in order.

    Attributes:
        name: the exercise that it belongs to, empty for a kind that has none.
        source: the cell's text; markdown without its comment signs.
        line: 1-based line of the cell's marker in the day's file.
        id: stable and unique within the day: the notebook's cell id, and nbgrader's grade_id where it has one.
            An exercise's is its name, its test's is `test_NAME`, others are `KIND-N` (`setup-1`, `markdown-3`).
    """

    kind: Kind
    name: str
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
        path: the source file. content: its bytes as they were read, by which everything is judged.
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
    content: bytes = field(repr=False)
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

    @property
    def answers(self) -> dict[str, str]:
        """The reference answers by exercise."""
        return {exercise.name: exercise.answer for exercise in self.exercises}

    def exercise(self, name: str) -> Exercise:
        """The exercise of that name; KeyError if there is none."""
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        raise KeyError(name)
