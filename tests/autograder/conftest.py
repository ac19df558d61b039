"""The sample day, and copies of it with something changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.day import Day
from autograder.days.reader import read_day
from tests.support.places import SAMPLE


@pytest.fixture(scope="session")
def sample_path() -> Path:
    """The source of a small complete day that needs nothing but NumPy."""
    return SAMPLE


@pytest.fixture(scope="session")
def sample(sample_path) -> Day:
    return read_day(sample_path)


@pytest.fixture
def edited(sample_path, tmp_path) -> Callable[..., Path]:
    """Write a copy of the sample day with each (old, new) replaced; every old text must occur exactly once."""

    def write(*changes: tuple[str, str]) -> Path:
        text = sample_path.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = tmp_path / sample_path.name
        path.write_text(text, encoding="utf-8")
        return path

    return write
