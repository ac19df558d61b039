"""docs/devices.md: the days that are written for any backend, on each backend and device."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby

from autograder.day import Day
from autograder.engine.trusted import SEED
from autograder.proving import backends, deviations
from autograder.proving.backends import TENSORFLOW, TITLES
from autograder.proving.execution import run_solution

NO_GPU = "not measured: no GPU here"

PAGE = """\
# Backends and devices

`deepdays devices` measures and writes this page. It has the days whose header says `backend: any`. A day with
`backend: numpy` uses no backend, and one with `backend: tensorflow` is about TensorFlow itself.
`deepdays verify DAY --backend jax` (or `torch`) proves a day on another backend.

Measured once each, with {versions}, on {cpu}{gpu}.

- **Time** is that of the whole notebook with its answers, from the start of its kernel to its last cell; "fails" means
  that a cell raised an error or wrote to the error stream.
- **Deviation** is the largest difference between a number that the answers return in the tests and the one that they
  return with TensorFlow on the CPU, relative to that where it is over 1. Numbers that depend on the seed are left out:
  each backend draws its own.

| day | backend | CPU: time | CPU: deviation | GPU: time | GPU: deviation |
|---|---|---:|---:|---:|---:|
{rows}
"""


@dataclass(frozen=True)
class Measurement:
    """One day on one backend and device.

    Attributes:
        seconds: of the whole notebook; None if nothing was measured.
        deviation: from TensorFlow's results on the processor.
        remark: why nothing was measured. problems: what went wrong in the notebook.
    """

    day: int
    backend: str
    on_gpu: bool
    seconds: float | None = None
    deviation: float | None = None
    remark: str = ""
    problems: tuple[str, ...] = ()


def measure(days: Sequence[Day], progress=lambda text: None) -> tuple[list[Measurement], dict[str, str]]:
    """Run days on each backend that is installed, on the processor and on a graphics processor if there is one.

    Args:
        progress: called with a few words on what is being done.

    Returns:
        The measurements, and the device that each installed backend computes on.
    """
    progress("looking for devices")
    deviations.be_examiner()
    devices = {name: deviations.device(backends.variables(name)) for name in TITLES if backends.is_installed(name)}
    measurements = []
    for day in days:
        progress(f"day {day.number}: TensorFlow's results")
        reference = backends.variables(TENSORFLOW) | backends.NO_GPU
        due, reseeded = (deviations.replies(day, reference, seed) for seed in (SEED, SEED + 1))
        for backend, title in TITLES.items():
            for on_gpu in (False, True):
                remark = _obstacle(devices.get(backend), title, on_gpu)
                if remark:
                    measurements.append(Measurement(day.number, backend, on_gpu, remark=remark))
                    continue
                progress(f"day {day.number}: {title} on the {'GPU' if on_gpu else 'CPU'}")
                variables = backends.variables(backend) | ({} if on_gpu else backends.NO_GPU)
                found = deviations.replies(day, variables)
                execution = run_solution(day, variables)
                measurements.append(
                    Measurement(
                        day.number, backend, on_gpu, execution.seconds,
                        deviations.largest_deviation(due, reseeded, found), problems=execution.problems,
                    )
                )  # fmt: skip
    return measurements, devices


def _obstacle(device: str | None, title: str, on_gpu: bool) -> str:
    """Why a backend cannot be measured; empty if it can."""
    if device is None:
        return f"not measured: {title} is not installed here"
    return NO_GPU if on_gpu and device.startswith("CPU") else ""


def page(measurements: Sequence[Measurement], devices: dict[str, str], cpu: str) -> str:
    """The page in Markdown.

    Args:
        measurements: in the order of days, backends and devices.
        devices: the device of each installed backend. cpu: the processor's name.
    """
    gpus = sorted({name for name in devices.values() if not name.startswith("CPU")})
    versions = [f"Keras {version('keras')}", *(f"{TITLES[name]} {version(name)}" for name in devices)]
    return PAGE.format(
        versions=", ".join(versions),
        cpu=cpu,
        gpu=f" and {', '.join(gpus)}" if gpus else "",
        rows="\n".join(
            f"| {day} | {TITLES[backend]} | {' | '.join(' | '.join(_cells(one)) for one in both)} |"
            for (day, backend), both in groupby(measurements, lambda one: (one.day, one.backend))
        ),
    )


def _cells(measured: Measurement) -> tuple[str, str]:
    if measured.remark:
        return measured.remark, ""
    seconds = f"{measured.seconds:.1f} s" if not measured.problems else "fails"
    return seconds, f"{measured.deviation:.1e}" if measured.deviation else "0"
