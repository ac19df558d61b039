"""Names that learning management systems give to what was handed in: whose it is, which attempt, whether late."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from autograder.classroom.containers import Attempt, Entry
from autograder.errors import DeepDaysError

_CANVAS = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<file>\d+)_(?P<original>.+)")
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<participant>\d+)_assignsubmission_(?:file|onlinetext)(?:[_.].*)?")
_BLACKBOARD = re.compile(r".+_(?P<user>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_.+|\.txt)")


def pattern_of(text: str) -> re.Pattern[str]:
    """A scheme of one's own, in the form of nbgrader's `FileNameCollectorPlugin.named_regexp`.

    Args:
        text: a regular expression for a file's path inside the folder or archive, with a group `student_id` and,
            if attempts are to be told apart, `timestamp`.

    Raises:
        DeepDaysError: it is no regular expression, or has no such group.
    """
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise DeepDaysError(f"--pattern is not a regular expression: {error}. Received: {text}") from None
    if "student_id" not in pattern.groupindex:
        raise DeepDaysError(f"--pattern needs a group (?P<student_id>…) that says whose a file is. Received: {text}")
    return pattern


def recognised(entries: list[Entry], depth: int, pattern: re.Pattern[str] | None = None) -> list[Entry]:
    """The entries, those with their attempt whose names are of a scheme.

    Args:
        entries: what lies in the container, all below `depth`.
        depth: how many folders lie around the students.
        pattern: a scheme of one's own; by default that of Canvas, Moodle or Blackboard which most names fit.
    """
    if pattern is not None:
        named = [replace(entry, attempt=_own(entry, depth, pattern)) for entry in entries]
        return [entry for entry in named if entry.attempt or entry.name.endswith(".ipynb")]
    tops = {entry.parts[depth]: len(entry.parts) == depth + 1 and not entry.is_folder for entry in entries}
    for scheme in (_moodle, _canvas, _blackboard):
        attempts = dict(scheme(tops))
        if attempts and 2 * len(attempts) > len(tops):
            return [replace(entry, attempt=attempts.get(entry.parts[depth])) for entry in entries]
    return entries


def _own(entry: Entry, depth: int, pattern: re.Pattern[str]) -> Attempt | None:
    found = pattern.match("/".join(entry.parts[depth:]))
    if entry.is_folder or found is None or not found["student_id"]:
        return None
    stamp = found["timestamp"] if "timestamp" in pattern.groupindex else None
    return Attempt(found["student_id"], (), (stamp or "",))


def _canvas(tops: dict[str, bool]) -> Iterator[tuple[str, Attempt]]:
    """Files `doejane_LATE_12345_67890_day2-1.ipynb`: name, user, and a number that grows with each file handed in."""
    for name, found in _matches(_CANVAS, (name for name, is_file in tops.items() if is_file)):
        order = (int(found["file"]),)
        known_as = (found["name"], found["user"])
        returns_as = name.removesuffix(found["original"])
        yield name, Attempt("_".join(known_as), known_as, order, found["late"] is not None, returns_as=returns_as)


def _moodle(tops: dict[str, bool]) -> Iterator[tuple[str, Attempt]]:
    """Folders `Jane Doe_4711_assignsubmission_file`, the same flat; the number is another in each assignment."""
    matches = list(_matches(_MOODLE, tops))
    participants = defaultdict(set)
    for _, found in matches:
        participants[found["name"]].add(found["participant"])
    for name, found in matches:
        is_alone = len(participants[found["name"]]) == 1
        student = found["name"] if is_alone else f"{found['name']} {found['participant']}"
        known_as = (found["name"],) if is_alone else ()
        start = f"{found['name']}_{found['participant']}_assignsubmission_file_"
        yield name, Attempt(student, known_as, (), returns_as=start if tops[name] else f"{start}/")


def _blackboard(tops: dict[str, bool]) -> Iterator[tuple[str, Attempt]]:
    """Files `Day 2_jdoe_attempt_2026-09-01-10-11-12_day2.ipynb`, beside each a .txt that says the same."""
    for name, found in _matches(_BLACKBOARD, (name for name, is_file in tops.items() if is_file)):
        try:
            when = datetime.strptime(found["when"], "%Y-%m-%d-%H-%M-%S").replace(tzinfo=UTC)
        except ValueError:
            continue
        yield name, Attempt(found["user"], (), (found["when"],), submitted_at=when)


def _matches(pattern: re.Pattern[str], names: Iterable[str]) -> Iterator[tuple[str, re.Match[str]]]:
    full: Callable[[str], re.Match[str] | None] = pattern.fullmatch
    return ((name, found) for name in names if (found := full(name)) is not None)
