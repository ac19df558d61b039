"""What `deepdays verify` is asked for."""

import pytest
from typer.testing import CliRunner

from autograder import cli


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--only", "dot"], "--only takes one day: deepdays verify DAY --only EXERCISE."),
        (["1", "--seeds", "5", "--no-notebook"], "leave --no-notebook out"),
        (["1", "--alternatives", "--no-notebook"], "leave --no-notebook out"),
        (["1", "--release", "--no-notebook"], "leave --no-notebook out"),
    ],
)
def test_what_can_not_be_proved_together_is_refused(args, said):
    ran = CliRunner().invoke(cli.app, ["verify", *args])
    assert ran.exit_code
    assert said in str(ran.exception)
