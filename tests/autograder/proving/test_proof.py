"""The proof of a day by mutants, with real examinations."""

import io

import pytest
from rich.console import Console

from autograder.commands.reporting import print_proof
from autograder.days.reader import read_day
from autograder.grading.grader import Settings
from autograder.proving import proof as verifying
from autograder.proving.execution import Execution
from autograder.proving.mutating import mutants
from autograder.proving.proof import verify

VISIBLE_ONLY = (
    '    assert abs(state[2] / n - np.var(values)) < 1e-6, "the variance of the whole stream"\n',
    "    assert state[0] == n\n",
)
BY_COUNTING = (
    "    for x in stream:\n        state = welford_update(*state, x)\n",
    "    values, index = list(stream), 0\n"
    "    while index < len(values):\n"
    "        state = welford_update(*state, values[index])\n"
    "        index += 1\n",
)


@pytest.fixture
def proved(monkeypatch):
    """Prove a day by its mutants; the notebook is not run, which is another test's."""
    monkeypatch.setattr(verifying, "run_solution", lambda day, variables: Execution(1.0, 100, 1, (), None))

    def prove(path):
        return verify(read_day(path), Settings(), with_mutants=True)

    return prove


def test_good_tests_reject_what_is_made(sample, sample_path, proved):
    proof = proved(sample_path)
    assert proof.ok
    for exercise, entry in zip(sample.exercises, proof.exercises, strict=True):
        count = len(mutants(exercise))
        assert count > 10
        assert entry["mutants"] == {"made": count, "rejected": count, "survivors": []}


def test_a_test_that_sees_little_is_told_what_it_misses(edited, proved):
    proof = proved(edited(VISIBLE_ONLY))
    first, second = (entry["mutants"] for entry in proof.exercises)
    assert second["survivors"] == []
    assert len(first["survivors"]) == first["made"] - first["rejected"] > 2
    diffs = [survivor["diff"] for survivor in first["survivors"]]
    assert any("-    m2 += delta * (x - mean)\n+    m2 -= delta * (x - mean)" in diff for diff in diffs)
    (problem,) = (problem for problem in proof.problems if "mutants" in problem)
    made, rejected = (first[key] + second[key] for key in ("made", "rejected"))
    assert problem == f"the tests reject {rejected} of {made} mutants; at least 95% are due"
    assert proof.as_json()["exercises"][0]["mutants"] == first
    text = io.StringIO()
    print_proof(proof, Console(file=text, width=200))
    assert f"{first['rejected']} of {first['made']} mutants rejected" in text.getvalue()
    assert "+    m2 -= delta * (x - mean)" in text.getvalue()


def test_a_mutant_that_never_ends_is_rejected(edited, proved, monkeypatch):
    monkeypatch.setattr(verifying, "MUTANT_SECONDS", 1)
    path = edited(BY_COUNTING)
    endless = [mutant for mutant in mutants(read_day(path).exercises[1]) if "+        pass" in mutant.diff]
    assert endless
    entry = proved(path).exercises[1]["mutants"]
    assert not {mutant.diff for mutant in endless} & {survivor["diff"] for survivor in entry["survivors"]}


LISTED = "# %% equivalents: welford_update\n# - replace: {}\n#   with: {}\n#   reason: It is the same number.\n"


def test_what_is_listed_as_equivalent_is_not_counted(sample, sample_path, edited, proved):
    marker = "# %% accepts: welford_update"
    same = LISTED.format("delta = x - mean", "delta = x + mean")
    before = proved(sample_path).exercises[0]["mutants"]["made"]
    proof = proved(edited((marker, f"{same}\n\n{marker}")))
    assert proof.exercises[0]["mutants"]["made"] == before - 1
    (problem,) = proof.problems
    assert problem == f"welford_update: the equivalent in line {line_of(sample_path)} fails the tests; it is none"


def line_of(sample_path) -> int:
    """The line of a patch that is put where the accepted answer stands."""
    return sample_path.read_text().split("\n").index("# %% accepts: welford_update") + 2
