"""Submissions found in folders, nbgrader courses and zip archives, friendly and hostile."""

import os
import stat
import struct
import warnings
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.classroom import collecting, containers
from autograder.classroom.collecting import collect
from autograder.classroom.naming import safe_name, safe_names
from autograder.errors import DeepDaysError
from autograder.notebooks.plain import as_bytes
from tests.support.sample_notebooks import SLUG, answered, sample_day

NOTEBOOK = f"{SLUG}.ipynb"
OTHER = "day_001_vectors"


def put(root: Path, *names: str, content: bytes = b"{}") -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def pack(path: Path, *names: str, content: bytes = b"{}") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return path


def students(path: Path) -> list[str]:
    return [submission.student for submission in collect(path, sample_day())]


def one(path: Path):
    (submission,) = collect(path, sample_day())
    return submission


def test_a_folder_a_student_and_notebooks_named_after_them(tmp_path):
    put(tmp_path, f"grace/{NOTEBOOK}", content=b"of grace")
    put(tmp_path, "ada.ipynb", content=b"of ada")
    put(tmp_path, "linus/deep/er/work.ipynb", "readme.txt")
    found = collect(tmp_path, sample_day())
    assert [(each.student, each.content) for each in found] == [
        ("ada", b"of ada"),
        ("grace", b"of grace"),
        ("linus", b"{}"),
    ]
    assert not any(each.problem or each.note for each in found)
    assert found[1].origin == tmp_path / "grace" / NOTEBOOK


def test_an_nbgrader_tree_leaves_other_assignments_alone(tmp_path):
    put(tmp_path, f"submitted/ada/{SLUG}/{NOTEBOOK}", content=b"day 0")
    put(tmp_path, f"submitted/ada/{OTHER}/{OTHER}.ipynb", f"submitted/grace/{OTHER}/{OTHER}.ipynb")
    put(tmp_path, "submitted/linus/essay/essay.ipynb", f"source/{SLUG}/{NOTEBOOK}", "nbgrader_config.py")
    for root in (tmp_path, tmp_path / "submitted"):
        assert one(root).content == b"day 0"


def test_the_time_stamp_of_nbgrader_counts_before_the_file_s(tmp_path):
    put(tmp_path, f"submitted/ada/{SLUG}/{NOTEBOOK}")
    folder = tmp_path / "submitted" / "ada" / SLUG
    os.utime(folder / NOTEBOOK, (1e9, 1e9))
    assert one(tmp_path).submitted_at == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)
    put(folder, "timestamp.txt", content=b"2015-02-02 15:58:23.948203 UTC\n")
    assert one(tmp_path).submitted_at == datetime(2015, 2, 2, 15, 58, 23, 948203, tzinfo=UTC)
    put(folder, "timestamp.txt", content=b"2015-02-02 15:58:23 +0100")
    assert one(tmp_path).submitted_at == datetime(2015, 2, 2, 14, 58, 23, tzinfo=UTC)
    put(folder, "timestamp.txt", content=b"\xff not a time")
    assert one(tmp_path).submitted_at == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "names",
    [
        (f"ada/{NOTEBOOK}", f"grace/{NOTEBOOK}"),
        (f"klass/ada/{NOTEBOOK}", f"klass/grace/{NOTEBOOK}"),
        ("ada.ipynb", "grace.ipynb"),
        ("archive/ada.ipynb", "archive/grace.ipynb"),
        (f"submitted/ada/{SLUG}/{NOTEBOOK}", f"submitted/grace/{SLUG}/{NOTEBOOK}", f"submitted/x/{OTHER}/a.ipynb"),
        (f"course/submitted/ada/{SLUG}/{NOTEBOOK}", f"course/submitted/grace/{SLUG}/{NOTEBOOK}"),
        (f"archive/ada/{NOTEBOOK}", f"archive/grace/work/{NOTEBOOK}", "archive/readme.txt"),
        (f"ada\\{NOTEBOOK}", f"grace\\{NOTEBOOK}"),
        (f"./ada/{NOTEBOOK}", f"./grace/{NOTEBOOK}", "ada/", "grace/"),
    ],
)
def test_an_archive_of_either_layout_with_or_without_a_folder_around_it(tmp_path, names):
    assert students(pack(tmp_path / "archive.zip", *names)) == ["ada", "grace"]


