"""Downloads of a class of eight as Canvas, Moodle and Blackboard give them out, with resubmissions and two days."""

import zipfile
from datetime import UTC, datetime

import pytest

from autograder.classroom.collecting import collect
from autograder.classroom.lms import pattern_of
from autograder.classroom.roster import Roster
from autograder.errors import DeepDaysError
from autograder.notebooks.plain import as_bytes
from tests.support.sample_notebooks import SLUG, answered, sample_day

CLASS = ("ada", "grace", "linus", "margaret", "alan", "edsger", "barbara", "donald")
MINE = as_bytes(answered())


def pack(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def by_student(path, **options):
    return {each.student: each for each in collect(path, sample_day(), **options)}


def canvas(assignment: int) -> dict[str, bytes]:
    """User 100 and up; a file's number grows with each file that anybody hands in."""
    files = {f"{name}_{100 + i}_{1000 * assignment + i}_{SLUG}.ipynb": MINE for i, name in enumerate(CLASS)}
    files[f"ada_100_{1000 * assignment + 90}_{SLUG}-1.ipynb"] = MINE + b" "
    files[f"grace_LATE_101_{1000 * assignment + 91}_{SLUG}-1.ipynb"] = MINE + b" "
    files["linus_102_text.html"] = b"<p>see my file</p>"
    return files


def moodle(assignment: int) -> dict[str, bytes]:
    """Participants' numbers are other ones in each assignment."""
    files = {}
    for i, name in enumerate(CLASS):
        folder = f"{name.title()} O'Neill-Müller_{assignment * 50 + i}_assignsubmission_"
        files[f"{folder}file/{SLUG}.ipynb"] = MINE
        files[f"{folder}onlinetext/onlinetext.html"] = b"<p>done</p>"
    return files


def blackboard(assignment: int) -> dict[str, bytes]:
    start = f"Day {assignment}_final_"
    files = {}
    for name in CLASS:
        files[f"{start}{name}_attempt_2026-09-01-10-11-12.txt"] = b"Name: ..."
        files[f"{start}{name}_attempt_2026-09-01-10-11-12_work.ipynb"] = MINE
    files[f"{start}ada_attempt_2026-09-03-08-00-00_again.ipynb"] = MINE + b" "
    return files


def test_canvas_gives_one_student_whatever_was_handed_in_again(tmp_path):
    found = by_student(pack(tmp_path / "submissions.zip", canvas(1)))
    assert sorted(found) == sorted(f"{name}_{100 + i}" for i, name in enumerate(CLASS))
    assert found["ada_100"].content == MINE + b" "
    assert found["ada_100"].note == (
        f"2 notebooks were handed in; ada_100_1090_{SLUG}-1.ipynb was taken, the newest of the 2 that are day 0's, "
        f"and not ada_100_1000_{SLUG}.ipynb."
    )
    assert found["grace_101"].content == MINE + b" "
    assert found["grace_101"].note.endswith("Its name says that it was handed in late.")
    assert found["linus_102"].note is None


@pytest.mark.parametrize("given_out", [canvas, moodle, blackboard])
def test_two_days_have_the_same_students(tmp_path, given_out):
    first, second = (by_student(pack(tmp_path / f"{i}.zip", given_out(i))) for i in (1, 2))
    assert len(first) == 8
    assert first.keys() == second.keys()
    assert not any(each.problem for each in first.values())


@pytest.mark.parametrize("given_out", [canvas, moodle, blackboard])
def test_an_unpacked_download_is_the_same(tmp_path, given_out):
    with zipfile.ZipFile(pack(tmp_path / "packed.zip", given_out(1))) as archive:
        archive.extractall(tmp_path / "unpacked")
    packed, unpacked = by_student(tmp_path / "packed.zip"), by_student(tmp_path / "unpacked")
    assert {name: each.content for name, each in packed.items()} == {n: each.content for n, each in unpacked.items()}


def test_moodle_s_flat_download_and_a_text_alone(tmp_path):
    files = {
        f"Ada Lovelace_11_assignsubmission_file_{SLUG}.ipynb": MINE,
        "Grace Hopper_12_assignsubmission_onlinetext.html": b"<p>sorry</p>",
    }
    found = by_student(pack(tmp_path / "flat.zip", files))
    assert found["Ada Lovelace"].content == MINE
    assert found["Grace Hopper"].problem == "No notebook was handed in."


def test_two_of_one_name_stay_two(tmp_path):
    files = {f"Ada King_{number}_assignsubmission_file/{SLUG}.ipynb": MINE for number in (11, 12)}
    assert sorted(by_student(pack(tmp_path / "moodle.zip", files))) == ["Ada King 11", "Ada King 12"]


def test_blackboard_s_attempts_are_told_by_their_time(tmp_path):
    found = by_student(pack(tmp_path / "download.zip", blackboard(2)))
    assert sorted(found) == sorted(CLASS)
    assert found["ada"].content == MINE + b" "
    assert found["ada"].submitted_at == datetime(2026, 9, 3, 8, tzinfo=UTC)


def test_a_roster_gives_everybody_the_gradebook_s_name(tmp_path):
    lines = ["student,Canvas id,login,full name", "s01,100,ada,Ada Lovelace", "s02,101,grace,Grace Hopper"]
    (tmp_path / "roster.csv").write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
    roster = Roster(tmp_path / "roster.csv")
    of_canvas = by_student(pack(tmp_path / "canvas.zip", canvas(1)), roster=roster)
    assert {"s01", "s02", "linus_102"} <= of_canvas.keys()
    files = {f"{name}_7_assignsubmission_file/{SLUG}.ipynb": MINE for name in ("ADA  lovelace", "Grace Hopper")}
    assert by_student(pack(tmp_path / "moodle.zip", files), roster=roster).keys() == {"s01", "s02"}
    assert by_student(pack(tmp_path / "own.zip", {f"ada/{SLUG}.ipynb": MINE}), roster=roster).keys() == {"s01"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"name,id\nada,1\n", "has no column `student`"),
        (b"student,id\nada,1\ngrace,1\n", "line 3: ada and grace are both called '1'"),
        (b"student\n\xff\n", "is not a CSV file in UTF-8"),
        (None, "can't be read: No such file"),
    ],
)
def test_a_roster_that_is_none_is_told(tmp_path, text, said):
    if text is not None:
        (tmp_path / "roster.csv").write_bytes(text)
    with pytest.raises(DeepDaysError, match=said.replace("(", r"\(")):
        Roster(tmp_path / "roster.csv")


def test_another_scheme_is_named_as_for_nbgrader(tmp_path):
    files = {f"day0/{name}-hw.v{i}.ipynb": MINE + b" " * i for name in ("ada", "grace") for i in (1, 2)}
    pattern = pattern_of(r"(?:.*/)?(?P<student_id>\w+)-hw\.v(?P<timestamp>\d)\.ipynb")
    found = by_student(pack(tmp_path / "hw.zip", files | {"readme.txt": b""}), pattern=pattern)
    assert {name: each.content for name, each in found.items()} == {"ada": MINE + b"  ", "grace": MINE + b"  "}


@pytest.mark.parametrize(("text", "said"), [("(", "is not a regular expression"), ("x", "needs a group")])
def test_a_scheme_that_is_none_is_told(text, said):
    with pytest.raises(DeepDaysError, match=said):
        pattern_of(text)
