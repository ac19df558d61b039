"""The learner's commands, run as a learner runs them."""

import json
import threading
import time

import pytest

from autograder.days.reader import read_day
from tests.support.places import SAMPLE

ANSWERS = read_day(SAMPLE).answers
WRONG = read_day(SAMPLE).exercises[0].mistakes[0]


def test_a_day_from_start_to_finish(deepdays, fill_in, project):
    assert "Your copy" in deepdays("start", "0").stdout
    first = deepdays("check", "0")
    assert first.returncode == 1
    assert "no answer" in first.stdout

    fill_in(welford_update=WRONG.answer)
    second = deepdays("check")
    assert second.returncode == 1
    assert f"Hint: {WRONG.hint}" in " ".join(second.stdout.split())

    fill_in(**ANSWERS)
    third = deepdays("check", str(project / "my_days" / f"{SAMPLE.stem}.ipynb"))
    assert third.returncode == 0, third.stderr
    assert "5 of 5 points" in third.stdout

    assert deepdays("list").stdout.splitlines()[1].startswith("✓")
    assert "1 of 1 days finished, 5 points\n1 day in a row" in deepdays("progress").stdout
    assert "finished every day" in deepdays("next").stdout


def test_check_prints_the_same_as_data(deepdays, fill_in):
    deepdays("start", "0")
    fill_in(**ANSWERS)
    result = json.loads(deepdays("check", "--json").stdout)
    assert (result["day"], result["score"], result["max_score"], result["status"]) == (0, 5.0, 5.0, "graded")
    assert [exercise["status"] for exercise in result["exercises"]] == ["passed", "passed"]


def test_start_never_overwrites_work(deepdays, fill_in):
    deepdays("start", "0")
    path = fill_in(welford_update="my own work")
    assert "You have started already" in deepdays("start", "0").stdout
    assert "my own work" in path.read_text()


def test_hints_come_in_tiers_and_never_give_an_answer_line(deepdays):
    deepdays("start", "0")
    said = [deepdays("hint", "welford_update").stdout for _ in range(6)]
    assert "Hint 1 of" in said[0]
    assert "Read again" in said[0]
    assert "Hint 2 of" in said[1]
    assert said[5] == said[4]
    body = ANSWERS["welford_update"].split('"""')[-1]
    lines = [line.strip() for line in body.splitlines() if len(line.strip()) > 8]
    assert lines
    assert not [line for line in lines for text in said if line in text]


def test_reset_puts_back_the_starting_cell_and_keeps_a_backup(deepdays, fill_in):
    deepdays("start", "0")
    path = fill_in(**ANSWERS)
    finished = deepdays("reset", "welford_update")
    assert finished.returncode == 0, finished.stderr
    text = path.read_text()
    assert text.count("raise NotImplementedError()") == 1
    (backup,) = path.parent.glob("*.backup")
    assert "raise NotImplementedError()" not in backup.read_text()
    refused = deepdays("reset", "no_such_exercise")
    assert refused.returncode == 2
    assert "It has: welford_update, running_variance." in refused.stderr


def test_solution_asks_first(deepdays):
    refused = deepdays("solution", "0", answer="n\n")
    assert refused.returncode == 1
    assert "delta" not in refused.stdout
    assert "delta" in deepdays("solution", "0", answer="y\n").stdout


def test_watch_checks_again_when_the_notebook_is_saved(deepdays, fill_in, project):
    deepdays("start", "0")
    finished = []
    watching = threading.Thread(target=lambda: finished.append(deepdays("watch", "0")))
    watching.start()
    kept = project / "home" / "progress.json"
    deadline = time.monotonic() + 60
    while not kept.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    fill_in(**ANSWERS)
    watching.join(timeout=60)
    assert finished[0].returncode == 0
    assert "0 of 5 points" in finished[0].stdout
    assert "5 of 5 points" in finished[0].stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "You have not started a day."),
        (["check", "0"], "You have not started day 0. Run `deepdays start 0` first."),
        (["check", "7"], "There is no day 7 yet."),
        (["check", "nowhere.ipynb"], "There is no notebook nowhere.ipynb."),
        (["start", "12"], "There is no day 12 yet."),
        (["hint", "nothing"], "There is no exercise `nothing`"),
        (["reset", "welford_update"], "You have not started a day."),
    ],
)
def test_bad_input_gets_a_sentence(deepdays, arguments, said):
    finished = deepdays(*arguments)
    assert finished.returncode == 2
    assert said in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b'{"cells": [\n<<<<<<< HEAD\n', "merge"),
        (
            b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
            "Nothing in mine.ipynb tells which day it is. Say it with `--day`",
        ),
        (
            b'{"cells": [], "metadata": {"deepdays": {"day": 9}}, "nbformat": 4, "nbformat_minor": 5}',
            "There is no day 9 yet.",
        ),
    ],
)
def test_a_notebook_that_cannot_be_checked_gets_a_sentence(deepdays, project, content, said):
    (project / "mine.ipynb").write_bytes(content)
    finished = deepdays("check", "mine.ipynb")
    assert finished.returncode == 2
    assert said in finished.stderr
    assert "Traceback" not in finished.stderr
