"""Where this repository and the sample day lie."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "autograder" / "days" / "day_000_running_statistics.py"
"""The source of a small complete day that needs nothing but NumPy."""