@pytest.mark.parametrize("names", [(f"ada/{NOTEBOOK}",), (f"ada/{SLUG}/{NOTEBOOK}", f"ada/{OTHER}/{OTHER}.ipynb")])
def test_an_archive_of_one_student_is_theirs(tmp_path, names):
    assert students(pack(tmp_path / "archive.zip", *names)) == ["ada"]


def test_an_archive_gives_the_bytes_and_the_time(tmp_path):
    content = as_bytes(answered())
    found = one(pack(tmp_path / "archive.zip", f"ada/{NOTEBOOK}", content=content))
    assert found.content == content
    assert found.submitted_at.tzinfo is UTC
    assert str(found.origin).endswith(f"archive.zip/ada/{NOTEBOOK}")


def test_of_several_notebooks_the_one_named_after_the_day_is_taken_and_said(tmp_path):
    put(tmp_path, f"ada/{NOTEBOOK}", content=b"mine")
    put(tmp_path, "ada/a.ipynb", f"ada/{OTHER}.ipynb", f"ada/.ipynb_checkpoints/{NOTEBOOK}")
    assert one(tmp_path).content == b"mine"
    assert one(
        tmp_path
    ).note == f"3 notebooks were handed in; ada/{NOTEBOOK} was taken, as it is named after the day, " + (
        f"and not ada/a.ipynb, ada/{OTHER}.ipynb."
    )


def test_of_several_notebooks_the_one_whose_metadata_is_the_day_s_is_taken_and_said(tmp_path):
    put(tmp_path, "ada/a.ipynb", "ada/c.ipynb", content=b"not a notebook")
    put(tmp_path, "ada/b.ipynb", content=as_bytes(answered()))
    assert one(tmp_path).content == as_bytes(answered())
    assert "ada/b.ipynb was taken, as it says that it is day 0's" in one(tmp_path).note


def test_of_several_notebooks_of_the_day_the_newest_is_taken_and_said(tmp_path):
    put(tmp_path, f"ada/{NOTEBOOK}", content=b"old")
    put(tmp_path, f"ada/{SLUG} (1).ipynb", content=as_bytes(answered()))
    put(tmp_path, "ada/a.ipynb")
    os.utime(tmp_path / "ada" / NOTEBOOK, (1e9, 1e9))
    assert one(tmp_path).content == as_bytes(answered())
    name = f"ada/{SLUG} (1).ipynb"
    assert one(
        tmp_path
    ).note == f"3 notebooks were handed in; {name} was taken, the newest of the 2 that are day 0's, " + (
        f"and not ada/a.ipynb, ada/{NOTEBOOK}."
    )
    os.utime(tmp_path / "ada" / NOTEBOOK, (3e9, 3e9))
    assert one(tmp_path).content == b"old"


def test_notebooks_of_the_day_in_several_folders_are_refused_by_name(tmp_path):
    put(tmp_path, f"week1/ada/{NOTEBOOK}", f"week1/grace/{NOTEBOOK}", f"week2/linus/{NOTEBOOK}")
    lost, linus = collect(tmp_path, sample_day())
    assert (lost.student, linus.student, linus.problem) == ("week1", "week2", None)
    assert lost.problem == (
        f"2 notebooks of day 0 lie in several folders: ada/{NOTEBOOK}, grace/{NOTEBOOK}. Leave the one that counts; "
        "or, if these are folders of different students, name the folder that holds them."
    )


@pytest.mark.parametrize(
    "names",
    [
        (f"week1/ada/{NOTEBOOK}", f"week1/grace/{NOTEBOOK}"),
        (f"course/submitted/ada/{SLUG}/{NOTEBOOK}", f"course/submitted/grace/{SLUG}/{NOTEBOOK}"),
    ],
)
def test_a_folder_one_level_too_high_loses_nobody(tmp_path, names):
    assert students(put(tmp_path, *names)) == ["ada", "grace"]


