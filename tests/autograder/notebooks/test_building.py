import os
import re
import subprocess
import sys
import sysconfig

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.classroom.course import course_settings, make_course
from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.notebooks import colab
from autograder.notebooks.building import build, instructor_notebook, notebook_bytes, student_bytes
from autograder.project import find_days
from tests.support.places import ROOT, SAMPLE

SOURCES = find_days(ROOT)
# nbgrader's own way of adding a submission to its gradebook
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

EVERY_DAY = [SAMPLE, *SOURCES]

every_source = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
every_day = pytest.mark.parametrize("path", EVERY_DAY, ids=lambda path: path.stem)


def cells_of(notebook):
    return {cell.id: cell for cell in notebook.cells}


def notebook_of(root, day):
    return root / "curriculum" / day.slug / f"{day.slug}.ipynb"


def test_the_instructor_notebook_has_nbgrader_s_marks(sample):
    cells = cells_of(instructor_notebook(sample))
    marks = {
        id: {key: cell.metadata.nbgrader[key] for key in ("grade", "solution", "locked")}
        for id, cell in cells.items()
        if "nbgrader" in cell.metadata
    }
    assert marks == {
        "setup-1": {"grade": False, "solution": False, "locked": True},
        "fixture-1": {"grade": False, "solution": False, "locked": True},
        "welford_update": {"grade": False, "solution": True, "locked": False},
        "test_welford_update": {"grade": True, "solution": False, "locked": True},
        "running_variance": {"grade": False, "solution": True, "locked": False},
        "test_running_variance": {"grade": True, "solution": False, "locked": True},
    }
    assert all(cells[id].metadata.nbgrader.grade_id == id for id in marks)
    assert all(cells[id].metadata.nbgrader.schema_version == 3 for id in marks)
    assert cells["test_welford_update"].metadata.nbgrader.points == 3


def test_the_instructor_notebook_leaves_mistakes_and_accepts_out(sample):
    notebook = instructor_notebook(sample)
    ids = [cell.id for cell in sample.cells if cell.kind not in ("mistakes", "accepts")]
    headings = [f"exercise-{exercise.name}" for exercise in sample.exercises]
    assert [cell.id for cell in notebook.cells if cell.id not in headings] == ["colab", *ids]
    assert notebook.metadata.deepdays == {"day": 0, "title": "Running statistics"}
    assert notebook.metadata.kernelspec.name == "python3"


def test_each_exercise_has_a_heading_of_its_own(edited):
    notebook = instructor_notebook(read_day(edited(("points=2", "points=1"))))
    at = [cell.id for cell in notebook.cells].index("running_variance")
    heading = notebook.cells[at - 1]
    assert (heading.id, heading.cell_type) == ("exercise-running_variance", "markdown")
    assert heading.source.splitlines()[0] == "### ✎ Exercise: `running_variance`"
    assert "1 point." in heading.source


def test_a_test_says_at_its_end_that_it_has_passed(edited):
    day = read_day(edited(("import numpy as np", "import deepdays as dd\nimport numpy as np")))
    cells = cells_of(nbformat.reads(student_bytes(day).decode(), 4))
    source = cells["test_welford_update"].source
    assert source.endswith('\n\ndd.visible_tests_pass("welford_update")')
    assert "HIDDEN" not in source


def test_fractions_of_points_stay(edited):
    cells = cells_of(instructor_notebook(read_day(edited(("points=2", "points=2.5")))))
    assert cells["test_running_variance"].metadata.nbgrader.points == 2.5


def test_the_student_notebook_keeps_the_cells_and_their_ids(sample):
    instructor, student = instructor_notebook(sample), nbformat.reads(student_bytes(sample), as_version=4)
    assert [cell.id for cell in student.cells] == [cell.id for cell in instructor.cells]
    assert student.metadata == instructor.metadata
    cells = cells_of(student)
    for exercise in sample.exercises:
        assert cells[exercise.name].source == exercise.stub
        assert cells[f"test_{exercise.name}"].source == exercise.test.visible
        assert cells[f"test_{exercise.name}"].metadata.editable is False


