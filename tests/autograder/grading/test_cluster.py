"""Grading on a real Dask cluster: a scheduler and two workers, processes on this machine."""

import json
import signal
import subprocess
import sys
import time

import pytest

from autograder.errors import DeepDaysError
from autograder.grading.grader import Settings
from tests.support.sample_notebooks import answered, sample_day, submission

cluster = pytest.importorskip("autograder.grading.cluster", reason="Dask is not installed")

STUDENTS = 20
WRONG = "def welford_update(count, mean, m2, x):\n    return count, mean, m2"


def start(*arguments, folder) -> subprocess.Popen:
    command = [sys.executable, "-m", *map(str, arguments)]
    with open(folder / "log.txt", "ab") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)


@pytest.fixture
def started(tmp_path):
    """A scheduler's address and its two workers, each with one thread."""
    file = tmp_path / "scheduler.json"
    scheduler = start(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--no-show",
        "--scheduler-file", file, folder=tmp_path,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    address = json.loads(file.read_text())["address"]
    workers = [
        start(
            "distributed.cli.dask_worker", address, "--host", "127.0.0.1", "--nthreads", 1, "--no-nanny",
            "--no-dashboard", "--local-directory", tmp_path / f"worker{number}", folder=tmp_path,
        )
        for number in range(2)
    ]  # fmt: skip
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def klass():
    """A class in which every fourth student is wrong, and the points that each deserves."""
    submissions, due = [], {}
    for number in range(STUDENTS):
        notebook = answered(**({"welford_update": WRONG} if number % 4 == 0 else {}))
        submissions.append(submission(notebook, f"student{number}"))
        due[f"student{number}"] = 0.0 if number % 4 == 0 else 5.0
    return submissions, due


def wait_for_both(address: str) -> None:
    with cluster.Client(address) as client:
        client.wait_for_workers(2, timeout=60)


def test_nothing_is_lost_or_doubled_when_a_worker_is_killed_half_way(started):
    address, workers = started
    wait_for_both(address)
    submissions, due = klass()
    scores, students = {}, []
    for graded in cluster.grade_on_cluster(sample_day(), submissions, Settings(), address):
        result = graded.result
        assert graded.submission.student == result.student and graded.notebook is not None
        students.append(result.student)
        scores[result.student] = result.score
        if len(students) == STUDENTS // 2:
            workers[0].send_signal(signal.SIGKILL)
    assert workers[0].wait() == -signal.SIGKILL
    assert workers[1].poll() is None
    assert sorted(students) == sorted(due)
    assert scores == due


def test_workers_with_other_code_are_refused(started, monkeypatch):
    address, _ = started
    monkeypatch.setattr(cluster, "code_version", lambda: "another")
    with pytest.raises(DeepDaysError, match="has another version of this project"):
        list(cluster.grade_on_cluster(sample_day(), klass()[0], Settings(), address))


def test_an_address_where_nobody_answers_is_said(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(DeepDaysError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9: .*dask scheduler"):
        list(cluster.grade_on_cluster(sample_day(), klass()[0], Settings(), "tcp://127.0.0.1:9"))


def test_nothing_to_grade_asks_nobody():
    assert list(cluster.grade_on_cluster(sample_day(), [], Settings(), "tcp://127.0.0.1:9")) == []
