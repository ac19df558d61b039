"""A surviving mutant as an entry: a day that takes it reads it back as the mutant."""

import pytest

from autograder.days.reader import read_day
from autograder.proving.entries import entry
from autograder.proving.mutating import mutants


def test_every_mutant_is_read_back_from_its_entry(sample, edited):
    for name in ("welford_update", "running_variance"):
        exercise = sample.exercise(name)
        made = mutants(exercise)
        listed = "\n".join(entry(exercise.answer, mutant.source) for mutant in made)
        path = edited(("# %% demo\nprint(running_variance(stream))", f"# %% equivalents: {name}\n{listed}\n"))
        read = read_day(path).exercise(name).equivalents
        assert [each.answer for each in read] == [mutant.source for mutant in made]


@pytest.mark.parametrize(
    ("answer", "mutant", "lines"),
    [
        ("a = 1\nb = 2", "a = 1\nb = 3", ["# - replace: 'b = 2'", "#   with: 'b = 3'"]),
        ("if a:\n    b = 'x'", "if a:\n    b = 'y'", ["# - replace: 'b = ''x'''", "#   with: 'b = ''y'''"]),
        (
            "a = 1\nb = 2\na = 1\nc = 3",
            "a = 1\nb = 2\na = 2\nc = 3",
            ["# - replace: |-", "#     b = 2", "#     a = 1", "#   with: |-", "#     b = 2", "#     a = 2"],
        ),
        ("a = 1\nb = 2", "a = 1", ["# - replace: |-", "#     a = 1", "#     b = 2", "#   with: 'a = 1'"]),
    ],
)
def test_the_text_to_replace_is_the_shortest_that_is_the_only_one(answer, mutant, lines):
    assert entry(answer, mutant).split("\n")[:-1] == lines