def test_modules_beside_the_notebook_come_with_it(tmp_path):
    put(tmp_path, f"ada/{NOTEBOOK}", "ada/helpers.py", "ada/bad name.py", "ada/data.csv", "ada/deep/other.py")
    put(tmp_path, "ada/huge.py", content=b"#" * 300_000)
    put(tmp_path, "grace.ipynb", "linus.py")
    ada, grace = collect(tmp_path, sample_day())
    assert ada.files == (("helpers.py", b"{}"),)
    assert grace.files == ()
    packed = one(pack(tmp_path / "archive.zip", f"ada/{NOTEBOOK}", "ada/helpers.py"))
    assert packed.files == (("helpers.py", b"{}"),)


def test_of_several_notebooks_of_other_days_none_is_guessed_at(tmp_path):
    put(tmp_path, "ada/a.ipynb", "ada/b.ipynb")
    assert one(tmp_path).problem == "None of the 2 notebooks handed in is day 0's: ada/a.ipynb, ada/b.ipynb."


def test_a_student_without_a_notebook_is_a_submission_with_a_problem(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "grace" / "drafts").mkdir(parents=True)
    put(tmp_path, "linus/readme.txt", f"ken/.ipynb_checkpoints/{NOTEBOOK}", f"john/__MACOSX/{NOTEBOOK}")
    put(tmp_path, f"margaret/{NOTEBOOK}")
    problems = {each.student: each.problem for each in collect(tmp_path, sample_day())}
    assert problems.pop("margaret") is None
    assert set(problems) == {"ada", "grace", "linus", "ken", "john"}
    assert set(problems.values()) == {"No notebook was handed in."}


def test_hidden_and_system_names_are_no_students(tmp_path):
    put(tmp_path, f".git/{NOTEBOOK}", f"__MACOSX/ada/{NOTEBOOK}", ".hidden.ipynb", f"ada/{NOTEBOOK}", "ada/._x.ipynb")
    assert students(tmp_path) == ["ada"]
    names = (f"ada/{NOTEBOOK}", f"__MACOSX/ada/._{NOTEBOOK}", ".DS_Store")
    assert students(pack(tmp_path / "archive.zip", *names)) == ["ada"]


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), pack, lambda path: None])
def test_where_nothing_is_the_layouts_are_told(tmp_path, make):
    make(tmp_path / "class")
    with pytest.raises(DeepDaysError, match=r"There is no folder|Understood are .*`ada\.ipynb`.*zip archive"):
        collect(tmp_path / "class", sample_day())


def test_a_course_without_submissions_says_so(tmp_path):
    put(tmp_path, "nbgrader_config.py", f"source/{SLUG}/{NOTEBOOK}")
    with pytest.raises(DeepDaysError, match="no `submitted` folder yet"):
        collect(tmp_path, sample_day())


def test_the_order_does_not_hang_on_the_archive_s(tmp_path):
    names = [f"{name}/{NOTEBOOK}" for name in ("b", "C", "a", "Ö", "é")]
    forward = students(pack(tmp_path / "one.zip", *names))
    assert forward == students(pack(tmp_path / "two.zip", *reversed(names))) == ["a", "b", "C", "é", "Ö"]


# Hostile names


def test_ordinary_names_stay_and_others_become_safe():
    for name in ("ada", "Ada Lovelace_123", "grace.hopper@navy.mil", "José", "李明", "o-brien", "सीता"):
        assert safe_name(name) == name
    for name in ("<script>", "a/b", "..", "a\x00b", "a\nb", "ab\u202egnp", "a*[b]", "~root", "x" * 300, " ", "a\udcff"):
        safe = safe_name(name)
        assert safe_name(safe) == safe == safe_name(name) != name
        assert not set(safe) & set("<>/\\\x00\n\u202e*[]&'\"") and not safe.startswith(".") and len(safe) <= 60
        safe.encode()


def test_different_names_stay_different():
    raw = ["a<b", "a>b", "a_b", "A_B", "a/b", safe_name("a<b"), "Jose\u0301", "José", ".a_b", "a_b "]
    names = safe_names(raw)
    assert len({name.casefold() for name in names.values()}) == len(raw)
    assert names == safe_names(reversed(raw))
    assert all(safe_name(name) == name for name in names.values())


