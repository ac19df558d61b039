"""Finding the submissions of a day in what a teacher has: a folder, an nbgrader course or a zip archive."""

import contextlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from autograder.classroom.containers import (
    MAX_FILE_BYTES,
    MAX_TOTAL_BYTES,
    Container,
    Entry,
    UnsafeEntryError,
    open_container,
)
from autograder.classroom.lms import recognised
from autograder.classroom.naming import safe_names
from autograder.classroom.roster import Roster
from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.notebooks.reading import day_number
from autograder.project import notebook_name
from autograder.submission import MAX_MODULE_BYTES, MAX_MODULES, RECEIPT, Submission, is_module

_LAYOUTS = (
    "Understood are a folder with one folder a student (`ada/any_name.ipynb`), notebooks named after their "
    "student (`ada.ipynb`), an nbgrader course or its `submitted` folder "
    "(`submitted/ada/ASSIGNMENT/NOTEBOOK.ipynb`), what Canvas, Moodle and Blackboard give out, and a zip archive of "
    "any of these. For other names there is --pattern."
)
_DAY_NAME = re.compile(r"day_\d{3}_\w+")
_OF_A_COURSE = frozenset(["source", "release", "submitted", "autograded", "feedback"])
MAX_FILES = 1000
"""How many files of one student are looked through."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def collect(
    path: Path | str,
    day: Day,
    known: Collection[str] = (),
    roster: Roster | None = None,
    pattern: re.Pattern[str] | None = None,
) -> list[Submission]:
    """The submissions of a day, one a student, in the order of their names.

    Args:
        path: a folder `STUDENT/….ipynb` (or `STUDENT.ipynb`), an nbgrader `submitted` tree or the course that
            holds one, what an LMS gives out, or a zip archive of one of these. Other assignments of an nbgrader tree
            are left alone.
        day: the day they were handed in for.
        known: names of students that stay theirs, whoever else hands something in.
        roster: says under which name to keep whom the files call otherwise.
        pattern: a scheme for files' paths, for other names than are understood; see `lms.pattern_of`.

    Returns:
        Submissions with safe, distinct names. Whatever can't be read is one with a `problem`, never an error.

    Raises:
        DeepDaysError: if the path has no layout that is understood.
    """
    path = Path(path)
    if (path / "nbgrader_config.py").is_file() and not (path / "submitted").is_dir():
        raise DeepDaysError(f"The course {path} has no `submitted` folder yet. {_LAYOUTS}")
    if (path / "submitted").is_dir() and _are_of_a_course(child.name for child in path.iterdir()):
        path = path / "submitted"
    with open_container(path) as container:
        found = _in_roster(_by_student(container, day, pattern), roster or Roster())
        if not found:
            raise DeepDaysError(f"Nothing was handed in for day {day.number} in {path}. {_LAYOUTS}")
        names = safe_names(found, known)
        refused = _refused(found, container)
        submissions = [
            Submission(names[raw], b"", str(container.path), refused[raw])
            if raw in refused
            else _submission(names[raw], entries, container, day)
            for raw, entries in found.items()
        ]
    return sorted(submissions, key=lambda submission: (submission.student.casefold(), submission.student))


def _refused(found: dict[str, list[Entry]], container: Container) -> dict[str, str]:
    """Why students' files are not read, by raw name: they are too many, or together with the others' too large."""
    refused, total = {}, 0
    sizes = {
        raw: sum(container.size(each) for each in entries if _is_notebook(each) and not each.problem)
        for raw, entries in found.items()
    }
    for raw, size in sorted(sizes.items(), key=lambda item: (item[1], item[0])):
        if len(found[raw]) > MAX_FILES:
            refused[raw] = f"{len(found[raw])} files were handed in, and at most {MAX_FILES} are looked through."
        elif total + min(size, MAX_FILE_BYTES) > MAX_TOTAL_BYTES:
            refused[raw] = (
                f"The class's notebooks hold more than {MAX_TOTAL_BYTES // 2**30} GB, and this one is among the "
                "largest. Clear its outputs and hand it in again."
            )
        else:
            total += min(size, MAX_FILE_BYTES)
    return refused


def _are_of_a_course(names: Iterable[str]) -> bool:
    """Whether these names are what an nbgrader course has beside its `submitted` folder."""
    return all(name in _OF_A_COURSE or name.startswith((".", "__")) or "." in name for name in names)


def _in_roster(found: dict[str, list[Entry]], roster: Roster) -> dict[str, list[Entry]]:
    """The same by the names that the roster has; who is called in two ways is one student."""
    students = defaultdict(list)
    for raw, entries in found.items():
        known_as = {name for entry in entries if entry.attempt for name in entry.attempt.known_as}
        students[roster.student([raw, *sorted(known_as)]) or raw].extend(entries)
    return students


def _by_student(container: Container, day: Day, pattern: re.Pattern[str] | None) -> dict[str, list[Entry]]:
    """Each student's candidate entries, by raw name; the depth at which the students stand is found first."""
    outside = {entry.name: [entry] for entry in container.entries if entry.leads_outside and not entry.is_folder}
    entries = [entry for entry in container.entries if not entry.leads_outside]
    depth, is_nbgrader = 0, container.path.name == "submitted"
    while not is_nbgrader:
        wrapper = _wrapper(entries, depth, container.path.stem)
        if wrapper is None:
            break
        depth += 1
        entries = [entry for entry in entries if len(entry.parts) > depth and entry.parts[depth - 1] == wrapper]
        is_nbgrader = wrapper == "submitted"

    found = defaultdict(list)
    for entry in recognised(entries, depth, pattern):
        if entry.attempt:
            found[entry.attempt.student].extend([] if entry.is_folder and not entry.problem else [entry])
            continue
        name = entry.parts[depth]
        is_top = len(entry.parts) == depth + 1
        if is_top and entry.is_folder:
            found[name].extend([entry] if entry.problem else [])
        elif not is_top or _is_notebook(entry):
            found[name.removesuffix(".ipynb") if is_top else name].append(entry)
    students = {name: _of_the_day(found[name], depth + 1, is_nbgrader, day) for name in found}
    return {name: chosen for name, chosen in students.items() if chosen is not None} | outside


