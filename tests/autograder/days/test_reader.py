import re
from pathlib import Path

import jupytext
import pytest
import yaml
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

from autograder.basics.python_source import bound_names
from autograder.days.reader import read_day
from autograder.errors import DayError
from autograder.notebooks.additions import without_last_line
from autograder.notebooks.building import instructor_notebook
from autograder.project import find_days
from tests.support.places import ROOT, SAMPLE

EVERY_DAY = [SAMPLE, *find_days(ROOT)]

BROKEN = yaml.safe_load(Path(__file__).with_name("broken_days.yml").read_text(encoding="utf-8"))

every_day = pytest.mark.parametrize("path", EVERY_DAY, ids=lambda path: path.stem)


def test_a_day_is_read_whole(sample, sample_path):
    assert (sample.number, sample.title, sample.week, sample.minutes) == (0, "Running statistics", 0, 45)
    assert (sample.backend, sample.needs, sample.data) == ("numpy", (), ())
    assert sample.papers[0].startswith("Welford 1962")
    assert sample.limits == {"seconds_per_call": 5}
    assert (sample.slug, sample.path) == ("day_000_running_statistics", sample_path)
    assert sample.max_score == 5


def test_cells_keep_their_order_ids_and_lines(sample, sample_path):
    lines = sample_path.read_text().split("\n")
    assert [cell.id for cell in sample.cells] == [
        "markdown-1", "setup-1", "fixture-1", "markdown-2", "demo-1",
        "welford_update", "test_welford_update", "mistakes-1", "accepts-1", "markdown-3",
        "running_variance", "test_running_variance", "mistakes-2", "demo-2", "markdown-4",
    ]  # fmt: skip
    for cell in sample.cells:
        kind = "[markdown]" if cell.kind == "markdown" else cell.kind
        assert lines[cell.line - 1].startswith(f"# %% {kind}")
        assert cell.name in lines[cell.line - 1]


def test_an_exercise_is_read_whole(sample):
    exercise = sample.exercise("welford_update")
    assert exercise.names == ("welford_update",)
    assert "SOLUTION" in exercise.source
    assert "SOLUTION" not in exercise.answer
    assert exercise.answer.endswith("return count, mean, m2")
    assert exercise.stub.endswith('    """\n    # YOUR CODE HERE\n    raise NotImplementedError()')
    assert exercise.accepts[0].startswith("def welford_update(count, mean, m2, x):\n    new_mean")
    assert exercise.test.points == 3
    assert exercise.test.visible == "assert welford_update(0, 0.0, 0.0, 5.0) == (1, 5.0, 0.0)"
    assert sample.exercise("running_variance").test.uses == ("stream",)


def test_a_mistake_is_a_patch_on_the_answer(sample, sample_path):
    exercise = sample.exercise("welford_update")
    first, second, third = (mistake.answer for mistake in exercise.mistakes[:3])
    assert first == exercise.answer.replace("delta * (x - mean)", "delta * delta")
    assert second == exercise.answer.replace("delta / count", "delta / (count + 1)")
    assert "    delta = x - mean\n    count = max(count, 1)\n" in third
    lines = sample_path.read_text().split("\n")
    for mistake in exercise.mistakes:
        assert lines[mistake.line - 1].startswith("# - replace:")


def test_a_mistake_may_put_numbers_and_nothing_in_place(edited):
    second = '# - replace: " / state[0]"\n#   with:\n#   hint: The mean is over observations.'
    path = edited(
        ("with: state[2] / (state[0] - 1)", "with: 0"),
        ("# %% demo\nprint(running_variance(stream))", f"# %% mistakes: running_variance\n{second}"),
    )
    first, second = read_day(path).exercise("running_variance").mistakes
    assert first.answer.endswith("    return 0")
    assert second.answer.endswith("    return state[2]")
    assert second.line == 130


@pytest.mark.parametrize("indent", ["", "    "])
def test_a_patch_of_several_lines_need_not_be_indented_like_the_answer(edited, indent):
    old, new = f"    count += 1\n#     {indent}delta = x - mean", f"    delta = x - mean\n#     {indent}count = 1"
    path = edited(
        ("    count += 1\n#         delta = x - mean", old),
        ("    delta = x - mean\n#         count = max(count, 1)", new),
    )
    mistake = read_day(path).exercise("welford_update").mistakes[2]
    assert '"""\n    delta = x - mean\n    count = 1\n    mean += delta / count\n' in mistake.answer


