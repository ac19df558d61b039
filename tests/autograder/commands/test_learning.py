"""The learner's commands, run as a learner runs them."""

import json
import os
import pty
import subprocess
import sys
import termios
import threading
import time

import pytest

from autograder.days.reader import read_day
from tests.support.places import SAMPLE
from tests.support.workplace import DEEPDAYS

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


def test_a_shell_is_offered_days_and_exercises(project):
    def offered(words: str, word: int) -> list[str]:
        asking = {"_DEEPDAYS_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(word)}
        done = subprocess.run(
            [DEEPDAYS], cwd=project, env=os.environ | asking, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout.split()

    assert offered("deepdays start ", 2) == ["0"]
    assert offered("deepdays hint w", 2) == ["welford_update"]
    assert offered("deepdays solution ", 2) == ["0", "welford_update", "running_variance"]


def test_an_answer_in_another_cell_is_found_and_named(deepdays, fill_in, project):
    deepdays("start", "0")
    path = fill_in(running_variance=ANSWERS["running_variance"])
    notebook = json.loads(path.read_bytes())
    own = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].append(own | {"source": ANSWERS["welford_update"]})
    path.write_text(json.dumps(notebook))
    said = deepdays("check", "0")
    assert said.returncode == 0
    assert "Answered in a cell of your own: `welford_update`. Move it into the exercise's cell" in said.stdout
    fill_in(**ANSWERS)
    assert "cell of your own" not in deepdays("check", "0").stdout


def test_single_keys_ask_for_more_while_it_watches(deepdays, fill_in, project):
    deepdays("start", "0")
    terminal, own_end = pty.openpty()
    command = [sys.executable, "-m", "autograder.cli", "watch", "0"]
    environment = os.environ | {"DEEPDAYS_HOME": str(project / "home"), "COLUMNS": "100"}
    watching = subprocess.Popen(command, cwd=project, env=environment, stdin=own_end, stdout=subprocess.PIPE, text=True)
    read_until(watching, "q quit")
    os.write(terminal, b"h")
    assert "Hint 1 of" in read_until(watching, "Hint")
    os.write(terminal, b"s")
    assert "delta" not in read_until(watching, "Press s once more to see the answer to welford_update.")
    os.write(terminal, b"s")
    read_until(watching, "delta = x - mean")
    os.write(terminal, b"r")
    read_until(watching, "q quit")
    os.write(terminal, b"q")
    assert watching.wait(timeout=60) == 0
    assert termios.tcgetattr(own_end)[3] & termios.ICANON, "the terminal is as it was"
    for each in (terminal, own_end):
        os.close(each)


def test_hints_are_prepared_while_the_learner_who_starts_a_day_reads(deepdays, fill_in, project):
    terminal, own_end = pty.openpty()
    command = [sys.executable, "-m", "autograder.cli", "start", "0"]
    environment = os.environ | {"DEEPDAYS_HOME": str(project / "home"), "COLUMNS": "100"}
    subprocess.run(command, cwd=project, env=environment, stdout=own_end, check=True, timeout=60)
    for each in (terminal, own_end):
        os.close(each)
    recordings = project / "build" / "recordings" / SAMPLE.stem
    due, deadline = sorted(ANSWERS), time.monotonic() + 120
    while time.monotonic() < deadline and names(recordings) != due:
        time.sleep(0.1)
    assert names(recordings) == due
    before = {path.name: path.stat().st_mtime_ns for path in recordings.iterdir()}
    fill_in(welford_update=WRONG.answer)
    assert f"Hint: {WRONG.hint}" in " ".join(deepdays("check").stdout.split())
    assert {path.name: path.stat().st_mtime_ns for path in recordings.iterdir()} == before


def test_without_a_terminal_nothing_is_prepared_until_it_is_asked_for(deepdays, project):
    deepdays("start", "0")
    assert not (project / "build").exists()
    assert deepdays("prepare", "0").returncode == 0
    assert names(project / "build" / "recordings" / SAMPLE.stem) == sorted(ANSWERS)
    assert deepdays("prepare", "7").returncode == 2


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.glob("[!.]*"))


def read_until(process: subprocess.Popen, text: str) -> str:
    """What a process writes up to the line that holds a text."""
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(f"it ended without {text!r}:\n{said}")


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


def test_the_version_and_short_help(deepdays):
    assert deepdays("--version").stdout.startswith("deepdays 0.")
    assert "check" in deepdays("-h").stdout


def test_list_and_progress_as_data(deepdays, fill_in):
    deepdays("start", "0")
    fill_in(**ANSWERS)
    deepdays("check", "0")
    (day,) = json.loads(deepdays("list", "--json").stdout)
    assert (day["day"], day["started"], day["finished"], day["score"], day["max_score"]) == (0, True, True, 5.0, 5.0)
    kept = json.loads(deepdays("progress", "--json").stdout)
    assert kept["days"]["0"]["score"] == 5.0
    assert len(kept["active"]) == 1


def test_the_solution_of_one_exercise(deepdays):
    deepdays("start", "0")
    shown = deepdays("solution", "welford_update", "--yes").stdout
    assert "def welford_update" in shown and "def running_variance" not in shown
    assert "def running_variance" in deepdays("solution", "0", "--yes").stdout
    asked = deepdays("solution", "welford_update", answer="n\n")
    assert asked.returncode == 1 and "def welford_update" not in asked.stdout


def test_a_check_says_which_file_and_what_to_do_next(deepdays, fill_in, project):
    deepdays("start", "0")
    fill_in(welford_update=WRONG.answer)
    said = deepdays("check").stdout
    assert f"{SAMPLE.stem}.ipynb, saved 20" in said
    assert "Next: `welford_update`. Save the notebook and check again; `deepdays hint welford_update` helps." in said
    assert max(map(len, said.splitlines()[2:])) <= 100
    fill_in(**ANSWERS)
    assert "Next: `deepdays next` starts the next day." in deepdays("check").stdout


def test_a_renamed_copy_counts_for_its_own_day(deepdays, fill_in, project):
    deepdays("start", "0")
    copy = fill_in(**ANSWERS).rename(project / "downloaded-Copy1.ipynb")
    assert deepdays("check", copy.name).returncode == 0
    assert json.loads(deepdays("list", "--json").stdout)[0]["finished"]


def test_a_day_may_be_said_where_nothing_tells_it(deepdays, fill_in, project):
    deepdays("start", "0")
    path = fill_in(**ANSWERS)
    bare = json.loads(path.read_bytes())
    bare["metadata"] = {}
    bare["cells"] = [
        {**cell, "metadata": {}, "id": f"c{n}"} for n, cell in enumerate(bare["cells"]) if cell["cell_type"] == "code"
    ]
    mine = project / "mine.ipynb"
    mine.write_text(json.dumps(bare))
    assert deepdays("check", "mine.ipynb", "--day", "0").returncode == 0
