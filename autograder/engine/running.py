"""A submission's cells in an examinee: which of them run, what came of it, and which answer which exercise."""

from collections.abc import Collection
from dataclasses import dataclass

from autograder.day import Exercise, Kind
from autograder.engine import wire
from autograder.engine.client import Zygote
from autograder.engine.limits import Limits
from autograder.engine.line import Line, Lost
from autograder.engine.notebook_code import Facts, is_own, needed_cells, schedule
from autograder.engine.remote import LearnerError
from autograder.engine.rendering import brief
from autograder.engine.session import Session
from autograder.engine.trusted import SEED, TrustedDay, as_facts
from autograder.errors import DayError
from autograder.result import Status
from autograder.submission import SubmittedCell

Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Trouble:
    """Why a cell did not run to its end."""

    status: Status
    message: str


class RunningCells:
    """The cells of one submission, and the process that they run in; a new one is had where one was lost.

    Attributes:
        cells: the submission's exercise, demo and extra cells in notebook order.
        files: the modules beside the notebook, names and contents.
        deadline: the time of the line's clock after which there is none left; it may be moved.
        facts: what is known of each cell's code, by its source. troubles: of the cells that did not run, likewise.
        runs_everything: whether cells run that nothing is seen to need.
        lacks_a_name: whether a cell has ended with a NameError.
    """

    def __init__(
        self, day: TrustedDay, cells: tuple[SubmittedCell, ...], files: Files, zygote: Zygote, limits: Limits, mode: str
    ):
        self._day, self.cells, self.files = day, cells, files
        self.line = Line(zygote, limits, mode)
        self.deadline = self.line.clock.now() + limits.seconds
        self.facts: dict[str, Facts] = {}
        self.troubles: dict[str, Trouble] = {}
        self.runs_everything = self.lacks_a_name = False
        self._facts_at_once = 100

    def end(self) -> None:
        """End the process."""
        self.line.end()

    def run_everything(self) -> None:
        """From the next process on run all cells of the learner's, in order: what needs what can't always be seen."""
        self.end()
        self.runs_everything = True

    def make_ready(self) -> None:
        """Have a running examinee in which every cell that can run has run; raises Lost where there is no time."""
        while not self.line.alive:
            self.line.start(self.deadline)
            session = Session(self.line.exchange)
            session.provide(self._day.earlier)
            session.place(self.files)
            if self._learn_facts(session):
                self._run(session, schedule(self._day.day, self._chosen()))
        self.line.deadline = self.deadline

    def sources(self, exercise: Exercise) -> list[str]:
        """The sources of the exercise's cells."""
        return [cell.source for cell in self.cells if _is_of(cell, exercise)]

    def is_stub(self, exercise: Exercise) -> bool:
        """Whether the exercise's cells are the program that was handed out."""
        stub = self._day.known[exercise.stub].digest
        return all(self.facts[source].digest == stub for source in self.sources(exercise))

    def may_be_elsewhere(self, exercise: Exercise) -> bool:
        """Whether a cell that is not the exercise's speaks of its names, as far as can be seen without reading code."""
        others = (cell.source for cell in self.cells if is_own(cell, self._day.day))
        return any(name in source for source in others for name in exercise.names)

    def is_answered_below(self, exercise: Exercise) -> bool:
        """Whether another cell of the learner's binds the exercise's names after the exercise's own cells."""
        places = [index for index, cell in enumerate(self.cells) if _is_of(cell, exercise)]
        return self._binds(self.cells[max(places, default=-1) + 1 :], exercise)

    def is_answered_elsewhere(self, exercise: Exercise) -> bool:
        """Whether any other cell of the learner's binds the exercise's names."""
        return self._binds(self.cells, exercise)

    def rebinds(self, names: Collection[str]) -> str | None:
        """A name among these that a cell of the learner's binds."""
        for cell in self.cells:
            if cell.kind == Kind.EXERCISE or is_own(cell, self._day.day):
                for name in sorted(self.facts[cell.source].bound.intersection(names)):
                    return name
        return None

    def trouble_with(self, name: str) -> Trouble | None:
        """What kept a cell from binding a name."""
        return next((self.troubles[source] for source in self.troubles if name in self.facts[source].bound), None)

    def _binds(self, cells: tuple[SubmittedCell, ...], exercise: Exercise) -> bool:
        own = [cell for cell in cells if is_own(cell, self._day.day)]
        return any(not self.facts[cell.source].bound.isdisjoint(exercise.names) for cell in own)

    def _chosen(self) -> list[SubmittedCell]:
        if self.runs_everything:
            return list(self.cells)
        return needed_cells(self._day.day, self._day.given, self.cells, self.facts.__getitem__)

    def _learn_facts(self, session: Session) -> bool:
        """Find out about the cells, before any of them runs; False if one of them cost the examinee its life."""
        unknown = list(dict.fromkeys(cell.source for cell in self.cells if cell.source not in self.facts))
        self.facts |= {source: self._day.known[source] for source in unknown if source in self._day.known}
        unknown = [source for source in unknown if source not in self._day.known]
        for start in range(0, len(unknown), self._facts_at_once):
            sources = unknown[start : start + self._facts_at_once]
            try:
                self.facts |= dict(zip(sources, map(as_facts, session.facts(sources)), strict=True))
            except (Lost, wire.WireError) as error:
                if len(sources) == 1:
                    self.facts[sources[0]] = Facts()
                    self._lose(sources[0], error)
                self._facts_at_once = 1  # to see which it was
                self.end()
                return False
        return True

    def _run(self, session: Session, cells: list[SubmittedCell]) -> None:
        """Run the cells in order; one that ends the process is left out of the next."""
        for cell in cells:
            if cell.source in self.troubles and self.troubles[cell.source].status != Status.ERROR:
                continue
            try:
                session.run(cell.source, cell.name or cell.kind, SEED, cell.kind.value)
                self.troubles.pop(cell.source, None)
            except (Lost, wire.WireError) as error:
                self._lose(cell.source, error, cell.kind.is_given)
                return
            except LearnerError as error:
                self._note(cell, error)

    def _note(self, cell: SubmittedCell, error: LearnerError) -> None:
        """Note what a cell raised."""
        if cell.kind.is_given:
            raise DayError(
                f"in the sandbox the cell `{cell.name}` raised {error.kind}: {error.text}",
                "It must run on its own, without a network, a terminal or other programs.",
                self._day.day.path,
            ) from None
        self.lacks_a_name = self.lacks_a_name or error.kind == "NameError"
        where = f" in line {error.place[1]}: {error.place[2]}" if error.place else ""
        message = f"running the cell raised {error.kind}: {brief(error.text)}{where}"
        self.troubles[cell.source] = Trouble(Status.ERROR, message)

    def _lose(self, source: str, error: Lost | wire.WireError, is_given: bool = False) -> None:
        """Note which cell cost the examinee its life; raises Lost if there is no going on without it."""
        self.end()
        unreadable = Lost(Status.FAILED, f"it returned what can't be read: {error}")
        lost = error if isinstance(error, Lost) else unreadable
        if is_given or self.line.clock.now() >= self.deadline:
            raise lost from None
        self.troubles[source] = Trouble(lost.status, f"running the cell: {lost.message}")


def _is_of(cell: SubmittedCell, exercise: Exercise) -> bool:
    return cell.kind == Kind.EXERCISE and cell.name == exercise.name