def test_a_folder_with_an_ugly_name_is_a_safe_student(tmp_path):
    put(tmp_path, f"<img src=x onerror=alert(1)>/{NOTEBOOK}", f"ada\u202e\x1b[31m/{NOTEBOOK}", f"ada/{NOTEBOOK}")
    os.makedirs(os.fsencode(tmp_path) + b"/bad\xff")
    found = collect(tmp_path, sample_day())
    assert len({each.student for each in found}) == 4
    for each in found:
        assert each.student.isprintable() and "<" not in each.student
        assert str(each.origin).isprintable()


# Hostile folders


def test_links_are_not_followed(tmp_path):
    secret = put(tmp_path, f"secret/{NOTEBOOK}", content=b"secret") / "secret"
    root = put(tmp_path / "class", "margaret.ipynb")
    for name in ("ada", "grace"):
        (root / name).mkdir()
    (root / "ada" / NOTEBOOK).symlink_to(secret / NOTEBOOK)
    (root / "grace" / "deeper").symlink_to(secret)
    (root / "ken").symlink_to(secret)
    (root / "john.ipynb").symlink_to(secret / NOTEBOOK)
    (root / "dangling.ipynb").symlink_to(root / "nowhere")
    found = {each.student: each for each in collect(root, sample_day())}
    assert found.pop("margaret").problem is None
    assert set(found) == {"ada", "grace", "ken", "john", "dangling"}
    for each in found.values():
        assert each.content == b"" and "is a link" in each.problem


def test_pipes_and_folders_that_pose_as_notebooks_are_refused_without_hanging(tmp_path):
    for name in ("ada", "grace"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "ada" / NOTEBOOK)
    (tmp_path / "grace" / NOTEBOOK).mkdir()
    os.mkfifo(tmp_path / "ken.ipynb")
    problems = [each.problem for each in collect(tmp_path, sample_day())]
    assert problems == [
        f"{NOTEBOOK} is not a regular file.",
        "No notebook was handed in.",
        "ken.ipynb is not a regular file.",
    ]


def test_a_file_swapped_for_a_pipe_after_listing_is_refused(tmp_path):
    folder = containers.Folder(put(tmp_path, "ada.ipynb"))
    (tmp_path / "ada.ipynb").unlink()
    os.mkfifo(tmp_path / "ada.ipynb")
    with pytest.raises(containers.UnsafeEntryError, match="not a regular file"):
        folder.read(folder.entries[0])
    (tmp_path / "ada.ipynb").unlink()
    (tmp_path / "ada.ipynb").symlink_to("/etc/passwd")
    with pytest.raises(containers.UnsafeEntryError, match="can't be read"):
        folder.read(folder.entries[0])


def test_a_file_over_the_limit_is_a_problem_and_not_read(tmp_path):
    put(tmp_path, "ada.ipynb")
    with (tmp_path / "ada.ipynb").open("wb") as file:
        file.truncate(containers.MAX_FILE_BYTES + 1)
    put(tmp_path, "grace.ipynb")
    ada, grace = collect(tmp_path, sample_day())
    assert ada.content == b"" and "is larger than 64 MB" in ada.problem
    assert grace.problem is None


# Hostile archives


def test_names_that_lead_outside_are_reported_and_touch_nobody(tmp_path):
    names = ("../../evil.ipynb", f"/etc/{NOTEBOOK}", f"ada/../../{NOTEBOOK}", "C:\\x.ipynb", f"ada/{NOTEBOOK}")
    (tmp_path / "in").mkdir()
    path = pack(tmp_path / "in" / "archive.zip", *names)
    found = collect(path, sample_day())
    assert [each.student for each in found if not each.problem] == ["ada"]
    bad = [each for each in found if each.problem]
    assert len(bad) == 4
    assert all("leads outside the archive" in each.problem and each.content == b"" for each in bad)
    assert not any({"/", "\\", ":"} & set(each.student) for each in bad)
    assert [each.name for each in tmp_path.rglob("*")] == ["in", "archive.zip"]


