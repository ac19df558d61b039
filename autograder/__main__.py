"""The command `deepdays`, which says what to install where only a notebook's packages are there."""

import io
import sys


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that can't show a sign shows a question mark
    try:
        from autograder.cli import main as command_line
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("autograder", "deepdays"):
            raise
        sys.exit(
            f"deepdays: this command needs the packages of the extra `grader`; {error.name} is not installed. "
            "In a clone of the repository run `make run`, or `pip install '.[grader]'` in an environment of your own."
        )
    command_line()


if __name__ == "__main__":
    main()
