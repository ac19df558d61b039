"""Every rule finds its faults, and nothing else."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from autograder.errors import DeepDaysError
from autograder.linting.linter import lint
from autograder.linting.rules import all_rules
from tests.autograder.linting.conftest import CLEAN, clean_source

FAULTS = yaml.safe_load(Path(__file__).with_name("faults.yml").read_text(encoding="utf-8"))


def planted(source: str, fault: dict) -> str:
    assert source.count(fault["old"]) == 1, fault["old"]
    return source.replace(fault["old"], fault["new"])


def test_a_day_without_a_fault_has_no_finding(find):
    assert find(clean_source()) == []


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_where_it_is(find, name):
    fault = FAULTS[name]
    source = planted(clean_source(), fault)
    (finding,) = find(source)
    assert finding.rule == fault["rule"]
    assert fault["problem"] in finding.problem
    assert fault["mend"] in finding.mend
    assert fault["at"] in source.split("\n")[finding.line - 1]
    assert finding.mend.endswith((".", "?", "`"))


def test_a_dozen_faults_at_once_are_all_named(find):
    chosen, source = [], clean_source()
    for name in (
        "a data set that is none", "a day cited and not needed", "no time told", "four things to remember",
        "an answer too few", "items from 1", "a letter twice", "a bare plt.show", "a misspelt word",
        "an address without an s", "an exclamation mark", "an unformatted line",
    ):  # fmt: skip
        source = planted(source, FAULTS[name])
        chosen.append(FAULTS[name])
    found = find(source)
    for fault in chosen:
        assert [finding.rule for finding in found if fault["problem"] in finding.problem] == [fault["rule"]]
    assert len(found) == len(chosen) == 12


def test_every_rule_has_a_fault_that_it_finds():
    assert {fault["rule"] for fault in FAULTS.values()} == set(all_rules()) - {"length", "overwriting", "repetition"}


def test_words_and_minutes_have_bounds(find):
    short = CLEAN.read_text(encoding="utf-8").replace("# FILLER", "#")
    (finding,) = find(short, "length")
    assert re.fullmatch(r"the day has \d\d\d words", finding.problem)
    long = clean_source().replace("minutes: 60", "minutes: 600").replace("one is usually wrong", "one is wrong " * 100)
    words, minutes = find(long, "length")
    assert re.fullmatch(r"the day has \d,\d\d\d words", words.problem)
    assert minutes.problem == "the day takes 600 minutes"
    assert long.split("\n")[minutes.line - 1] == "# minutes: 600"


def test_a_set_may_be_imported(find):
    imported = clean_source().replace(
        "import deepdays as dd\n", "import deepdays as dd\nfrom deepdays.data.sets import toy\n"
    )
    assert find(imported.replace("dd.data.moons()", "toy.moons()"), "data") == []


def test_the_last_exercise_need_not_say_how_long_it_is(find):
    assert find(clean_source().replace("A float. About 2 lines.", "A float."), "exercises") == []


def test_a_test_takes_no_name_from_the_notebook_s_own_cells(find):
    reading = clean_source().replace("as dd\n", "as dd\n\nlevels = np.ones(2)\n", 1)
    reading = reading.replace("bins=40", "bins=[level for level in levels]")
    taking = planted(
        reading, {"old": "column_mean(np.ones((1, 4)))", "new": "column_mean(levels := np.ones((1, 4)))"}
    )  # fmt: skip
    (finding,) = find(taking, "overwriting")
    assert finding.problem.startswith("the test binds `levels`, which line")
    assert taking.split("\n")[finding.line - 1] == "# %% test: column_mean, points=1"
    bound_anew = planted(taking, {"old": "fig, ax =", "new": "levels = [0, 1]\nfig, ax ="})
    assert find(reading, "overwriting") == find(bound_anew, "overwriting") == []


def test_code_of_an_earlier_day_is_there_used_and_needed(find):
    needing = clean_source().replace("# needs: [1, 3, 8]", "# needs: [1, 3, 8]\n# needs_code: [1]")
    by_import = needing.replace("as dd\n", "as dd\nfrom deepdays.earlier import day_001\n", 1)
    by_own = needing.replace("prices = ", "own = dd.mine(1)\nprices = ")
    assert find(by_import, "needs_code") == find(by_own, "needs_code") == []
    (finding,) = find(by_own.replace("needs: [1, 3, 8]", "needs: [3, 8]"), "needs_code")
    assert finding.problem == "`needs_code` names day 1, `needs` doesn't"


def test_two_days_with_one_paragraph(find, project):
    twin = clean_source().replace("day: 42", "day: 43").replace("# # Day 42", "# # Day 43")
    (project / "solutions" / "day_043_means.py").write_text(twin, encoding="utf-8")
    found = find(clean_source(), "repetition")
    assert len(found) > 10
    assert found[0].problem.startswith("this paragraph is also in day_043_means.py:")


def test_a_day_that_is_none_has_one_finding(find):
    (finding,) = find(clean_source().replace("# %% setup", "# %% set-up"))
    assert (finding.rule, finding.problem) == ("format", "`set-up` is not a kind of cell")


def test_an_unknown_rule_tells_the_nearest(project):
    with pytest.raises(DeepDaysError, match=r"There is no rule 'speling'. Did you mean `spelling`?"):
        lint([], project, "speling")


@pytest.mark.parametrize(("rule", "package"), [("formatting", "ruff"), ("spelling", "codespell")])
def test_without_its_tool_a_rule_says_what_to_install(find, monkeypatch, rule, package):
    from autograder.linting.rules import formatting, spelling

    monkeypatch.setattr(formatting, "find_spec", lambda name: None)
    spelling._codespells.cache_clear()
    monkeypatch.setitem(sys.modules, "codespell_lib", None)
    with pytest.raises(DeepDaysError, match=rf"{package}, which is not installed. Install the extra `test`"):
        find(clean_source(), rule)


def test_the_command(project):
    def run(*arguments):
        command = [sys.executable, "-m", "autograder", "lint", *arguments]
        return subprocess.run(command, cwd=project, env=os.environ, capture_output=True, text=True, check=False)

    clean = run("42")
    assert (clean.returncode, clean.stdout, clean.stderr) == (0, "", "0 findings in 0 of 1 days\n")
    path = project / "solutions" / "day_042_means.py"
    path.write_text(clean_source().replace("Add up and divide:", "Add up and devide!"), encoding="utf-8")
    faulty = run("42")
    assert faulty.returncode == 1
    line = clean_source().split("\n").index("# Add up and divide:") + 1
    where = f"solutions/day_042_means.py:{line}:"
    assert faulty.stdout.splitlines() == [
        f"{where} `devide` is misspelt. Write divide or device. [spelling]",
        f"{where} the text has an exclamation mark. End the sentence with a full stop. [style]",
    ]
    assert faulty.stderr == "2 findings in 1 of 1 days\n"
    assert run("solutions/day_042_means.py").stdout == faulty.stdout
    assert "There is no file solutions/day_1.py." in run("solutions/day_1.py").stderr
    as_data = run("42", "--json", "--only", "style")
    assert json.loads(as_data.stdout) == [
        {
            "file": "day_042_means.py",
            "line": line,
            "rule": "style",
            "problem": "the text has an exclamation mark",
            "mend": "End the sentence with a full stop.",
        }
    ]
