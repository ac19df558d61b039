"""Grading on a real Dask cluster: a scheduler and two workers, processes on this machine."""

import signal
import subprocess
import sys

import pytest

from autograder.errors import DeepDaysError
from autograder.grading.grader import Settings
from tests.support.sample_notebooks import answered, sample_day, submission
from tests.support.workplace import wait_until, written_json

cluster = pytest.importorskip("autograder.grading.cluster", reason="Dask is not installed")

STUDENTS = 20
WRONG = "def welford_update(count, mean, m2, x):\n    return count, mean, m2"


def start(*arguments, folder) -> subprocess.Popen:
    command = [sys.executable, "-m", *map(str, arguments)]
    with open(folder / "log.txt", "ab") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)


@pytest.fixture
def started(tmp_path, request, monkeypatch):
    """A scheduler's address and its two workers, each with one thread; a parameter is what they run beforehand.

    Such workers are begun again when they die, and a submission is given up at its second death.
    """
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "1")
    extra = ["--no-nanny"]
    if preload := getattr(request, "param", None):
        (tmp_path / "preload.py").write_text(preload)
        extra = ["--preload", tmp_path / "preload.py"]
    file = tmp_path / "scheduler.json"
    scheduler = start(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--no-show",
        "--scheduler-file", file, folder=tmp_path,
    )  # fmt: skip
    wait_until(lambda: written_json(file), seconds=60)
    address = written_json(file)["address"]
    workers = [
        start(
            "distributed.cli.dask_worker", address, "--host", "127.0.0.1", "--nthreads", 1, "--no-dashboard", *extra,
            "--local-directory", tmp_path / f"worker{number}", folder=tmp_path,
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


def by_student(address: str) -> tuple[dict, dict[str, float]]:
    """The class graded by the cluster, by student, and the points that each deserves."""
    submissions, due = klass()
    graded = cluster.grade_on_cluster(sample_day(), submissions, Settings(), address)
    return {each.submission.student: each for each in graded}, due


def failed(graded) -> str:
    """What is said of a submission that the cluster could not grade, after seeing that nothing is kept of it."""
    assert graded.submission.problem == graded.result.message and not graded.result.exercises
    return graded.result.message


BROKEN = """
from dataclasses import replace

from autograder.grading.cluster import DayPlugin


class Unsendable(Exception):
    def __reduce__(self):
        raise RecursionError("deeper and deeper")


def broken(plugin, submission, grade=DayPlugin.grade):
    result = grade(plugin, submission)
    first, *others = result.exercises
    match submission.student:
        case "student1":
            return {"score": 5}
        case "student2":
            return replace(result, exercises=(replace(first, points=99.0), *others))
        case "student3":
            return replace(result, student="student4")
        case "student5":
            return replace(result, exercises=(first,))
        case "student6":
            return replace(result, exercises=(replace(first, points=float("nan")), *others))
        case "student9":
            return replace(result, exercises=(replace(first, points="many"), *others))
        case "student10":
            return replace(result, exercises=None)
        case "student7":
            raise Unsendable("out of order")
    return result


if DayPlugin.grade.__name__ == "grade":  # this is run twice in one process
    DayPlugin.grade = broken
"""


@pytest.mark.parametrize("started", [BROKEN], indirect=True)
def test_what_a_broken_worker_returns_is_no_grade(started):
    address, _ = started
    found, due = by_student(address)
    said = {f"student{number}": cluster.IMPOSSIBLE for number in (1, 2, 3, 5, 6, 9, 10)}
    said["student7"] = "the grader itself failed on it (Unsendable: out of order). Please report that."
    for student, graded in found.items():
        if student in said:
            assert failed(graded) == said[student]
        else:
            assert graded.result.score == due[student]
    assert found.keys() == due.keys()


DEADLY = """
import os

from autograder.grading.cluster import DayPlugin


def deadly(plugin, submission, grade=DayPlugin.grade):
    if submission.student == "student3":
        os._exit(1)
    return grade(plugin, submission)


if DayPlugin.grade.__name__ == "grade":  # this is run twice in one process
    DayPlugin.grade = deadly
"""


@pytest.mark.parametrize("started", [DEADLY], indirect=True)
def test_a_submission_at_which_workers_die_is_a_row_by_itself(started):
    address, _ = started
    found, due = by_student(address)
    assert found.keys() == due.keys()
    assert failed(found["student3"]) == cluster.KILLED
    bystanders = {student for student, graded in found.items() if graded.submission.problem} - {"student3"}
    assert len(bystanders) <= 3, "what lay at the same worker both times"
    for student in due.keys() - bystanders - {"student3"}:
        assert found[student].result.score == due[student]


def test_a_cluster_without_workers_is_not_waited_for_for_ever(started, monkeypatch):
    address, workers = started
    wait_for_both(address)
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    submissions, due = klass()
    results = cluster.grade_on_cluster(sample_day(), submissions, Settings(), address)
    students = [next(results).result.student]
    for worker in workers:
        worker.kill()
    with pytest.raises(DeepDaysError, match="has no workers left"):
        students += [graded.result.student for graded in results]
    assert len(students) == len(set(students)) < len(due)


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
