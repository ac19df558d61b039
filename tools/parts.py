"""Runs the parts of the test suite one after another, says how long each took, and what 125 days would take.

    python -m tools.parts [PART]...

Every part runs, whatever the others do; the exit status is 0 only if all of them pass.
"""

import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from deepdays.devices import cores

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
DAYS, MINUTES = 125, 60
PARTS = {
    "lint": ([BIN / "ruff", "check", "."], [BIN / "ruff", "format", "--check", "."], [BIN / "deepdays", "lint"]),
    "types": ([BIN / "mypy"],),
    "tests": ([sys.executable, "-m", "pytest", f"--numprocesses={cores()}", "--dist=loadfile"],),
    "days": ([BIN / "deepdays", "verify"],),
    "browser": ([sys.executable, "-m", "pytest", "tests/browser"],),
}


@dataclass(frozen=True)
class Done:
    """How a part went: wall-clock and processor seconds."""

    part: str
    passed: bool
    seconds: float
    cpu_seconds: float


def run(part: str) -> Done:
    """Run a part, its output as it comes."""
    print(f"\n== {part}", flush=True)
    began, spent = time.monotonic(), _cpu_seconds()
    statuses = [subprocess.run(list(map(str, command)), cwd=ROOT, check=False).returncode for command in PARTS[part]]
    return Done(part, not any(statuses), time.monotonic() - began, _cpu_seconds() - spent)


def _cpu_seconds() -> float:
    """Of the programs that have ended; the warm processes, which live on, are not among them."""
    return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def report(done: list[Done], number_of_days: int) -> str:
    """A line a part, the sum, and the projection to all days if the days are among them."""
    lines = [f"{each.part:<10}{_word(each):<8}{each.seconds:>7.0f} s{each.cpu_seconds:>7.0f} CPU s" for each in done]
    total = sum(each.seconds for each in done)
    lines.append(f"{'together':<18}{total:>7.0f} s")
    days = sum(each.seconds for each in done if each.part == "days")
    if days and number_of_days:
        whole = (total + days * (DAYS / number_of_days - 1)) / 60
        lines.append(f"{number_of_days} days now; {DAYS} would take {whole:.0f} min here, and {MINUTES} are allowed")
    return "\n".join(lines)


def _word(done: Done) -> str:
    return "passed" if done.passed else "FAILED"


def main(chosen: list[str]) -> int:
    """Run the chosen parts, or all of them; the browser's only where there is a browser."""
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        print(f"There is no part {unknown[0]!r}. The parts: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    parts = chosen or list(PARTS)
    if not chosen and not shutil.which("chromium"):
        print("Chromium is not here, so the browser's tests are left out: apt-get install chromium")
        parts.remove("browser")
    done = [run(part) for part in parts]
    print("\n" + report(done, len(list((ROOT / "solutions").glob("day_*.py")))))
    return 0 if all(each.passed for each in done) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
