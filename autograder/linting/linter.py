"""Every rule on every day."""

from collections.abc import Iterable
from pathlib import Path

from autograder.basics.nearest import nearest
from autograder.days.reader import read_day
from autograder.errors import DayError, DeepDaysError
from autograder.linting.finding import Finding
from autograder.linting.rules import all_rules


def lint(paths: Iterable[Path], root: Path, only: str | None = None) -> list[Finding]:
    """What the rules find.

    Args:
        paths: the source files of the days to look at.
        root: the project's folder.
        only: the one rule to apply; all if None.

    Returns:
        Findings by file and line. A file that breaks the day format has one, of the rule `format`.
    """
    rules = all_rules()
    if only is not None:
        if only not in rules:
            raise DeepDaysError(f"There is no rule {only!r}. {nearest(only, rules)}")
        rules = {only: rules[only]}
    findings = []
    for path in paths:
        try:
            day = read_day(path)
        except DayError as error:
            findings.append(Finding(path, error.line, "format", error.problem, error.mend))
            continue
        found = [
            Finding(path, *problem[:1], name, *problem[1:]) for name in rules for problem in rules[name](day, root)
        ]
        findings += sorted(found, key=lambda finding: finding.line)
    return findings
