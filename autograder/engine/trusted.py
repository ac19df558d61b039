"""The trusted side of a day: what its own cells are, and its tests, each run in a namespace of its own."""

import ast
import contextlib
import signal
import threading
import warnings
from collections.abc import Callable
from functools import cached_property, lru_cache

from autograder.basics.python_source import bound_names
from autograder.day import Day, Exercise, Kind
from autograder.engine import assertions
from autograder.engine.cell_code import facts_of
from autograder.engine.line import Lost
from autograder.engine.notebook_code import Facts
from autograder.engine.provided import provide
from autograder.engine.seeding import reseed
from autograder.engine.session import Session
from autograder.errors import DayError
from autograder.result import Status

SEED = 20_240_229
_SHORTEST_WAIT = 0.05  # seconds


class TrustedDay:
    """One day as examinations use it: its tests, and what is to be known of its own code.

    Args:
        earlier: the modules of `deepdays.earlier` that its cells import, sources by name.
    """

    def __init__(self, day: Day, earlier: dict[str, str] | None = None):
        self.day, self.earlier = day, earlier or {}
        for name, source in self.earlier.items():
            provide(name, source)
        self._offered: dict[str, tuple[str, ...]] = {}

    @cached_property
    def known(self) -> dict[str, Facts]:
        """The facts of the day's own cells, by source."""
        sources = [cell.source for cell in self.day.cells if cell.kind.is_given or cell.kind == Kind.DEMO]
        sources += [source for exercise in self.day.exercises for source in (exercise.answer, exercise.stub)]
        return {source: as_facts(facts_of(source)) for source in sources}

    @cached_property
    def given(self) -> frozenset[str]:
        """The names that the set-up and fixture cells and the answers bind."""
        locked = (self.known[cell.source].bound for cell in self.day.cells if cell.kind.is_given)
        return frozenset().union(*locked, *(exercise.names for exercise in self.day.exercises))

    @cached_property
    def operators(self) -> frozenset[str]:
        """The methods such as `__add__` that classes in the day's own cells define."""
        nodes = [node for source in self.known for node in ast.walk(ast.parse(source))]
        names = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
        names |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        return frozenset(name for name in names if name.startswith("__") and name.endswith("__"))

    def namespace(self) -> dict:
        """The globals of a test: random numbers seeded, the set-up cells run afresh."""
        namespace = {"__name__": "__test__", assertions.EXPLAIN: assertions.explain_comparison}
        reseed(SEED)
        for cell in self.day.cells:
            if cell.kind == Kind.SETUP:
                try:
                    exec(_compiled(cell.source, f"{self.day.path.name}:{cell.id}"), namespace)
                except Exception as error:
                    raise DayError(
                        f"the set-up cell raised {type(error).__name__}: {error}",
                        "Set-up must run on its own, without a network.",
                        self.day.path,
                        cell.line,
                        cell.kind,
                    ) from error
        return namespace

    def bind(self, exercise: Exercise, session: Session, namespace: dict) -> list[str]:
        """Put the learner's names that the test uses into its namespace; returns those that are not defined."""
        absent = []
        for name in self._names_offered(exercise):
            try:
                namespace[name] = session.name(name)
            except NameError:
                absent.append(name)
        return absent

    def run(self, exercise: Exercise, namespace: dict, left: Callable[[], float]) -> None:
        """Run the test in its namespace; raises whatever it raises, and Lost when no time is left.

        Args:
            left: tells how many seconds are left.
        """
        code = _explained(exercise.test.source, f"{self.day.path.name}:test_{exercise.name}")
        with warnings.catch_warnings(), _while_time_is(left):
            exec(code, namespace)

    @cached_property
    def callables(self) -> dict[str, list[str]]:
        """The functions and classes that each exercise asks for, by the exercise's name."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return {
            exercise.name: [node.name for node in ast.parse(exercise.answer).body if isinstance(node, kinds)]
            for exercise in self.day.exercises
        }

    @cached_property
    def of_fixtures(self) -> frozenset[str]:
        """The names that the fixture cells define, imports left out."""
        fixtures = (cell.source for cell in self.day.cells if cell.kind == Kind.FIXTURE)
        return frozenset(name for source in fixtures for name in bound_names(source))

    def fixtures_of(self, exercise: Exercise) -> frozenset[str]:
        """The names of fixtures that the exercise's test reads."""
        return self.of_fixtures.intersection(self._names_offered(exercise))

    def _names_offered(self, exercise: Exercise) -> tuple[str, ...]:
        """The names of the learner's side that the test reads, in the order in which the day defines them."""
        if exercise.name not in self._offered:
            loaded = {node.id for node in ast.walk(ast.parse(exercise.test.source)) if isinstance(node, ast.Name)}
            names = [name for other in self.day.exercises for name in other.names]
            found = dict.fromkeys([*names, *sorted(self.of_fixtures), *exercise.test.uses])
            self._offered[exercise.name] = tuple(name for name in found if name in loaded)
        return self._offered[exercise.name]


def as_facts(plain) -> Facts:
    """Facts from what `facts_of` returned, here or in an examinee."""
    bound, loaded, changed, opaque, digest = plain
    return Facts(frozenset(bound), frozenset(loaded), frozenset(changed), bool(opaque), digest)


_compiled = lru_cache(maxsize=256)(lambda source, filename: compile(source, filename, "exec"))
_explained = lru_cache(maxsize=256)(assertions.explained)


@contextlib.contextmanager
def _while_time_is(left: Callable[[], float]):
    """Raise Lost in the block a second after the last one left, so that no value makes the test's own loops endless."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_):
        if left() > -1:
            wait()
            return
        raise Lost(Status.TIMEOUT, "the test did not come to an end with what it was given")

    def wait():
        signal.setitimer(signal.ITIMER_REAL, max(left() + 1, _SHORTEST_WAIT))

    previous = signal.signal(signal.SIGALRM, stop)
    wait()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
