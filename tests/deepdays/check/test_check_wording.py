"""What a notebook shows of a failed check: the line of the test and the sentence, in a real IPython."""

import subprocess
import sys

import pytest


def shown(code: str) -> list[str]:
    """The lines that IPython prints when it runs the code."""
    command = [
        sys.executable,
        "-m",
        "IPython",
        "--no-banner",
        "--colors=NoColor",
        "-c",
        f"import deepdays as dd\n{code}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return [line for line in done.stdout.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("dd.check.close(1.0, 2.0, why='it doubles')", "1 came back, 2 was due (off by 1). It doubles."),
        ("with dd.check.raises(ValueError):\n    pass", "ValueError was due, nothing was raised."),
        ("x = [1]\nwith dd.check.unchanged(x):\n    x[0] = 2", "entry [0] was 1 and is 2 now"),
    ],
    ids=["a comparison", "a missing error", "a changed argument"],
)
def test_a_failure_is_shown_at_the_line_of_the_test(code, sentence):
    lines = shown(code)
    (arrow,) = [line for line in lines if line.startswith("---->")]
    assert "dd.check." in arrow
    assert not [line for line in lines if "deepdays/check" in line or "contextlib" in line]
    assert lines[-1].startswith("CheckFailed: ")
    assert sentence in lines[-1]


def test_where_a_failure_came_from_an_error_that_one_is_shown_too():
    lines = shown("with dd.check.raises(ValueError):\n    {}['key']")
    assert "KeyError: 'key'" in lines
    assert lines[-1].startswith("CheckFailed: ValueError was due, KeyError")


def test_the_comparers_own_misuse_is_shown_whole():
    lines = shown("dd.check.close(1.0, 'two')")
    assert lines[-1].startswith("TypeError: expected ")
