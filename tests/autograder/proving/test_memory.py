"""What was proved is remembered exactly while everything that it follows from is the same."""

import platform
import sys
from dataclasses import replace

import nbformat
import pytest

from autograder.days.reader import read_day
from autograder.proving import memory as remembering
from autograder.proving.memory import Memory


@pytest.fixture
def memory(tmp_path):
    (tmp_path / "requirements.lock").write_text("numpy==2.1")
    return Memory(tmp_path)


@pytest.fixture
def day(edited):
    return read_day(edited())


def test_a_proof_is_found_again(memory, day):
    key = memory.key(day, backend="jax", mutants=False)
    assert memory.proof(day, key) is None
    memory.keep_proof(day, key, {"ok": True, "exercises": ["é"]})
    assert memory.proof(day, key) == {"ok": True, "exercises": ["é"]}
    assert memory.key(day, mutants=False, backend="jax") == key


@pytest.mark.parametrize("ingredient", ["day", "earlier", "code", "lock", "no lock", "python", "machine", "asked"])
def test_each_ingredient_that_changes_demands_a_new_proof(ingredient, memory, day, tmp_path, monkeypatch):
    key = memory.key(day, backend="tensorflow")
    memory.keep_proof(day, key, {"ok": True})
    asked = {"backend": "tensorflow"}
    match ingredient:
        case "day":
            day.path.write_text(day.path.read_text() + "\n")
            day = read_day(day.path)
        case "earlier":
            monkeypatch.setattr(remembering, "needed_modules", lambda numbers: {"day_000": "x = 1"})
        case "code":
            monkeypatch.setattr(remembering, "code_version", lambda: "another")
        case "lock":
            (tmp_path / "requirements.lock").write_text("numpy==2.2")
        case "no lock":
            (tmp_path / "requirements.lock").unlink()
        case "python":
            monkeypatch.setattr(sys, "version", "3.99")
        case "machine":
            monkeypatch.setattr(platform, "machine", lambda: "riscv64")
        case "asked":
            asked = {"backend": "jax"}
    assert memory.proof(day, memory.key(day, **asked)) is None


def test_another_days_proof_is_not_this_ones(memory, day):
    memory.keep_proof(day, memory.key(day), {"ok": True})
    assert memory.proof(replace(day, slug="day_001_other"), memory.key(day)) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": 1}', "null"])
def test_a_damaged_entry_is_none(memory, day, tmp_path, content):
    key = memory.key(day)
    memory.keep_proof(day, key, {"ok": True})
    for path in (tmp_path / "build").rglob("*.json"):
        path.write_text(content)
    assert memory.proof(day, key) is None


def test_an_executed_notebook_is_found_by_its_key(memory, day, tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("text", id="one")])
    memory.keep_notebook(day, "a key", notebook)
    assert memory.notebook(day, "a key").cells[0].source == "text"
    assert memory.notebook(day, "another key") is None
    for path in (tmp_path / "build").rglob("*.ipynb"):
        path.write_text("{")
    assert memory.notebook(day, "a key") is None


@pytest.mark.parametrize(
    ("change", "is_found"),
    [
        (("Why the textbook formula fails", "Why it fails"), True),
        (("# should be 22.5", "# 22.5 is due"), False),
        (("    m2 += delta * (x - mean)\n", "    m2 = m2 + delta * (x - mean)\n"), False),
    ],
)
def test_an_executed_notebook_serves_as_long_as_its_program_is_the_same(change, is_found, memory, day, edited):
    key = memory.notebook_key(day, "tensorflow")
    changed = read_day(edited(change))
    assert (memory.notebook_key(changed, "tensorflow") == key) is is_found
    assert memory.key(changed) != memory.key(day)
    assert memory.notebook_key(day, "jax") != key


def test_an_executed_notebook_outlives_a_change_of_the_grader_but_not_of_what_it_imports(memory, day, monkeypatch):
    key = memory.notebook_key(day, "tensorflow")
    monkeypatch.setattr(remembering, "code_version", lambda: "another")
    assert memory.notebook_key(day, "tensorflow") == key
    monkeypatch.setattr(remembering, "learners_code", lambda: "another")
    assert memory.notebook_key(day, "tensorflow") != key