def _wrapper(entries: list[Entry], depth: int, stem: str) -> str | None:
    """The one folder around the students in an archive, if there is one."""
    tops = {entry.parts[depth] for entry in entries}
    if any(entry.parts[depth] == "submitted" and len(entry.parts) > depth + 1 for entry in entries):
        return "submitted" if _are_of_a_course(tops) else None
    inner = [entry for entry in entries if len(entry.parts) == depth + 2]
    folders = {entry.name for entry in inner if entry.is_folder}
    notebooks = {Path(entry.name).stem for entry in inner if _is_notebook(entry)}
    if len(tops) != 1 or not inner or any(_DAY_NAME.fullmatch(name) for name in folders | notebooks):
        return None
    (top,) = tops
    is_around = top == stem or "submitted" in folders or (len(folders) > 1 and not notebooks)
    return top if is_around else None


def _of_the_day(entries: list[Entry], depth: int, is_nbgrader: bool, day: Day) -> list[Entry] | None:
    """The files of a student that may belong to the day; None if everything is of other assignments."""

    def assignment(entry: Entry) -> str | None:
        is_inside_folder = len(entry.parts) > depth + (not entry.is_folder)
        return entry.parts[depth] if is_inside_folder else None

    mine = [entry for entry in entries if assignment(entry) == day.slug]
    if not mine:
        mine = [
            entry
            for entry in entries
            if (folder := assignment(entry)) is None or not (is_nbgrader or _DAY_NAME.fullmatch(folder))
        ]
        if entries and not mine:
            return None
    return [entry for entry in mine if entry.problem or not entry.is_folder]


def _is_notebook(entry: Entry) -> bool:
    return entry.name.lower().endswith(".ipynb") and not entry.is_folder


def _submission(student: str, entries: list[Entry], container: Container, day: Day) -> Submission:
    """One student's submission from the entries that may be it."""
    notebooks = [entry for entry in entries if _is_notebook(entry)]
    broken = [entry for entry in entries if entry.problem]
    entry, note = _choose(notebooks or broken, entries, container, day)
    if entry is None:
        return Submission(student, b"", str(container.path), problem=note)
    origin = Path(_printable("/".join((str(container.path), *entry.parts))))
    try:
        content, problem = container.read(entry), None
    except UnsafeEntryError as error:
        content, problem = b"", f"{_printable(entry.name)} {error}."
    files, receipt = (tuple(each(entry, entries, container)) for each in (_modules_beside, _receipt))
    when = _handed_in_at(entry, entries, container)
    returns_as = entry.attempt.returns_as if entry.attempt else None
    return Submission(student, content, origin, problem, note, when, files, receipt, returns_as)