def test_links_and_devices_in_an_archive_are_refused(tmp_path):
    path = tmp_path / "archive.zip"
    kinds = {"ada": stat.S_IFLNK, "grace": stat.S_IFIFO, "ken": stat.S_IFCHR, "linus": stat.S_IFREG}
    with zipfile.ZipFile(path, "w") as archive:
        for name, kind in kinds.items():
            info = zipfile.ZipInfo(f"{name}/{NOTEBOOK}")
            info.create_system, info.external_attr = 3, (kind | 0o644) << 16
            archive.writestr(info, "/etc/passwd")
    problems = {each.student: each.problem for each in collect(path, sample_day())}
    assert "is a link" in problems["ada"]
    assert "not a regular file" in problems["grace"] and "not a regular file" in problems["ken"]
    assert problems["linus"] is None


def test_a_bomb_is_that_student_s_problem(tmp_path):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(f"ada/{NOTEBOOK}", "w") as file:
            for _ in range(65):
                file.write(bytes(2**20))
        archive.writestr(f"grace/{NOTEBOOK}", "{}")
    assert path.stat().st_size < 200_000
    ada, grace = collect(path, sample_day())
    assert ada.content == b"" and "is larger than 64 MB" in ada.problem
    assert grace.content == b"{}"


def test_a_size_that_lies_is_damage(tmp_path):
    path = pack(tmp_path / "archive.zip", f"ada/{NOTEBOOK}", content=bytes(50_000_000))
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", 50_000_000), struct.pack("<L", 10)))
    assert "is damaged inside the archive" in one(path).problem


def test_where_all_is_too_much_the_largest_are_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(collecting, "MAX_TOTAL_BYTES", 5_000_000)
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in (("bomb", 4_500_000), ("ada", 1_000), ("grace", 2_000_000)):
            archive.writestr(f"{name}/{NOTEBOOK}", b" " * size)
    ada, bomb, grace = collect(path, sample_day())
    assert (len(ada.content), ada.problem, grace.problem) == (1_000, None, None)
    assert "this one is among the largest. Clear its outputs and hand it in again." in bomb.problem


def test_a_student_with_too_many_files_is_refused_alone(tmp_path):
    many = [f"ada/{n}.txt" for n in range(collecting.MAX_FILES + 1)]
    ada, grace = collect(pack(tmp_path / "archive.zip", *many, f"grace/{NOTEBOOK}"), sample_day())
    assert ada.problem == "1001 files were handed in, and at most 1000 are looked through."
    assert grace.problem is None


def test_an_archive_of_absurdly_many_entries_is_refused_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "MAX_ENTRIES", 3)
    path = pack(tmp_path / "archive.zip", *(f"s{n}.ipynb" for n in range(4)))
    with pytest.raises(DeepDaysError, match=r"holds 4 entries, more than the 3 that are read"):
        collect(path, sample_day())


@pytest.mark.parametrize("is_zip", [False, True])
def test_a_student_called_submitted_hides_nobody(tmp_path, is_zip):
    names = (f"submitted/{NOTEBOOK}", f"ada/{NOTEBOOK}")
    path = pack(tmp_path / "archive.zip", *names) if is_zip else put(tmp_path / "class", *names)
    assert students(path) == ["ada", "submitted"]


def test_a_student_graded_before_keeps_their_name(tmp_path):
    put(tmp_path, f"ADA/{NOTEBOOK}", f"ada/{NOTEBOOK}")
    for known in ("ada", "ADA"):
        names = [each.student for each in collect(tmp_path, sample_day(), known={known})]
        assert known in names
        assert len({name.casefold() for name in names}) == 2


@pytest.mark.parametrize("around", ["", "class/"])
@pytest.mark.parametrize("inside", ["", "deep/er/"])
def test_a_student_who_floods_an_archive_is_left_out_by_name_and_nobody_else(tmp_path, monkeypatch, around, inside):
    monkeypatch.setattr(containers, "MAX_ENTRIES", 30)
    flood = [f"{around}mallory/{inside}{number}.txt" for number in range(40)]
    path = pack(tmp_path / "class.zip", f"{around}ada/{NOTEBOOK}", f"{around}bob/{NOTEBOOK}", *flood)
    found = {each.student: each.problem for each in collect(path, sample_day())}
    assert list(found) == ["ada", "bob", "mallory"]
    assert (found["ada"], found["bob"]) == (None, None)
    assert "holds 40 files, and is left out" in found["mallory"]


