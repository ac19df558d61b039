"""Results kept by what they follow from, so that grading again examines only what is new.

The store is one SQLite file in the course's folder. A result's key is a hash of the day's source, the submission's
bytes and those of the modules beside it, the limits, the sandbox's mode, the backend and the code that grades, so a
stored result can't be out of date.
A result is written before the gradebook is, so a run that was killed goes on where it stopped.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from autograder.basics.fingerprint import code_version
from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.grading.grader import UNCERTAIN, Settings
from autograder.result import ExerciseResult, Outcome, Result
from autograder.submission import Submission

NAME = "results.db"
_NOT_DAMAGE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PERM,
)
_TABLE = "CREATE TABLE IF NOT EXISTS results (key BLOB PRIMARY KEY, result TEXT NOT NULL, digest BLOB NOT NULL)"


class ResultStore:
    """The stored results of a course, open for reading and writing. Use it as a context manager.

    A file that can't be used is put aside, and a new one begun: what was in it is graded anew.

    Args:
        course: the course's folder; made if it is not there.
        day, settings: what the results are of.
        warn: called with a sentence if the file is damaged.

    Raises:
        DeepDaysError: the file can't be opened or written; also from `get` and `put`.
    """

    def __init__(self, course: Path, day: Day, settings: Settings, warn: Callable[[str], None]):
        course.mkdir(parents=True, exist_ok=True)
        self._path, self._warn = course / NAME, warn
        self._basis = _basis(day, settings)
        try:
            self._database = self._opened()
        except sqlite3.DatabaseError as error:
            self._put_aside(error)
            self._database = self._opened()

    def __enter__(self) -> "ResultStore":
        return self

    def __exit__(self, *_) -> None:
        self._database.close()

    def get(self, submission: Submission) -> Result | None:
        """The stored result of a submission, in its student's name; None if it has to be graded."""
        if submission.problem:
            return None
        key = self._key(submission)
        try:
            row = self._database.execute("SELECT result, digest FROM results WHERE key = ?", (key,)).fetchone()
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
            return None
        if row is None:
            return None
        text, digest = row
        if digest != _digest(key, text):
            self._warn(f"A stored result in {self._path} is damaged; {submission.student} is graded anew.")
            return None
        data = json.loads(text)
        exercises = tuple(ExerciseResult.of(**exercise) for exercise in data.pop("exercises"))
        own = {"student": submission.student, "status": Outcome(data["status"]), "exercises": exercises}
        return Result(**data | own)

    def put(self, submission: Submission, result: Result) -> None:
        """Store a submission's result, unless grading it again may come to another."""
        if submission.problem or any(exercise.status in UNCERTAIN for exercise in result.exercises):
            return
        key, text = self._key(submission), json.dumps(asdict(result))
        try:
            self._write(key, text)
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
            self._write(key, text)

    def _write(self, key: bytes, text: str) -> None:
        with self._database:
            self._database.execute("REPLACE INTO results VALUES (?, ?, ?)", (key, text, _digest(key, text)))

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=60)
        try:
            database.execute("PRAGMA synchronous = OFF")  # a killed run loses nothing, a machine without power may
            with database:
                database.execute(_TABLE)
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        self._put_aside(error, self._database)
        self._database = self._opened()

    def _put_aside(self, error: sqlite3.DatabaseError, database: sqlite3.Connection | None = None) -> None:
        """Move the file away; raises DeepDaysError if it is not damaged but can't be used."""
        if error.sqlite_errorcode & 0xFF in _NOT_DAMAGE:
            raise DeepDaysError(
                f"{self._path} can't be used: {error}. Check the folder's rights and space, and that no other "
                "`deepdays grade` is at work in it."
            ) from error
        aside = self._path.with_name(f"{NAME}.damaged")
        self._warn(f"{self._path} is damaged ({error}). It is now {aside.name}, and everything is graded anew.")
        if database is not None:
            database.close()
        self._path.replace(aside)

    def _key(self, submission: Submission) -> bytes:
        contents = [submission.content, repr(submission.files).encode()]
        return hashlib.sha256(self._basis + b"".join(hashlib.sha256(each).digest() for each in contents)).digest()


def _basis(day: Day, settings: Settings) -> bytes:
    """What all results of a run follow from, besides the submission."""
    facts = (
        sorted(dict(settings.limits).items()), settings.mode, settings.backend, settings.follow_through, code_version(),
    )  # fmt: skip
    return hashlib.sha256(day.content + repr(facts).encode()).digest()


def _digest(key: bytes, text: str) -> bytes:
    return hashlib.sha256(key + text.encode()).digest()
