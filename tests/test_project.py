"""The project's own files agree with one another: requirements, their lock, conda's environment, the licence."""

import os
import re
import tomllib

import pytest
import typer
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.cli import app
from tests.support.places import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, TOOLS = PYPROJECT["project"], PYPROJECT["tool"]


def requirements(*extras: str) -> set[str]:
    """The project's requirements with those of the extras and of the extras that they name."""
    found = set(PROJECT["dependencies"])
    for extra in extras:
        for text in PROJECT["optional-dependencies"][extra]:
            requirement = Requirement(text)
            found |= requirements(*requirement.extras) if requirement.name == PROJECT["name"] else {text}
    return found


def pins() -> list[tuple[Requirement, list[str]]]:
    """Each pin of the lock and the options that follow it."""
    logical_lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    parts = [re.split(r"\s+(?=--)", line.strip()) for line in logical_lines if line.strip()]
    return [(Requirement(text), options) for text, *options in parts]


def test_every_pin_of_the_lock_is_exact_and_hashed():
    assert len(pins()) > 100
    for requirement, options in pins():
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), requirement
        assert options, f"{requirement} has no hash"
        for option in options:
            assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", option), f"{requirement}: {option}"


def test_the_lock_names_no_index():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    assert "--extra-index" not in lock
    assert "--find-links" not in lock


@pytest.mark.parametrize("text", sorted(requirements("test")))
def test_the_lock_pins_each_requirement_within_its_bounds(text):
    requirement = Requirement(text)
    versions = [
        str(pin.specifier).removeprefix("==")
        for pin, _ in pins()
        if canonicalize_name(pin.name) == canonicalize_name(requirement.name)
    ]
    assert versions, f"{requirement.name} is not in requirements.lock; run make lock"
    for version in versions:
        assert requirement.specifier.contains(version), f"{text} is locked at {version}; run make lock"


def test_condas_environment_has_the_same_requirements():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, by_pip = environment["dependencies"]
    assert environment["name"] == PROJECT["name"]
    assert Requirement(python) == Requirement(f"python{PROJECT['requires-python']}")
    assert pip == "pip"
    *spelled_out, itself = by_pip["pip"]
    assert itself == "--editable ."
    assert sorted(spelled_out) == sorted(requirements("lab", "cluster", "site", "test"))


def test_the_licence_is_mit():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n\nCopyright (c) 2026 Deep Days maintainers\n")
    assert "Permission is hereby granted, free of charge" in text
    assert 'THE SOFTWARE IS PROVIDED "AS IS"' in text
    assert PROJECT["license"] == "MIT"
    assert "LICENSE" in PROJECT["license-files"]


def test_the_citation_is_of_this_project():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert str(citation["version"]) == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert citation["authors"] == PROJECT["authors"]
    assert citation["repository-code"] == TOOLS["deepdays"]["repository"]


def test_the_change_log_tells_of_this_version():
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert headings[1].startswith(PROJECT["version"])


def test_the_hooks_use_the_project_s_own_tools():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    for hook in hooks:
        assert hook["language"] == "system"
        assert hook["entry"].startswith((".venv/bin/ruff ", ".venv/bin/deepdays ", ".venv/bin/python -m pytest "))
        for path in re.findall(r"tests/\S+", hook["entry"]):
            assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/writing_a_day.md", "docs/notation.md"])
def test_the_pages_link_to_what_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", text):
        assert ((ROOT / name).parent / target).exists(), target


PAGES = ["README.md", "CONTRIBUTING.md", "docs/writing_a_day.md", "Makefile", ".pre-commit-config.yaml"]


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_name_commands_and_options_that_there_are(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands
    for command, rest in re.findall(r"(?:`|\.venv/bin/|\$\(BIN\)/)deepdays ([a-z][a-z-]*)([^`\n]*)", text):
        assert command in commands, f"deepdays {command}"
        options = [option for each in commands[command].params for option in (*each.opts, *each.secondary_opts)]
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", rest.partition("#")[0]):
            assert option in options, f"deepdays {command} {option}"


def test_the_ci_script_runs_the_tests_from_the_root():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    lines = script.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("make ")] == ["make test"]
