"""The benchmark's figures as a page: rounded, so that it changes when the figures do and not with every run."""

import math
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.proofs import DAYS
from deepdays.devices import cores

_COMPARISON_HEADING = "## Grading against `nbgrader autograde`"

_PAGE = """\
# Benchmarks

Written by `make bench`; the scale check by `python -m benchmarks.grading --scale 2000`. Machine: {machine}.
Software: {software}.

{heading}

{comparison}

The two commands graded the same notebooks in the same run, and every student's points for every test were
{equality}.

How it is measured. The class of a day is made of its reference answers, its accepted alternatives and its named
mistakes, no two files alike. `nbgrader autograde` runs on a course laid out by
`autograder.classroom.course.make_course`, with nbgrader's defaults: it executes each notebook from top to bottom in a
kernel of its own, one after another.
`deepdays grade` runs as a user runs it and writes all that it writes: gradebook, autograded notebooks, feedback.

- *A submission* is the difference between a large and a small run of the same command, divided by the difference in
  submissions: {nbgrader_runs} for nbgrader, {warm_runs} for deepdays with its warm process there. Start-up
  is thus in neither.
- *From cold* is the whole command on {cold_run} submissions with nothing warm, start-up included. nbgrader's time for
  as many is its time for {nbgrader_many}, and the rest at its time for one more.
- *Processor time* is that of all processes at work, the warm process's children included. *Memory* is the largest sum
  of proportional shares (PSS) over those processes, sampled every second.
"""

_KERNELS_HEADING = "## The first line that needs Keras"

_KERNELS = """
{heading}

{table}

The seconds from asking for a kernel until `import keras` has run in it, the median of {runs} runs, for Jupyter's
ordinary kernel and for the one that `make lab` installs, whose warm process is there. *JupyterLab* is its own interface
to kernels (REST and WebSocket), *nbclient* the library that executes notebooks; it adds 0.2 s in which it waits for
quiet.
"""

_PROOFS_HEADING = "## The proof of every day"

_PROOFS = """
{heading}

{table}

CPU seconds of {count} days, proved one beside the other on this machine's cores: right answers accepted, wrong ones
rejected and named, the whole notebook run. All of it took {minutes} minutes; at that rate {days} days take {projected}.
"""

_HINTS_HEADING = "## Hints for strangers' answers"

_HINTS = """
{heading}

{table}

Answers in `tests/strangers/`, written from the student copies alone. A hint *fits* if a person who knows what is wrong
with the answer would give it; the file says for each answer which of the day's hints do.
"""

_SCALE_HEADING = "## A large class"

_SCALE = """
{heading}

{table}

*Growth* is that of the grading process's own memory after the first tenth of the run. The *drift* compares the
processor time of one more submission between {few} and {many} submissions with that between {two} and {few}. {verdict}
"""


def table(comparisons) -> str:
    """The comparison as a Markdown table."""
    lines = [
        "| day | grader | submissions a second | processor seconds a submission | peak memory | from cold, {} |",
        "|---|---|---|---|---|---|",
    ]
    lines[0] = lines[0].format(comparisons[0].cold.count if comparisons else 0)
    for each in comparisons:
        for name, slope, seconds, peak in (
            ("nbgrader", each.nbgrader, each.nbgrader.seconds_for(each.cold.count), each.nbgrader.large.cost.peak_mb),
            ("deepdays", each.steady, each.cold.cost.seconds, each.steady.large.cost.peak_mb),
        ):
            lines.append(
                f"| {each.day.number} | {name} | {rounded(1 / slope.seconds)} | {rounded(slope.cpu_seconds)} "
                f"| {rounded(peak)} MB | {rounded(seconds)} s |"
            )
        lines.append(
            f"| {each.day.number} | ratio | **{rounded(each.steady_ratio)}** | {rounded(each.cpu_ratio)} "
            f"| | **{rounded(each.cold_ratio)}** |"
        )
    return "\n".join(lines)


def kernels_table(waits) -> str:
    """What a learner waits for, as a Markdown table."""
    lines = ["| through | ordinary kernel | warm kernel | ratio |", "|---|---|---|---|"]
    lines += [
        f"| {wait.way} | {rounded(wait.ordinary)} s | {rounded(wait.warm)} s | **{rounded(wait.ratio)}** |"
        for wait in waits
    ]
    return "\n".join(lines)


