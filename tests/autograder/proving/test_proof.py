"""The proof of a day, with real examinations."""

import io

import pytest
from rich.console import Console

from autograder.commands.reporting import print_proof
from autograder.days.reader import read_day
from autograder.grading.grader import Settings
from autograder.proving import mutation_score
from autograder.proving.asked import Asked
from autograder.proving.memory import Memory
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
def proved():
    """Prove a day by its mutants; the notebook is not run, which is another test's."""

    def prove(path):
        return verify(read_day(path), Settings(), Asked(notebook=False, mutants=True))

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
    assert problem == f"the tests reject {rejected} of {made} mutants; at least 97% are due"
    assert proof.as_json()["exercises"][0]["mutants"] == first
    assert any("# - replace: 'm2 += delta * (x - mean)'" in survivor["entry"] for survivor in first["survivors"])
    text = io.StringIO()
    print_proof(proof.as_json(), Console(file=text, width=200))
    assert f"{first['rejected']} of {first['made']} mutants rejected" in text.getvalue()
    assert "+    m2 -= delta * (x - mean)" in text.getvalue()


def test_a_mutant_that_never_ends_is_rejected(edited, proved, monkeypatch):
    monkeypatch.setattr(mutation_score, "SECONDS", 1)
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


def test_one_exercise_can_be_proved_alone(sample):
    proof = verify(sample, Settings(), Asked(only="running_variance", notebook=False))
    assert proof.ok
    (entry,) = proof.exercises
    assert (entry["name"], entry["answer"], entry["stub"]) == ("running_variance", "passed", "unanswered")
    assert [mistake["caught"] and mistake["hinted"] for mistake in entry["mistakes"]] == [True]
    assert 0 < proof.cpu_seconds < 20


def test_what_a_learner_reads_of_each_mistake_can_be_shown(sample):
    proof = verify(sample, Settings(), Asked(only="running_variance", notebook=False))
    text = io.StringIO()
    print_proof(proof.as_json(), Console(file=text, width=200), show=True)
    assert "wrong result" in text.getvalue()
    assert "Last call: running_variance(" in text.getvalue()
    assert "Hint: This is the variance of the stream itself" in text.getvalue()


def test_a_mistake_that_passes_or_is_not_named_is_a_problem(edited):
    path = edited(
        ("with: delta * delta", "with: (x - mean) * delta"),
        ("with: state[2] / (state[0] - 1)", "with: state[2] / (state[0] - 1) + 1e-300"),
    )
    proof = verify(read_day(path), Settings(), Asked(only="welford_update", notebook=False))
    assert [problem.split(" the mistake")[0] for problem in proof.problems] == ["welford_update:"]
    assert proof.problems[0].endswith("passes the tests")
    assert not proof.ok


def test_the_whole_notebook_is_part_of_it_and_what_it_costs_is_counted(edited, tmp_path):
    spin = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end:\n    pass"
    draw = "import matplotlib.pyplot as plt\nplt.plot([1])"
    path = edited(("# %% demo\nstream =", f"# %% demo\n{spin}\n{draw}\nstream ="))
    day, memory = read_day(path), Memory(tmp_path)
    proof = verify(day, Settings(), Asked(), memory=memory)
    assert proof.problems == ()
    assert proof.notebook.figures == 1
    assert 0.5 < proof.notebook.notebook_cpu_seconds < proof.cpu_seconds
    told = proof.as_json()
    assert told["ok"] and told["seconds"] > 0.5 and told["peak_mb"] > 50
    kept = memory.notebook(day, memory.notebook_key(day, "tensorflow"))
    assert any("image/png" in output.get("data", {}) for cell in kept.cells for output in cell.get("outputs", []))