WHOLE = """# %% mistake: running_variance
# hint: "A variance is about the deviations: where are they?"
def running_variance(stream):
    values = list(stream)
    return sum(value**2 for value in values) / len(values)


# %% demo
print(running_variance(stream))"""


def with_whole(edited, *changes):
    text = WHOLE
    for old, new in changes:
        text = text.replace(old, new)
    return edited(("# %% demo\nprint(running_variance(stream))", text))


def test_a_mistake_may_be_a_whole_wrong_answer(edited):
    day = read_day(with_whole(edited))
    mistake = day.exercise("running_variance").mistakes[-1]
    assert mistake.hint == "A variance is about the deviations: where are they?"
    assert mistake.answer.startswith("def running_variance(stream):\n    values = list(stream)\n")
    assert mistake.answer.endswith("/ len(values)")
    assert day.path.read_text().split("\n")[mistake.line - 1] == "# %% mistake: running_variance"
    assert "values = list" not in str(instructor_notebook(day))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('# hint: "A variance is about the deviations: where are they?"\n', "", "has no hint"),
        ("# hint:", "# reason:", "has no hint"),
        ("def running_variance", "def variance", "it binds `variance` where the answer binds `running_variance`"),
    ],
)
def test_a_whole_wrong_answer_needs_a_hint_and_the_names_of_the_answer(edited, old, new, problem):
    with pytest.raises(DayError, match=problem):
        read_day(with_whole(edited, (old, new)))


def test_a_day_may_list_changes_that_leave_an_answer_right(edited):
    patch = "# - replace: (*state, x)\n#   with: (*state, 1 * x)\n#   reason: One times x."
    path = edited(("# %% demo\nprint(running_variance(stream))", f"# %% equivalents: running_variance\n{patch}"))
    exercise = read_day(path).exercise("running_variance")
    (equivalent,) = exercise.equivalents
    assert equivalent.reason == "One times x."
    assert path.read_text().split("\n")[equivalent.line - 1] == "# - replace: (*state, x)"
    assert "welford_update(*state, 1 * x)" in equivalent.answer
    assert "equivalent" not in str(instructor_notebook(read_day(path)))


@every_day
def test_stubs_and_visible_tests_are_what_nbgrader_makes(path):
    day = read_day(path)
    notebook, _ = ClearSolutions().preprocess(instructor_notebook(day), {})
    notebook, _ = ClearHiddenTests().preprocess(notebook, {})
    sources = {cell.id: cell.source for cell in notebook.cells}
    assert day.exercises
    for exercise in day.exercises:
        assert exercise.stub == sources[exercise.name]
        assert exercise.test.visible == without_last_line(sources[f"test_{exercise.name}"])


@every_day
def test_cells_are_those_that_jupytext_opens(path):
    text = path.read_text(encoding="utf-8")
    opened = jupytext.reads(text, fmt="py:percent").cells[1:]
    assert [cell.source for cell in read_day(path).cells] == [cell.source.rstrip() for cell in opened]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(x):\n    inner = 1\n    return inner", ("f",)),
        ("class Value:\n    x = 1\n\nasync def g(): ...", ("Value", "g")),
        ("a, (b, *c) = 1, (2, 3)\nd: int = 4\na += 1", ("a", "b", "c", "d")),
        ("def tanh(self): ...\nValue.tanh = tanh", ("tanh",)),
        ("import math\nfrom os import path\nx[0] = [i for i in y]\nprint(lambda z: z)", ()),
        ("if True:\n    a = 1\nelse:\n    b = 2", ("a", "b")),
    ],
)
def test_names_are_those_bound_at_the_top(source, names):
    assert bound_names(source) == names


def test_carriage_returns_and_a_byte_order_mark_change_nothing(sample, edited):
    path = edited()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_day(path).cells == sample.cells


