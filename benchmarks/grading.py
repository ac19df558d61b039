"""Grading against `nbgrader autograde`, warm kernels, a large class; this command writes docs/benchmarks.md."""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from autograder.day import Day
from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.project import day_path, root
from benchmarks import report
from benchmarks.contenders import Run, Slope, deepdays_grade, nbgrader_autograde, scores
from benchmarks.kernels import measure_kernels
from benchmarks.measuring import retire
from benchmarks.proofs import ProofCosts, measure_proofs
from benchmarks.scale import measure_scale
from tests.strangers import files, meet, read


@dataclass(frozen=True)
class Comparison:
    """One day, graded both ways.

    Attributes:
        nbgrader, steady: what one more submission costs; for deepdays with its warm process there already.
        cold: deepdays on the whole class with nothing warm.
        unequal: students whose points differ between the two.
    """

    day: Day
    nbgrader: Slope
    steady: Slope
    cold: Run
    unequal: tuple[str, ...]

    @property
    def steady_ratio(self) -> float:
        return self.nbgrader.seconds / self.steady.seconds

    @property
    def cpu_ratio(self) -> float:
        return self.nbgrader.cpu_seconds / self.steady.cpu_seconds

    @property
    def cold_ratio(self) -> float:
        return self.nbgrader.seconds_for(self.cold.count) / self.cold.cost.seconds


def compare(day: Day, submissions: int, few: int, folder: Path, say=print) -> Comparison:
    """Grade classes of a day with both commands.

    Args:
        submissions: the class that deepdays grades.
        few: the class that nbgrader grades, the first of the other's; its time for more follows from that.
        folder: the folder to work in, where no warm process runs yet.
        say: called with a line on what is being run.
    """
    say(f"day {day.number}: nbgrader autograde, {few // 4} submissions")
    small = nbgrader_autograde(day, few // 4, folder)
    say(f"day {day.number}: deepdays grade from cold, {submissions} submissions")
    cold = deepdays_grade(day, submissions, folder, "cold")
    say(f"day {day.number}: deepdays grade, warm, {submissions // 4} and {submissions} submissions")
    steady = Slope(
        deepdays_grade(day, submissions // 4, folder, "warm"), deepdays_grade(day, submissions, folder, "warm")
    )
    say(f"day {day.number}: nbgrader autograde, {few} submissions")
    nbgrader = Slope(small, nbgrader_autograde(day, few, folder))
    theirs, ours = scores(day, nbgrader.large.course), scores(day, cold.course)
    unequal = tuple(student for student, points in theirs.items() if ours.get(student) != points)
    if len(theirs) != few or len(ours) != submissions:
        raise DeepDaysError(f"Not every submission has a grade: {len(theirs)} of {few}, {len(ours)} of {submissions}.")
    return Comparison(day, nbgrader, steady, cold, unequal)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if any score differs or a scale check fails."""
    options = _options(arguments)
    failed = False
    comparisons, scale = [], None
    with tempfile.TemporaryDirectory(prefix="dd-") as name:  # a socket's path has to be short
        folder = Path(name).resolve()
        try:
            for number in options.days:
                day = read_day(day_path(root(), number))
                comparisons.append(compare(day, options.submissions, options.nbgrader, folder, _say))
                retire(folder)
            waits = measure_kernels(_say) if options.kernels else []
            proofs = _proofs() if options.proofs else None
            met = meet_strangers() if options.hints else {}
            if options.scale:
                scale = measure_scale(read_day(day_path(root(), options.scale_day)), options.scale, folder, _say)
        finally:
            retire(folder)
    failed |= options.proofs and proofs is None
    for comparison in comparisons:
        failed |= bool(comparison.unequal)
        for student in comparison.unequal:
            print(f"day {comparison.day.number}: {student} has other points than with nbgrader", file=sys.stderr)
    for problem in scale.problems if scale else ():
        failed = True
        print(f"scale: {problem}", file=sys.stderr)
    report.write(root() / "docs" / "benchmarks.md", comparisons, waits, proofs, met, scale)
    if comparisons:
        print(report.table(comparisons))
    if waits:
        print(report.kernels_table(waits))
    if proofs:
        print(report.proofs_table(proofs))
    if met:
        print(report.hints_table(met))
    if scale:
        print(report.scale_table(scale))
    for comparison in comparisons:
        print(f"day {comparison.day.number}  steady {comparison.steady_ratio:.1f}x  cold {comparison.cold_ratio:.1f}x")
    return int(failed)


def _proofs() -> ProofCosts | None:
    """The costs of every day's proof; None, and a word on why, where a day does not hold: the rest is still told."""
    try:
        return measure_proofs(_say)
    except DeepDaysError as error:
        print(error, file=sys.stderr)
        return None


def meet_strangers() -> dict[int, list]:
    """How the grader meets the strangers' answers, by day."""
    _say("strangers' answers")
    return {number: meet(read_day(day_path(root(), number)), read(path)) for number, path in files().items()}


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("--days", type=int, nargs="*", default=[2, 84], help="the days to grade (2 84)")
    parser.add_argument("--submissions", type=int, default=200, help="how many deepdays grades (200)")
    parser.add_argument("--nbgrader", type=int, default=8, help="how many of them nbgrader grades (8)")
    parser.add_argument("--kernels", action=argparse.BooleanOptionalAction, default=True, help="time warm kernels too")
    parser.add_argument("--proofs", action=argparse.BooleanOptionalAction, default=True, help="time every day's proof")
    parser.add_argument("--hints", action=argparse.BooleanOptionalAction, default=True, help="meet strangers' answers")
    parser.add_argument("--scale", type=int, default=0, metavar="N", help="also grade a class of N and watch memory")
    parser.add_argument("--scale-day", type=int, default=84, help="the day of that class (84)")
    return parser.parse_args(arguments)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DeepDaysError as error:
        sys.exit(str(error))