@every_day
def test_every_notebook_is_valid(path):
    day = read_day(path)
    notebooks = [instructor_notebook(day), nbformat.reads(student_bytes(day), as_version=4)]
    for notebook in notebooks:
        nbformat.validate(notebook, relax_add_props=False)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        assert all(re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", cell.id) for cell in notebook.cells)
        assert not any(cell.get("outputs") for cell in notebook.cells)


@every_source
def test_the_curriculum_is_what_the_sources_build(path):
    day = read_day(path)
    assert notebook_of(ROOT, day).read_bytes() == student_bytes(day), "run `deepdays build`"


def test_the_curriculum_holds_nothing_else():
    assert sorted(path.name for path in (ROOT / "curriculum").glob("day_*")) == [path.stem for path in SOURCES]


@every_day
def test_a_student_notebook_gives_nothing_away(path):
    day = read_day(path)
    notebook = nbformat.reads(student_bytes(day), as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    secret_lines = {line.strip() for secret in secrets(day) for line in secret.split("\n") if line.strip()}
    shown = "\n".join(visible_texts(day))
    distinctive = {line for line in secret_lines if line not in shown}
    assert len(distinctive) >= 2 * len(day.exercises)
    assert not [line for line in distinctive if line in text]
    assert not re.search(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS)", text)


def secrets(day):
    for exercise in day.exercises:
        yield exercise.answer
        yield exercise.test.source
        yield from exercise.accepts
        for mistake in exercise.mistakes:
            yield mistake.answer
            yield mistake.hint


def visible_texts(day):
    yield colab.install_cell(day)
    for cell in day.cells:
        if cell.kind in ("markdown", "setup", "fixture", "demo"):
            yield cell.source
    for exercise in day.exercises:
        yield exercise.stub
        yield exercise.test.visible


def test_building_twice_gives_the_same_bytes(sample, tmp_path):
    (first,) = build([sample], tmp_path)
    bytes_of = {path: path.read_bytes() for path in tmp_path.rglob("*.ipynb")}
    assert set(bytes_of) == {first, tmp_path / "build" / "source" / sample.slug / f"{sample.slug}.ipynb"}
    build([sample], tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == bytes_of


def test_building_a_day_leaves_the_others_alone(sample, tmp_path):
    other = tmp_path / "curriculum" / "day_001_other" / "day_001_other.ipynb"
    other.parent.mkdir(parents=True)
    other.write_text("as it was")
    build([sample], tmp_path)
    assert other.read_text() == "as it was"


def test_a_failed_build_leaves_every_file_as_it_was(sample, edited, tmp_path):
    """nbgrader looks for tests to generate wherever a cell says AUTOTEST, and finds no template for them."""
    (notebook,) = build([sample], tmp_path)
    before = notebook.read_bytes()
    changed = read_day(edited(("# One number at a time", "# Still one number at a time")))
    refused = read_day(edited(("shift = 1e9", "shift = 1e9  # AUTOTEST")))
    with pytest.raises(DeepDaysError, match=r"nbgrader could not make the notebook of day_000_running_statistics: \S+"):
        build([changed, refused], tmp_path)
    assert notebook.read_bytes() == before


def test_building_is_silent(sample, tmp_path, capfd):
    build([sample], tmp_path)
    make_course(tmp_path / "course", [sample])
    assert capfd.readouterr() == ("", "")


def answered(day):
    """A learner's notebook with the reference answers in it."""
    notebook = nbformat.reads(student_bytes(day), as_version=4)
    for exercise in day.exercises:
        cells_of(notebook)[exercise.name].source = exercise.answer
    return notebook_bytes(notebook)


def hand_in(course, day, student, content):
    path = course / "submitted" / student / day.slug / f"{day.slug}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def nbgrader(course, *arguments):
    """Run nbgrader's command in the course's folder; its output."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", *arguments]
    environment = os.environ | {"PATH": path, "OMP_NUM_THREADS": "1"}
    run = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def scores(course, day):
    """Each student's (score, maximum) in the course's gradebook."""
    course_id, db_url = course_settings(course)
    with Gradebook(db_url, course_id) as gradebook:
        submissions = gradebook.assignment_submissions(day.slug)
        return {each.student.id: (each.score, each.max_score) for each in submissions}


def test_plain_nbgrader_runs_on_the_course(sample, tmp_path):
    course = make_course(tmp_path / "course", [sample])
    right = hand_in(course, sample, "ada", answered(sample))
    hand_in(course, sample, "bob", student_bytes(sample))

    assert "Success! Your notebook passes all the tests." in nbgrader(course, "validate", str(right))
    nbgrader(course, "autograde", sample.slug)
    assert scores(course, sample) == {"ada": (5, 5), "bob": (0, 5)}
    nbgrader(course, "generate_feedback", sample.slug)
    feedback = course / "feedback" / "bob" / sample.slug / f"{sample.slug}.html"
    assert "NotImplementedError" in feedback.read_text()

    make_course(course, [sample])
    assert scores(course, sample) == {"ada": (5, 5), "bob": (0, 5)}


@pytest.fixture
def graded(sample, tmp_path):
    """A course with one submission recorded for the sample day, worth 4 of 5."""
    course = make_course(tmp_path / "course", [sample])
    course_id, db_url = course_settings(course)
    with Gradebook(db_url, course_id) as gradebook:
        gradebook.add_student("ada")
        submission = gradebook.add_submission(sample.slug, "ada")
        points = {"test_welford_update": 3, "test_running_variance": 1}
        for grade in submission.notebooks[0].grades:
            grade.auto_score = points[grade.name]
        gradebook.db.commit()
    return course


def test_a_course_made_again_keeps_grades_settings_and_other_files(sample, graded):
    config = graded / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.ClearSolutions.enforce_metadata = True\n")
    before = {path: path.read_bytes() for path in graded.rglob("*") if path.is_file() and path.suffix != ".db"}
    make_course(graded, [sample])
    assert {path: path.read_bytes() for path in graded.rglob("*") if path.is_file() and path.suffix != ".db"} == before
    assert scores(graded, sample) == {"ada": (4, 5)}
    course_id, db_url = course_settings(graded)
    with Gradebook(db_url, course_id) as gradebook:
        assert [assignment.name for assignment in gradebook.assignments] == [sample.slug]
        assert len(gradebook.find_assignment(sample.slug).notebooks) == 1


def test_new_prose_and_points_reach_a_graded_course(sample, graded, edited):
    path = edited(("# One number at a time", "# Still one number at a time"), ("points=2", "points=4"))
    make_course(graded, [read_day(path)])
    assert scores(graded, sample) == {"ada": (4, 7)}
    assert b"Still one number" in (graded / "release" / sample.slug / f"{sample.slug}.ipynb").read_bytes()


def test_a_graded_day_that_loses_a_cell_is_told_and_nothing_changes(sample, graded, edited):
    before = (graded / "release" / sample.slug / f"{sample.slug}.ipynb").read_bytes()
    with pytest.raises(DeepDaysError, match=r"Cannot add or remove cells for notebook .* there are submissions"):
        make_course(graded, [read_day(edited(("# %% fixture\n", "")))])
    assert (graded / "release" / sample.slug / f"{sample.slug}.ipynb").read_bytes() == before
    assert scores(graded, sample) == {"ada": (4, 5)}


def test_a_course_releases_what_the_curriculum_holds(sample, tmp_path):
    course = make_course(tmp_path / "course", [sample])
    (notebook,) = build([sample], tmp_path)
    assert (course / "release" / sample.slug / notebook.name).read_bytes() == notebook.read_bytes()


def test_a_course_may_keep_its_gradebook_elsewhere(sample, tmp_path):
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    course = make_course(tmp_path / "course", [sample], db_url=url)
    assert course_settings(course) == ("deepdays", url)
    assert (tmp_path / "elsewhere.db").exists()
    assert not (course / "gradebook.db").exists()
    make_course(course, [sample], db_url=url)
    with pytest.raises(DeepDaysError, match=r"nbgrader_config.py names another gradebook. Change its db_url"):
        make_course(course, [sample], db_url=f"sqlite:///{tmp_path / 'third.db'}")


def test_a_relative_gradebook_is_in_the_course_s_folder(sample, tmp_path):
    course = make_course(tmp_path / "course", [sample], db_url="sqlite:///grades.db")
    assert (course / "grades.db").exists()
    make_course(course, [sample], db_url="sqlite:///grades.db")


def test_a_course_of_one_s_own_keeps_its_settings(sample, tmp_path):
    (tmp_path / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "ml101"\n')
    course = make_course(tmp_path, [sample])
    assert course_settings(course) == ("ml101", f"sqlite:///{tmp_path / 'gradebook.db'}")
    assert scores(course, sample) == {}


@pytest.mark.parametrize(
    ("url", "reason"),
    [("nonsense", r"The gradebook's URL is not one. Write it like"), ("nosuch://host/name", r"nosuch")],
)
def test_a_gradebook_that_can_t_be_had_is_told(sample, tmp_path, url, reason):
    with pytest.raises(DeepDaysError, match=reason):
        make_course(tmp_path / "course", [sample], db_url=url)


def test_settings_that_can_t_be_read_are_told(tmp_path):
    with pytest.raises(DeepDaysError, match=r"is not a course: it has no nbgrader_config.py"):
        course_settings(tmp_path)
    (tmp_path / "nbgrader_config.py").write_text("c = get_confg()")
    with pytest.raises(DeepDaysError, match=r"nbgrader_config.py does not run: NameError: name 'get_confg'"):
        course_settings(tmp_path)