def test_tabs_are_as_good_as_spaces(edited):
    path = edited(
        ("#   seconds_per_call: 5", "#\tseconds_per_call: 5"),
        ("#   with: delta * delta", "#\twith: delta * delta"),
        ("# %% setup", "# %% setup\t"),
    )
    text, exercise, rest = path.read_text().partition("# %% exercise: running_variance")
    path.write_text(text + exercise + rest.replace("    ", "\t"))
    day = read_day(path)
    assert day.limits == {"seconds_per_call": 5}
    assert day.exercise("running_variance").stub.endswith("\t# YOUR CODE HERE\n\traise NotImplementedError()")
    assert day.exercise("welford_update").mistakes[0].answer.endswith("m2 += delta * delta\n    return count, mean, m2")


def test_a_marker_inside_a_string_begins_no_cell(edited):
    path = edited(("shift = 1e9", 'shift = 1e9\ntext = """\n# %% [markdown]\n# %% demo\n"""'))
    assert '"""\n# %% [markdown]\n# %% demo\n"""' in read_day(path).cells[2].source


@pytest.mark.parametrize(
    "broken",
    [pytest.param(broken, id=name) for group in BROKEN.values() for name, broken in group.items()],
)
def test_a_broken_day_is_told_with_file_line_and_mend(broken, edited):
    path = edited((broken["old"], broken["new"]))
    text = path.read_text()
    with pytest.raises(DayError) as caught:
        read_day(path)
    error = caught.value
    line = text[: text.index(broken["at"])].count("\n") + 1
    assert (error.path, error.line) == (path, line)
    assert broken["problem"] in error.problem
    assert broken["mend"] in error.mend
    assert str(error).startswith(f"day_000_running_statistics.py:{line}")
    assert str(error).endswith(error.mend)


def test_the_message_names_the_cell(edited):
    with pytest.raises(
        DayError, match=r"^day_000_running_statistics.py:117 \(cell `test: running_variance`\): no demo"
    ):
        read_day(edited(("uses=stream", "uses=steam")))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DayError, match=re.escape("day_007_gone.py:1: the file can't be read (No such file")):
        read_day(tmp_path / "day_007_gone.py")


def test_a_file_that_is_not_utf8_is_told_with_the_line(edited):
    path = edited()
    path.write_bytes(path.read_bytes().replace(b"The mean of the squares", "Größe".encode("latin-1")))
    with pytest.raises(DayError, match=r"statistics.py:31: the file is not UTF-8 text. Save it as UTF-8."):
        read_day(path)


@pytest.mark.parametrize("name", ["day_26_short.py", "day_026_Upper.py", "lesson.py", "day_026.py"])
def test_a_file_without_a_day_s_name_is_told(tmp_path, name):
    with pytest.raises(DayError, match=rf"{name}:1: the file's name is not that of a day. Call it day_NNN_slug.py"):
        read_day(tmp_path / name)


@pytest.mark.parametrize("text", ["", "# ---", "# ---\n# ---", "# ---\n# []\n# ---\n", "\n\n"])
def test_next_to_nothing_is_told(tmp_path, text):
    path = tmp_path / "day_001_nothing.py"
    path.write_text(text)
    with pytest.raises(DayError, match=r"day_001_nothing.py:\d+: the f"):
        read_day(path)


def test_a_day_without_cells_is_told(edited, sample_path):
    front, _, _ = sample_path.read_text().partition("\n\n")
    path = edited()
    path.write_text(front + "\n")
    with pytest.raises(DayError, match=r"the day has no cells. Begin one with"):
        read_day(path)


def test_whatever_is_cut_out_or_doubled_no_other_error_escapes(sample_path, tmp_path):
    lines = sample_path.read_text().split("\n")
    path = tmp_path / sample_path.name
    outcomes = {"read": 0, "told": 0}
    for index in range(len(lines)):
        for changed in (lines[:index], lines[:index] + lines[index + 1 :], lines[:index] + lines[index - 1 :]):
            path.write_text("\n".join(changed))
            try:
                read_day(path)
            except DayError as error:
                assert 1 <= error.line <= len(changed) + 1
                outcomes["told"] += 1
            else:
                outcomes["read"] += 1
    assert min(outcomes.values()) > 50
