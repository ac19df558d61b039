"""A day's source before anything is written: what the syllabus asks for, in the format, with the gaps marked."""

import re
from textwrap import indent

from autograder.basics.python_source import syntax_problem
from autograder.days.syllabus import PlannedDay
from deepdays import data

GAP = "TODO"
_SIGNATURE = re.compile(r"(?:class )?(?P<name>[A-Za-z_]\w*)(?P<arguments>\([^)]*\))?")


def skeleton(planned: PlannedDay) -> str:
    """The source of a day that `deepdays verify` can read; it says what is still to be written.

    Args:
        planned: the day's entry in the syllabus.
    """
    sets = [
        name for name in planned.data if name in (*data.available(), *data.modules())
    ]  # the plan also names what is no set
    front = [
        f"day: {planned.number}",
        f"title: {_quoted(planned.title)}",
        f"week: {planned.week}",
        "minutes: 90",
        "backend: numpy",
        "needs: []",
        f"data: [{', '.join(sets)}]",
        "papers:",
        f"- {GAP} Author YEAR, Title",
    ]
    cells = [
        _markdown(_opening(planned)),
        "# %% setup\nimport matplotlib.pyplot as plt\nimport numpy as np\n\nimport deepdays as dd\n\ndd.plot.style()\n",
        *(part for signature, line in _exercises(planned).items() for part in _exercise(signature, line)),
        _markdown(f"## Put it together\n{GAP} {planned.builds}."),
        "# %% demo\n"
        'fig, ax = plt.subplots()\nax.set(title="", xlabel="", ylabel="")\n'
        f'dd.plot.show("{GAP} what the figure shows, for those who can\'t see it")\n',
        _markdown(_closing()),
    ]
    return "# ---\n" + indent("\n".join(front), "# ") + "\n# ---\n\n" + "\n".join(cells)


def _quoted(title: str) -> str:
    return f'"{title}"' if ":" in title else title


def _markdown(text: str) -> str:
    return "# %% [markdown]\n" + indent(text, "# ", lambda line: True).replace("# \n", "#\n") + "\n"


def _opening(planned: PlannedDay) -> str:
    terms = ", ".join(planned.teaches)
    return (
        f"# Day {planned.number} · {planned.title}\n\n{GAP} By the end you can …\n\n"
        f"- **You will build** {GAP} {planned.builds}.\n- **You need** {GAP}\n- **Not today:** {GAP}\n"
        "- **Time:** about 90 minutes.\n\n| symbol | meaning | shape | in code |\n|---|---|---|---|\n"
        f"| $x$ | {GAP} | $(n,)$ | `x` |\n\n{GAP} Explain each of: {terms}."
    )


def _exercises(planned: PlannedDay) -> dict[str, str]:
    """Each function or class that the syllabus asks for, as it is written there, with its line."""
    found: dict[str, str] = {}
    for line in planned.exercises:
        for signature in _signatures(line):
            name = _SIGNATURE.match(signature)
            if name and name["name"] not in {each["name"] for each in map(_SIGNATURE.match, found) if each}:
                found[signature] = line
    return found


def _signatures(line: str) -> list[str]:
    found = []
    for part in re.split(r" and | / |, then |, (?=[a-z_]+\()", line.split(" - ", maxsplit=1)[0]):
        match = _SIGNATURE.match(part.strip())
        if match and (match["arguments"] or part.startswith("class ") or "_" in match["name"]):
            found.append(part.strip())
    return found or [line.split(" - ", maxsplit=1)[0]]


def _exercise(signature: str, line: str) -> list[str]:
    """The cells of one exercise."""
    match = _SIGNATURE.match(signature)
    name = match["name"] if match else "exercise"
    arguments = (match["arguments"] if match else None) or "()"
    arguments = re.sub(r",? ?\.\.\.", "", arguments)
    if syntax_problem(f"def f{arguments}: ..."):  # the syllabus wrote them as a person would
        arguments = "()"
    head = f"class {name}:" if signature.startswith("class ") else f"def {name}{arguments}:"
    docstring = f'"""{GAP} {line}\n\nArgs:\n\nReturns:\n    About 4 lines.\n"""'
    body = f"{docstring}\n### BEGIN SOLUTION\nraise NotImplementedError\n### END SOLUTION"
    return [
        _markdown(f"## {GAP} The idea behind {name}\n{GAP}"),
        f"\n# %% exercise: {name}\n{head}\n{indent(body, '    ')}\n\n",
        f"# %% test: {name}, points=2\n# {GAP} the example worked by hand in the text\n"
        "### BEGIN HIDDEN TESTS\n# several shapes, an independent oracle, the edges\n"
        f'raise AssertionError("{GAP} the tests of {name}")\n### END HIDDEN TESTS\n',
    ]


def _closing() -> str:
    return (
        f"## What you should remember\n\n- {GAP}\n\n## Check yourself\n\n1. {GAP}\n2. {GAP}\n3. {GAP}\n\n"
        f"<details><summary>Answers</summary>\n\n1. {GAP}\n2. {GAP}\n3. {GAP}\n\n</details>\n\n## Go further\n\n- {GAP}"
    )