def scale_table(scale) -> str:
    """The scale check as a Markdown table."""
    return "\n".join(
        [
            f"| submissions | time a submission | up to {scale.small.large.count} | growth "
            "| private memory of an examinee | drift | left behind |",
            "|---|---|---|---|---|---|---|",
            f"| {scale.large.large.count} | {rounded(scale.large.seconds * 1000)} ms "
            f"| {rounded(scale.small.seconds * 1000)} ms "
            f"| {rounded(scale.watch.growth_mb)} MB | {rounded(scale.watch.private_mb)} MB "
            f"| {scale.drift:+.0%} | {len(scale.left_behind) or 'nothing'} |",
        ]
    )


def proofs_table(costs) -> str:
    """What proofs cost, as a Markdown table."""
    lines = ["| | median | worst | day of the worst |", "|---|---|---|---|"]
    for what, middle, worst, day in (costs.row("proof", costs.proofs), costs.row("its notebook", costs.notebooks)):
        lines.append(f"| {what} | {rounded(middle)} s | {rounded(worst)} s | {day} |")
    return "\n".join(lines)


def hints_table(met: dict[int, list]) -> str:
    """How strangers' answers are met, as a Markdown table with a row a day."""
    lines = ["| day | right, accepted | wrong, rejected | a fitting hint | another hint |", "|---|---|---|---|---|"]
    everything = [each for answers in met.values() for each in answers]
    for day, answers in [*met.items(), ("all", everything)]:
        right = [each for each in answers if each.answer.right]
        wrong = [each for each in answers if not each.answer.right]
        rejected = [each for each in wrong if not each.accepted]
        counts = (
            (sum(each.accepted for each in right), len(right)),
            (len(rejected), len(wrong)),
            (sum(each.named for each in rejected), len(rejected)),
            (sum(each.misnamed for each in rejected), len(rejected)),
        )
        lines.append(f"| {day} | " + " | ".join(f"{count} of {total}" for count, total in counts) + " |")
    return "\n".join(lines)


def write(path: Path, comparisons, waits, proofs, met, scale) -> None:
    """Write the page; a section on what was not measured this time stays as it is."""
    earlier = path.read_text(encoding="utf-8") if path.exists() else ""
    page = (
        _comparison_page(comparisons)
        if comparisons
        else earlier.split("\n\n## ")[0] + "\n" + _section(earlier, _COMPARISON_HEADING)
    )
    page += _kernels_section(waits) if waits else _section(earlier, _KERNELS_HEADING)
    page += _proofs_section(proofs) if proofs else _section(earlier, _PROOFS_HEADING)
    page += _HINTS.format(heading=_HINTS_HEADING, table=hints_table(met)) if met else _section(earlier, _HINTS_HEADING)
    page += _scale_section(scale) if scale else _section(earlier, _SCALE_HEADING)
    path.parent.mkdir(exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _proofs_section(proofs) -> str:
    return _PROOFS.format(
        heading=_PROOFS_HEADING,
        table=proofs_table(proofs),
        count=len(proofs.proofs),
        days=DAYS,
        minutes=rounded(proofs.seconds / 60),
        projected=rounded(proofs.projected_minutes),
    )


def _comparison_page(comparisons) -> str:
    first = comparisons[0]
    return _PAGE.format(
        machine=machine(),
        heading=_COMPARISON_HEADING,
        software=", ".join(f"{name} {version(name)}" for name in ("nbgrader", "tensorflow", "keras", "numpy")),
        comparison=table(comparisons),
        equality="different for some" if any(each.unequal for each in comparisons) else "equal",
        nbgrader_runs=f"{first.nbgrader.large.count} and {first.nbgrader.small.count}",
        warm_runs=f"{first.steady.large.count} and {first.steady.small.count}",
        cold_run=first.cold.count,
        nbgrader_many=first.nbgrader.large.count,
    )


def _kernels_section(waits) -> str:
    return _KERNELS.format(heading=_KERNELS_HEADING, table=kernels_table(waits), runs=waits[0].runs)


def _scale_section(scale) -> str:
    return _SCALE.format(
        heading=_SCALE_HEADING,
        table=scale_table(scale),
        two=scale.small.small.count,
        few=scale.small.large.count,
        many=scale.large.large.count,
        verdict="; ".join(scale.problems) or "Every process was reaped and no file was left behind.",
    )


def _section(page: str, heading: str) -> str:
    """A section of a page with the empty line before it, up to the next one; empty if the page has none."""
    _, found, rest = page.partition(f"\n{heading}\n")
    return found + rest.split("\n\n## ")[0].rstrip("\n") + "\n" if found else ""


def rounded(value: float) -> str:
    """Two significant digits, written without an exponent."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def machine() -> str:
    """The machine in words: processor, cores, memory, system, Python."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{_processor()}, {cores()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
