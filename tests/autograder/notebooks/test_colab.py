"""The link to Colab and the cell that installs the package there; `make test-colab` runs the days themselves."""

import io
from contextlib import redirect_stderr, redirect_stdout

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.notebooks import colab
from autograder.notebooks.building import student_bytes
from autograder.notebooks.reading import read_submission
from tests.support.places import ROOT, SAMPLE
from tests.support.sample_notebooks import cell, handed_out, sample_day, submission


def student_notebook(day):
    return nbformat.reads(student_bytes(day), as_version=4)


def test_the_notebook_starts_with_the_cell_and_it_is_no_exercise(sample):
    first = student_notebook(sample).cells[0]
    assert first.source == colab.install_cell(sample)
    assert first.metadata == {"jupyter": {"source_hidden": True}}


def test_the_first_text_opens_with_the_link(sample):
    name, branch = colab.settings(ROOT / "pyproject.toml")
    link, nothing, title, *_ = student_notebook(sample).cells[1].source.split("\n")
    notebook = "curriculum/day_000_running_statistics/day_000_running_statistics.ipynb"
    assert link == f"[Open in Colab](https://colab.research.google.com/github/{name}/blob/{branch}/{notebook})"
    assert (nothing, title) == ("", "# Day 0 · Running statistics")


def test_the_link_comes_off_again(sample):
    opening = sample.cells[0].source
    assert colab.without_link(colab.with_link(sample, opening)) == opening
    assert colab.without_link(opening) == opening


def test_outside_colab_the_cell_says_and_leaves_nothing(sample):
    shell, said = InteractiveShell(), io.StringIO()
    before = set(shell.user_ns)
    with redirect_stdout(said), redirect_stderr(said):
        shell.run_cell(colab.install_cell(sample)).raise_error()
    assert said.getvalue() == ""
    assert {name for name in set(shell.user_ns) - before if not name.startswith("_")} == set()


def test_it_names_only_the_small_packages_that_the_day_s_data_needs(edited):
    assert colab.lacking(read_day(edited(("data: []", "data: [toy, photos, arrays, tagged]")))) == []
    assert colab.lacking(read_day(edited(("data: []", "data: [names]")))) == ["pycountry"]
    day = read_day(edited(("data: []", "data: [names, dates]")))
    assert colab.lacking(day) == ["num2words", "pycountry"]
    branch = colab.settings(ROOT / "pyproject.toml")[1]
    assert colab.install_cell(day).endswith(f"@{branch} jupytext num2words pycountry")


def test_it_brings_what_the_full_check_needs_and_colab_lacks(sample):
    assert colab.install_cell(sample).endswith(" jupytext")


def test_grading_never_runs_it_and_shows_it_to_nobody():
    read = read_submission(submission(handed_out()), sample_day())
    assert not [each for each in read.cells if "google.colab" in each.source]


@pytest.mark.parametrize("change", [("deepdays/deepdays@main", "ada/course@next num2words"), ("# In", "\n\n# In")])
def test_the_cell_of_a_fork_is_known_too(change):
    notebook = handed_out()
    first = cell(notebook, "colab")
    assert change[0] in first["source"]
    first["source"] = first["source"].replace(*change)
    first["id"] = "another"
    assert not [each for each in read_submission(submission(notebook), sample_day()).cells if each.kind == "extra"]


def test_what_a_learner_adds_to_the_cell_counts():
    notebook = handed_out()
    cell(notebook, "colab")["source"] += "\nshift = 3"
    (extra,) = [each for each in read_submission(submission(notebook), sample_day()).cells if each.kind == "extra"]
    assert extra.source.endswith("shift = 3")


def write(folder, text):
    (folder / "pyproject.toml").write_text(text)
    return folder / "pyproject.toml"


@pytest.mark.parametrize("end", ["", "/", ".git", ".git/"])
def test_a_fork_changes_one_place(tmp_path, end):
    pyproject = write(tmp_path, f'[tool.deepdays]\nrepository = "https://github.com/ada/my.course{end}"\n')
    assert colab.settings(pyproject) == ("ada/my.course", "main")
    pyproject = write(tmp_path, pyproject.read_text() + 'branch = "autumn"\n')
    assert colab.settings(pyproject) == ("ada/my.course", "autumn")


def test_a_day_is_its_own_project_s_wherever_the_package_is_installed(tmp_path):
    fork = tmp_path / "fork"
    (fork / "solutions").mkdir(parents=True)
    write(fork, '[tool.deepdays]\nrepository = "https://github.com/ada/course"\nbranch = "autumn"\n')
    source = fork / "solutions" / SAMPLE.name
    source.write_bytes(SAMPLE.read_bytes())
    day = read_day(source)
    assert colab.link(day).startswith("https://colab.research.google.com/github/ada/course/blob/autumn/curriculum/")
    assert "git+https://github.com/ada/course@autumn" in colab.install_cell(day)


@pytest.mark.parametrize(
    "text",
    ["", "[tool.deepdays]\n", "[tool.deepdays]\nrepository = 3\n"]
    + [f'[tool.deepdays]\nrepository = "{url}"\n' for url in ("git@github.com:a/b", "https://gitlab.com/a/b", "a b")],
)
def test_another_host_or_none_is_refused_with_the_mend(tmp_path, text):
    with pytest.raises(DeepDaysError, match=r'names no repository on GitHub. Write `repository = "https://github.com/'):
        colab.settings(write(tmp_path, text))
