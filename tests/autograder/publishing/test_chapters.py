"""Chapters whose links lead somewhere, and a reference of all that notebooks can use."""

import deepdays
from autograder.publishing.chapters import CHAPTERS, chapter, reference
from deepdays import check, data
from tests.support.places import ROOT


def test_a_link_to_another_chapter_stays_and_one_out_of_the_docs_leads_to_the_repository(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "teaching.md").write_text(
        "[a](notation.md#constant) [b](../README.md) [c](github_classroom/check.yml) [d](https://x.org/y) [e](#here)"
    )
    assert chapter(tmp_path, "teaching.md", "https://host/blob/main") == (
        "[a](notation.md#constant) [b](https://host/blob/main/README.md) "
        "[c](https://host/blob/main/docs/github_classroom/check.yml) [d](https://x.org/y) [e](#here)"
    )


def test_every_chapter_is_there():
    assert all(chapter(ROOT, name, "").startswith("# ") for name in CHAPTERS)


def test_the_reference_has_whatever_notebooks_can_use():
    pages = reference()
    text = "".join(pages.values())
    modules = {"check", "data", "plot", "zoo"}
    due = [f"deepdays.{name}\n" for name in vars(deepdays)["_FUNCTIONS"]] + [
        f"deepdays.check.{name}\n" for name in check.__all__
    ]
    due += [f"{data.home(name)}.{name}\n" for name in data.available()]
    assert [path for path in due if f"autofunction:: {path}" not in text] == []
    assert {f"{name}.md" for name in modules} <= set(pages)
