"""A standard nbgrader course in a folder, on which nbgrader's own commands run."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.engine import create_engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from traitlets.config import Config, PyFileConfigLoader

from autograder.basics.files import write_file
from autograder.classroom.gradebook import unusable
from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.notebooks.building import COURSE_ID, instructor_notebook, notebook_bytes, student_bytes
from autograder.project import notebook_in

CONFIG = "nbgrader_config.py"

_CONFIG_TEXT = '''"""nbgrader's settings for this course; edit as you like."""

from pathlib import Path

from sqlalchemy.engine import URL

c = get_config()
c.CourseDirectory.course_id = "{course_id}"
c.CourseDirectory.db_url = {db_url}
'''
_OWN_GRADEBOOK = (
    'URL.create("sqlite", database=str(Path(__file__).resolve().parent / "gradebook.db")).render_as_string()'
)


def make_course(course_dir: Path | str, days: Sequence[Day], db_url: str | None = None) -> Path:
    """Lay out an nbgrader course, or bring one up to date, and record its assignments in its gradebook.

    Done again, it renews the notebooks and keeps what else is there: settings, other assignments, submissions
    and grades.

    Args:
        course_dir: the course's folder; made if it is not there.
        days: the assignments to add or renew.
        db_url: the gradebook as an SQLAlchemy URL; None for the one in the course's settings, which is
            `gradebook.db` in the folder for a new course.

    Returns:
        The course's folder, resolved.

    Raises:
        DeepDaysError: the course's settings name another gradebook or can't be read, the gradebook can't be reached,
            or nbgrader refuses.
    """
    course = Path(course_dir).resolve()
    db_url = db_url and _absolute(db_url, course)
    if not (course / CONFIG).exists():
        text = _CONFIG_TEXT.format(course_id=COURSE_ID, db_url=repr(db_url) if db_url else _OWN_GRADEBOOK)
        write_file(course / CONFIG, text.encode())
    course_id, url = course_settings(course)
    if db_url not in (None, url):
        mend = "Change its db_url, or use a new folder."
        raise DeepDaysError(f"{course / CONFIG} names another gradebook. {mend}")
    _reach(url)
    for day in days:
        source, release = notebook_bytes(instructor_notebook(day)), student_bytes(day, url, course_id)
        write_file(notebook_in(course / "source", day.slug), source)
        write_file(notebook_in(course / "release", day.slug), release)
    return course


def course_settings(course_dir: Path | str) -> tuple[str, str]:
    """A course's (id, gradebook URL), as nbgrader run in that folder sees them.

    Raises:
        DeepDaysError: the folder has no `nbgrader_config.py`, or running it fails.
    """
    course = Path(course_dir).resolve()
    settings = course_config(course).CourseDirectory
    return settings.get("course_id", ""), _absolute(settings.get("db_url", "sqlite:///gradebook.db"), course)


def course_config(course_dir: Path | str) -> Config:
    """All of a course's settings.

    Raises:
        DeepDaysError: the folder has no `nbgrader_config.py`, or running it fails.
    """
    course = Path(course_dir).resolve()
    if not (course / CONFIG).exists():
        raise DeepDaysError(f"{course} is not a course: it has no {CONFIG}.")
    try:
        return PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    except Exception as error:  # the file is the instructor's own Python
        raise DeepDaysError(f"{course / CONFIG} does not run: {type(error).__name__}: {error}.") from error


def _reach(db_url: str) -> None:
    """Connect to the gradebook's database, or say why that can't be."""
    try:
        engine = create_engine(db_url)
        engine.connect().close()
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise unusable(error) from error


def without_password(db_url: str) -> str:
    """A gradebook's URL as it may be shown."""
    return make_url(db_url).render_as_string(hide_password=True)


def _absolute(db_url: str, course: Path) -> str:
    """The URL with an SQLite file's path spelt out from the course's folder."""
    try:
        url = make_url(db_url)
    except (ArgumentError, ValueError):
        mend = "Write it like sqlite:////folder/gradebook.db or postgresql://user:password@host/name."
        raise DeepDaysError(f"The gradebook's URL is not one. {mend} Received: {db_url}") from None
    if url.get_backend_name() == "sqlite":
        url = url.set(database=str(course / (url.database or "gradebook.db")))
    return url.render_as_string(hide_password=False)