def _modules_beside(notebook: Entry, entries: list[Entry], container: Container) -> Iterator[tuple[str, bytes]]:
    """The small modules in the notebook's own folder, which its cells may import."""
    beside = [each for each in entries if each.parts[:-1] == notebook.parts[:-1] and is_module(each.name)]
    for each in beside[:MAX_MODULES]:
        with contextlib.suppress(UnsafeEntryError):
            yield each.name, container.read(each, limit=MAX_MODULE_BYTES)


def _receipt(notebook: Entry, entries: list[Entry], container: Container) -> Iterator[tuple[str, bytes]]:
    for each in entries:
        if each.name in RECEIPT and each.parts[:-1] == notebook.parts[:-1]:
            with contextlib.suppress(UnsafeEntryError):
                yield each.name, container.read(each, limit=1000)


def _choose(
    notebooks: list[Entry], entries: list[Entry], container: Container, day: Day
) -> tuple[Entry | None, str | None]:
    """The day's notebook among a student's, and a note on the choice; or None and why there is none."""
    if not notebooks:
        return None, "No notebook was handed in."
    if len(notebooks) == 1:
        return notebooks[0], _late(notebooks[0])
    fitting = [each for each in notebooks if each.name == notebook_name(day.slug) or _is_of(each, container, day)]
    if not fitting:
        return None, f"None of the {len(notebooks)} notebooks handed in is day {day.number}'s: {_listed(notebooks)}."
    if len({each.parts[:-1] for each in fitting}) > 1 and not all(each.attempt for each in fitting):
        return None, (
            f"{len(fitting)} notebooks of day {day.number} lie in several folders: {_listed(fitting)}. Leave the one "
            "that counts; or, if these are folders of different students, name the folder that holds them."
        )
    chosen = max(fitting, key=lambda each: _newness(each, entries, container))
    if len(fitting) > 1:
        why = f"the newest of the {len(fitting)} that are day {day.number}'s"
    else:
        named = chosen.name == notebook_name(day.slug)
        why = "as it is named after the day" if named else f"as it says that it is day {day.number}'s"
    others = _listed([each for each in notebooks if each is not chosen])
    told = f"{len(notebooks)} notebooks were handed in; {_listed([chosen])} was taken, {why}, and not {others}."
    return chosen, " ".join(filter(None, (told, _late(chosen))))


def _newness(notebook: Entry, entries: list[Entry], container: Container) -> tuple:
    order = notebook.attempt.order if notebook.attempt else ()
    return order, _handed_in_at(notebook, entries, container) or _LONG_AGO, notebook.parts


def _late(notebook: Entry) -> str | None:
    return "Its name says that it was handed in late." if notebook.attempt and notebook.attempt.is_late else None


def _listed(notebooks: list[Entry]) -> str:
    names = [_printable("/".join(each.parts[-2:])) for each in notebooks]
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")


def _is_of(entry: Entry, container: Container, day: Day) -> bool:
    try:
        return day_number(container.read(entry)) == day.number
    except UnsafeEntryError:
        return False


def _handed_in_at(notebook: Entry, entries: list[Entry], container: Container) -> datetime | None:
    """What the name says, or nbgrader's `timestamp.txt` beside the notebook, or else the file's own time."""
    if notebook.attempt and notebook.attempt.submitted_at:
        return notebook.attempt.submitted_at
    for entry in entries:
        if entry.name == "timestamp.txt" and entry.parts[:-1] == notebook.parts[:-1]:
            try:
                text = container.read(entry, limit=1000).decode().strip()
                stamp = datetime.fromisoformat(re.sub(r" (?=[+-]\d{4}$)", "", text.removesuffix(" UTC")))
                return stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC)
            except (UnsafeEntryError, ValueError, OverflowError):
                break
    return notebook.modified


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