@pytest.mark.parametrize("seconds", [-(2**40), 2**33, 10**17, -(10**11)])
def test_a_time_that_no_calendar_has_is_none(tmp_path, seconds):
    put(tmp_path, f"ada/{NOTEBOOK}", f"grace/{NOTEBOOK}")
    try:
        os.utime(tmp_path / "ada" / NOTEBOOK, (seconds, seconds))
    except (OverflowError, OSError):
        pytest.skip("this file system has no such time")
    assert students(tmp_path) == ["ada", "grace"]


@pytest.mark.parametrize("text", ["0001-01-01 00:00:00 +1400", "9999-12-31 23:59:59 -1200", "today", "", "9" * 900])
def test_a_time_stamp_out_of_range_gives_way_to_the_file_s(tmp_path, text):
    put(tmp_path, f"ada/{NOTEBOOK}")
    put(tmp_path, "ada/timestamp.txt", content=text.encode())
    assert one(tmp_path).submitted_at.year > 2000


def test_links_in_a_circle_and_overlong_ones_are_that_students(tmp_path):
    put(tmp_path, f"ada/{NOTEBOOK}")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "long").symlink_to("x" * 4000)
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / NOTEBOOK).symlink_to(NOTEBOOK)
    found = {each.student: each.problem for each in collect(tmp_path, sample_day())}
    assert found["ada"] is None
    assert all("is a link" in found[name] for name in ("loop", "long", "bob"))


def test_a_folder_swapped_for_a_link_after_listing_is_refused(tmp_path):
    put(tmp_path / "class", f"ada/work/{NOTEBOOK}", content=b"of ada")
    put(tmp_path / "class", f"bob/work/{NOTEBOOK}", content=b"of bob")
    with containers.open_container(tmp_path / "class") as container:
        (entry,) = [each for each in container.entries if each.parts == ("bob", "work", NOTEBOOK)]
        (tmp_path / "class" / "bob").rename(tmp_path / "aside")
        (tmp_path / "class" / "bob").symlink_to(tmp_path / "class" / "ada")
        with pytest.raises(containers.UnsafeEntryError, match="can't be read"):
            container.read(entry)


def test_an_encrypted_or_oddly_packed_entry_is_that_student_s_problem(tmp_path):
    path = pack(tmp_path / "archive.zip", f"ada/{NOTEBOOK}", f"grace/{NOTEBOOK}")
    content = bytearray(path.read_bytes())
    first = content.index(b"PK\x01\x02")
    content[first + 8] |= 1
    path.write_bytes(bytes(content))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr(f"ken/{NOTEBOOK}", "{}")
    problems = {each.student: each.problem for each in collect(path, sample_day())}
    assert "is encrypted" in problems["ada"]
    assert problems["grace"] is None
    assert "pack it as an ordinary zip" in problems["ken"]


def test_the_last_of_two_entries_with_one_name_counts_as_it_does_in_unpacking(tmp_path):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(f"ada/{NOTEBOOK}", "first")
        archive.writestr(f"ada/{NOTEBOOK}", "second")
    assert one(path).content == b"second"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 but no more", b"not a zip at all"])
def test_a_file_that_is_no_archive_is_an_error_for_people(tmp_path, content):
    (tmp_path / "archive.zip").write_bytes(content)
    with pytest.raises(DeepDaysError, match=r"archive\.zip is neither a folder nor a zip archive"):
        collect(tmp_path / "archive.zip", sample_day())


def test_no_flipped_byte_escapes_as_anything_but_an_error_for_people(tmp_path):
    good = pack(tmp_path / "good.zip", f"ada/{NOTEBOOK}", f"grace/{NOTEBOOK}").read_bytes()
    path = tmp_path / "bad.zip"
    outcomes = set()
    for position in range(len(good)):
        path.write_bytes(good[:position] + bytes([good[position] ^ 0xFF]) + good[position + 1 :])
        try:
            outcomes.update(bool(each.problem) for each in collect(path, sample_day()))
        except DeepDaysError:
            outcomes.add("refused")
    assert outcomes == {True, False, "refused"}
