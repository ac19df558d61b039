"""The gradebook in PostgreSQL: a real server, started for these tests."""

import csv
import io
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from rich.console import Console
from sqlalchemy import func, select

from autograder.classroom.course import course_settings
from autograder.classroom.grade_class import grade_class
from autograder.classroom.gradebook import CourseGradebook
from autograder.errors import DeepDaysError
from autograder.grading.grader import Settings
from autograder.notebooks.plain import as_bytes
from tests.support.sample_notebooks import SLUG, answered, sample_day

psycopg = pytest.importorskip("psycopg", reason="psycopg, which connects to PostgreSQL, is not installed")

STUDENTS = 5
WRONG = "def welford_update(count, mean, m2, x):\n    return count, mean, m2"
DUE = {f"student{number}": 0.0 if number == 3 else 5.0 for number in range(STUDENTS)}


def programs() -> Path:
    """Where PostgreSQL's programs are: on the PATH, or where Debian puts them."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip("PostgreSQL is not installed (Debian's package postgresql)")


def as_another_user(folder: Path) -> list[str]:
    """How to start a program that refuses to run as root; the folder becomes the other user's."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv") or pytest.skip("PostgreSQL does not run as root, and setpriv is not installed")
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return [setpriv, f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A fresh server in a folder of its own, which can be stopped as a power cut would, and started again.

    Attributes:
        url: up to the name of the database; tests add and name their own.
    """

    def __init__(self, folder: Path):
        self._programs, self._folder, self._port = programs(), folder, free_port()
        (folder / "password").write_text("se:c/r@t\n")
        (folder / "password").chmod(0o644)
        self._user = as_another_user(folder)
        make = [self._programs / "initdb", "-D", folder / "data", "-U", "teacher", "--auth=scram-sha-256"]
        subprocess.run(
            [*self._user, *make, f"--pwfile={folder / 'password'}", "--no-sync", "--encoding=UTF8", "--locale=C"],
            cwd="/", check=True, capture_output=True,
        )  # fmt: skip
        self.url = f"postgresql://teacher:se%3Ac%2Fr%40t@127.0.0.1:{self._port}"

    def start(self) -> None:
        options = ("fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories=")
        command = [self._programs / "postgres", "-D", self._folder / "data", "-p", str(self._port)]
        self._process = subprocess.Popen(
            [*self._user, *command, *(part for option in options for part in ("-c", option))],
            cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(self._port, self._process)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        self._process.send_signal(how)
        self._process.wait(30)

    def create(self, name: str) -> str:
        """Make an empty database; its URL."""
        with connected(self._port) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"{self.url}/{name}"


@pytest.fixture(scope="module")
def server():
    with tempfile.TemporaryDirectory(prefix="deepdays-postgres-", ignore_cleanup_errors=True) as folder:
        running = Server(Path(folder))
        running.start()
        yield running
        running.stop()


def connected(port: int):
    return psycopg.connect(
        host="127.0.0.1", port=port, user="teacher", password="se:c/r@t", dbname="postgres", autocommit=True
    )  # fmt: skip


def wait_for(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            return connected(port).close()
        except psycopg.OperationalError:
            assert process.poll() is None and time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)


@pytest.fixture
def database(server, request):
    """The URL of an empty database."""
    return server.create(f"test_{abs(hash(request.node.name))}")


@pytest.fixture
def klass(tmp_path):
    for student, points in DUE.items():
        path = tmp_path / "class" / student / f"{SLUG}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(as_bytes(answered(**({} if points else {"welford_update": WRONG}))))
    return tmp_path / "class"


def graded(klass, course, url):
    return grade_class(sample_day(), klass, course, url, Settings(), Console(file=io.StringIO()))


def test_a_class_is_graded_into_it_once_and_again(database, klass, tmp_path):
    from nbgrader import api

    course = tmp_path / "course"
    for _ in range(2):
        assert {result.student: result.score for result in graded(klass, course, database)} == DUE
        course_id, url = course_settings(course)
        with Gradebook(url, course_id) as gradebook:
            assert gradebook.db.get_bind().dialect.name == "postgresql"
            assert {each.student.id: each.score for each in gradebook.assignment_submissions(SLUG)} == DUE
            counts = {
                table.__name__: gradebook.db.scalar(select(func.count()).select_from(table))
                for table in (api.Student, api.SubmittedAssignment, api.Grade, api.Comment)
            }
        assert counts == {
            "Student": STUDENTS, "SubmittedAssignment": STUDENTS, "Grade": 2 * STUDENTS, "Comment": 2 * STUDENTS,
        }  # fmt: skip
    assert not (course / "gradebook.db").exists()


def test_nbgraders_own_commands_find_the_grades_there(database, klass, tmp_path):
    course = tmp_path / "course"
    graded(klass, course, database)
    nbgrader = Path(sys.executable).with_name("nbgrader")
    subprocess.run([nbgrader, "export", "--to", "grades.csv"], cwd=course, check=True, capture_output=True)
    with open(course / "grades.csv", newline="") as file:
        assert {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)} == DUE


def test_a_server_that_refuses_is_named(server, klass, tmp_path):
    with pytest.raises(DeepDaysError, match="nosuch"):
        graded(klass, tmp_path / "course", f"{server.url}/nosuch")


def test_a_server_that_goes_away_half_way_costs_a_second_run(server, database, klass, tmp_path, monkeypatch):
    course, recorded = tmp_path / "course", []
    record = CourseGradebook.record

    def cut_off(book, day, submission, result):
        if len(recorded) == 2:
            server.stop(signal.SIGQUIT)
        marks = record(book, day, submission, result)
        recorded.append(submission.student)
        return marks

    try:
        with monkeypatch.context() as patched:
            patched.setattr(CourseGradebook, "record", cut_off)
            with pytest.raises(DeepDaysError, match="The gradebook can't be used: "):
                graded(klass, course, database)
        assert len(recorded) == 2
        with pytest.raises(DeepDaysError, match=r"The gradebook can't be used: .*refused"):
            graded(klass, course, database)
    finally:
        server.start()
    assert {result.student: result.score for result in graded(klass, course, database)} == DUE
    course_id, url = course_settings(course)
    with Gradebook(url, course_id) as gradebook:
        assert {each.student.id: each.score for each in gradebook.assignment_submissions(SLUG)} == DUE
