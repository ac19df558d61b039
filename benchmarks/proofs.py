"""What it costs to prove every day: the CPU seconds of each proof, and of the notebook in it."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median

from autograder.errors import DeepDaysError
from autograder.project import root

DAYS = 125


@dataclass(frozen=True)
class ProofCosts:
    """CPU seconds by day: of whole proofs, and of the notebooks in them; and the wall-clock seconds of it all."""

    proofs: dict[int, float]
    notebooks: dict[int, float]
    seconds: float

    def row(self, what: str, costs: dict[int, float]) -> tuple[str, float, float, int]:
        """What, its median, its worst, and the day of the worst."""
        worst = max(costs, key=costs.__getitem__)
        return what, median(costs.values()), costs[worst], worst

    @property
    def projected_minutes(self) -> float:
        """What all days of the course would take here if those to come cost what these do."""
        return self.seconds / len(self.proofs) * DAYS / 60


def measure_proofs(say=print) -> ProofCosts:
    """Prove every day anew, as `.ci/run` does.

    Raises:
        DeepDaysError: a day does not hold.
    """
    say("every day's proof")
    began = time.monotonic()
    command = [sys.executable, "-m", "autograder.cli", "verify", "--fresh", "--json"]
    done = subprocess.run(command, cwd=root(), stdout=subprocess.PIPE, check=False)
    seconds = time.monotonic() - began
    proofs = json.loads(done.stdout or b"[]")
    failed = [str(proof["day"]) for proof in proofs if not proof["ok"]]
    if failed or not proofs:
        raise DeepDaysError(f"Not every day is proved: {', '.join(failed) or 'none was'}. See `deepdays verify`.")
    return ProofCosts(
        proofs={proof["day"]: proof["cpu_seconds"] for proof in proofs},
        notebooks={proof["day"]: proof["notebook_cpu_seconds"] for proof in proofs},
        seconds=seconds,
    )
