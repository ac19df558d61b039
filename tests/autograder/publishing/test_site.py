"""A site of a small course, by the real Sphinx, looked through file by file."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.support.places import ROOT, SAMPLE

GUIDE = "writing_a_day"
"""It shows contributors how a day is written, with lines of this very sample."""
SLUG = "day_001_running_statistics"
DRAWING = (
    "import deepdays as dd\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\n"
    'dd.plot.show("A line that rises.")\nprint("a printed line")\n'
)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A project whose only day is the sample, as day 1."""
    root = tmp_path_factory.mktemp("course")
    text = SAMPLE.read_text(encoding="utf-8").replace("# day: 0", "# day: 1").replace("# week: 0", "# week: 1")
    text = text.replace("# # Day 0", "# # Day 1").replace("print(running_variance(stream))", DRAWING, 1)
    (root / "solutions").mkdir()
    (root / "solutions" / f"{SLUG}.py").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "docs", root / "docs")
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def site(course, *arguments):
    command = [sys.executable, "-m", "autograder", "site", *arguments]
    return subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def built(course):
    done = site(course)
    assert done.returncode == 0, done.stderr
    assert str(course / "build" / "site" / "index.html") in done.stdout
    return course / "build" / "site"


def answers_and_hidden_tests() -> list[str]:
    """Lines of the sample that no learner is handed out."""
    from autograder.days.reader import read_day

    day = read_day(SAMPLE)
    shown = "\n".join(each.stub + each.test.visible for each in day.exercises)
    hidden = "\n".join(each.answer + each.test.source for each in day.exercises)
    return [
        line.strip()
        for line in hidden.splitlines()
        if len(line.strip()) > 15 and line.strip() not in shown and "###" not in line
    ]


def test_no_answer_and_no_hidden_test_is_anywhere_in_the_site_or_its_sources(built):
    secret = answers_and_hidden_tests()
    assert "m2 += delta * (x - mean)" in secret
    folders = (built, built.with_name("site_source"), built.with_name("site_doctrees"))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in (path for path in files if not path.name.startswith(GUIDE)):
        content = path.read_bytes()
        assert [
            line for line in secret if line.encode() in content or line.replace('"', "&quot;").encode() in content
        ] == [], path


def test_the_days_page_has_its_text_its_exercises_and_what_was_printed_and_drawn(built):
    page = (built / "days" / f"{SLUG}.html").read_text(encoding="utf-8")
    for due in ("Why the textbook formula fails", "welford_update", "Fold one observation", "a printed line"):
        assert due in page
    assert page.count('alt="A line that rises."') == 2
    assert "about 45 minutes" in page
    assert "day 1 of 5" in page
    assert "colab.research.google.com/github/deepdays/deepdays/blob/main/curriculum/" in page
    assert f'href="../notebooks/{SLUG}.ipynb" download' in page
    notebook = json.loads((built / "notebooks" / f"{SLUG}.ipynb").read_text(encoding="utf-8"))
    assert "raise NotImplementedError()" in json.dumps(notebook)


def test_indexes_lead_to_it(built):
    for name, due in (("exercises", "welford_update"), ("symbols", "the stream"), ("papers", "Welford, 1962")):
        page = (built / f"{name}.html").read_text(encoding="utf-8")
        assert due in page
        assert f'href="days/{SLUG}.html"' in page
    week = (built / "weeks" / "week_01.html").read_text(encoding="utf-8")
    assert "1 of 5 days are here" in week
    assert "Linear regression by gradient descent" in week  # to come
    assert len(list((built / "weeks").glob("*.html"))) == 25


def test_again_nothing_is_written_again(course, built):
    def pages():
        made = [path for path in built.rglob("*.html") if path.stem not in ("search", "genindex")]
        return {path: path.stat().st_mtime_ns for path in made}

    before = pages()
    assert site(course).returncode == 0
    assert {path for path, when in pages().items() if before.get(path) != when} == set()


def test_what_sphinx_finds_fault_with_is_told(course, built):
    source = course / "solutions" / f"{SLUG}.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("# ## Why the textbook", "# [nowhere](no_such_page.md)\n#\n# ## Why the textbook"))
    first, again = site(course), site(course)
    source.write_text(text)
    for done in (first, again):
        assert done.returncode == 2
        assert "no_such_page.md" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_day_that_does_not_run_is_told(course):
    source = course / "solutions" / f"{SLUG}.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('print("a printed line")', "1 / 0"))
    done = site(course)
    source.write_text(text)
    assert done.returncode == 2
    assert "Day 1 does not run" in done.stderr
