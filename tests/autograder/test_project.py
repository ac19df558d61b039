"""Days found in a project's folder."""

import pytest

from autograder.errors import DeepDaysError
from autograder.project import day_path, find_days


@pytest.fixture
def project(tmp_path):
    """A project's folder with days 2, 26 and 84, which need not be readable to be found."""
    (tmp_path / "solutions").mkdir()
    for name in ("day_026_b.py", "day_002_a.py", "day_084_c.py", "notes.py"):
        (tmp_path / "solutions" / name).touch()
    return tmp_path


def test_days_are_found_in_order(project):
    assert [path.name for path in find_days(project)] == ["day_002_a.py", "day_026_b.py", "day_084_c.py"]
    assert day_path(project, 26) == project / "solutions" / "day_026_b.py"


def test_an_unknown_day_names_its_neighbours(project):
    with pytest.raises(DeepDaysError, match=r"There is no day 30 yet. The nearest: day 2 and day 26;"):
        day_path(project, 30)


def test_a_project_without_days_says_so(tmp_path):
    with pytest.raises(DeepDaysError, match=r"There are no days in .*solutions. Is this the project's folder?"):
        day_path(tmp_path, 1)


def test_two_files_of_one_number_are_told(project):
    (project / "solutions" / "day_026_other.py").touch()
    with pytest.raises(DeepDaysError, match=r"Two files are day 26: day_026_b.py and day_026_other.py. Renumber or"):
        find_days(project)
