"""The command `deepdays` where a notebook's packages are installed and a grader's are not."""

import os
import subprocess
import sys

import pytest

RUN = "from autograder.__main__ import main; main()"


def run(code: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("package", ["typer", "rich.console"])
def test_a_missing_package_is_named_with_the_extra_that_brings_it(package):
    done = run(f"import sys; sys.modules[{package!r}] = None; {RUN}")
    assert done.returncode == 1
    assert done.stderr.startswith(f"deepdays: this command needs the packages of the extra `grader`; {package} is not")
    assert "Traceback" not in done.stderr
    assert "pip install '.[grader]'" in done.stderr


def test_a_fault_of_our_own_keeps_its_traceback():
    done = run(f"import sys; sys.modules['autograder.cli'] = None; {RUN}")
    assert "Traceback" in done.stderr


def test_with_the_packages_it_is_the_command_line():
    done = run(f"import sys; sys.argv = ['deepdays', '--help']; {RUN}")
    assert done.returncode == 0, done.stderr
    assert "125 days of machine learning" in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_cannot_show_a_sign_gets_a_question_mark(encoding):
    code = f"import sys; sys.argv = ['deepdays', 'doctor']; {RUN}"
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False, env=environment)
    assert b"Traceback" not in done.stderr
    assert b"? scratch" in done.stdout
