"""Conversations with real examinees, forked from the warm processes that grading uses too."""

import time
from collections.abc import Callable, Iterator

import pytest

from autograder.engine.client import Zygote
from autograder.engine.limits import Limits
from autograder.engine.line import Line
from autograder.engine.sandbox import BEST_EFFORT
from autograder.engine.session import Session

LIMITS = Limits(seconds_per_call=20, seconds=60)


@pytest.fixture(scope="session")
def zygote() -> Zygote:
    return Zygote("numpy")


@pytest.fixture(scope="session")
def keras_zygote() -> Zygote:
    return Zygote("keras")


@pytest.fixture
def start_line() -> Iterator[Callable[..., Line]]:
    """Start an examinee; it ends with the test."""
    lines = []

    def start(zygote: Zygote, limits: Limits = LIMITS, mode: str = BEST_EFFORT) -> Line:
        lines.append(Line(zygote, limits, mode))
        lines[-1].start(time.monotonic() + limits.seconds)
        return lines[-1]

    yield start
    for line in lines:
        line.end()


@pytest.fixture
def converse(start_line, zygote) -> Callable[..., Session]:
    """Run a cell in a fresh examinee and hold the conversation that a test of it would hold."""

    def start(source: str, operators=frozenset(), namespace: dict | None = None, warm: Zygote | None = None) -> Session:
        line = start_line(warm or zygote)
        session = Session(line.exchange, frozenset(operators), {"__name__": "__test__"} | (namespace or {}))
        session.run(source, "answer", 0)
        return session

    return start
