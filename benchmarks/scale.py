"""A large class: does grading stay as quick and as small as it began, and does it leave nothing behind?"""

import contextlib
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from autograder.day import Day
from benchmarks.contenders import Slope, deepdays_grade
from benchmarks.measuring import is_forked, memory_mb, retire, warm_processes

FEW = 100
MAX_GROWTH_MB, MAX_PRIVATE_MB, MAX_DRIFT = 100, 200, 0.15
_PRIVATE = ("Private_Clean", "Private_Dirty")
_SECONDS = 2.0


@dataclass
class Watch:
    """What was seen of the processes while a class was graded.

    Attributes:
        grader_mb: the grading process's own memory, from the first sample to the last.
        private_mb: the largest private memory of an examinee. zombies: ended processes that stayed, by number.
    """

    grader_mb: list[float] = field(default_factory=list)
    private_mb: float = 0.0
    zombies: set[int] = field(default_factory=set)

    @property
    def growth_mb(self) -> float:
        """How much the grading process grew after its first tenth, in which it loads and fills its caches."""
        settled = self.grader_mb[len(self.grader_mb) // 10 :]
        return max(settled) - settled[0] if settled else 0.0


@dataclass(frozen=True)
class Scale:
    """What one more submission costs in a small class and in a large one, and what was seen meanwhile."""

    small: Slope
    large: Slope
    watch: Watch
    left_behind: tuple[str, ...]

    @property
    def drift(self) -> float:
        """How much more processor time a submission takes in the large class than in the small one, as a share."""
        return self.large.cpu_seconds / self.small.cpu_seconds - 1

    @property
    def problems(self) -> tuple[str, ...]:
        found = []
        if self.watch.growth_mb > MAX_GROWTH_MB:
            found.append(f"the grading process grew by {self.watch.growth_mb:.0f} MB; at most {MAX_GROWTH_MB} may be")
        if self.watch.private_mb > MAX_PRIVATE_MB:
            found.append(f"an examinee had {self.watch.private_mb:.0f} MB of its own; at most {MAX_PRIVATE_MB} may be")
        if self.drift > MAX_DRIFT:
            found.append(f"a submission takes {self.drift:.0%} more processor time than among {FEW}")
        found += [f"process {number} ended and was not reaped" for number in sorted(self.watch.zombies)]
        found += [f"left behind: {name}" for name in self.left_behind]
        return tuple(found)


def measure_scale(day: Day, count: int, folder: Path, say=print) -> Scale:
    """Grade two submissions, FEW and `count`, all with a warm process, and watch the last run."""
    say(f"day {day.number}: deepdays grade, {FEW} and {count} submissions")
    deepdays_grade(day, 2, folder, "warming")
    two, few = (deepdays_grade(day, number, folder, "scale") for number in (2, FEW))
    before = _files(folder)
    watch, over = Watch(), threading.Event()
    watcher = threading.Thread(target=_keep_watch, args=(watch, folder, over), daemon=True)
    watcher.start()
    many = deepdays_grade(day, count, folder, "scale")
    over.set()
    watcher.join()
    left = [f"process {process.pid}" for process in warm_processes(folder) if is_forked(process)]
    left += sorted(_files(folder) - before) + [str(part.name) for part in many.course.rglob("*.part")]
    retire(folder)
    return Scale(Slope(two, few), Slope(few, many), watch, tuple(left))


def _keep_watch(watch: Watch, folder: Path, over: threading.Event) -> None:
    ended: set[int] = set()
    while not over.wait(_SECONDS):
        processes = warm_processes(folder)
        ended, earlier = {process.pid for process in psutil.process_iter() if _is_zombie(process)}, ended
        watch.zombies |= ended & earlier
        examinees = [process for process in processes if _is_examinee(process)]
        watch.private_mb = max([watch.private_mb, *(memory_mb(process, _PRIVATE) for process in examinees)])
        grader = _grader(folder)
        if grader is not None:
            watch.grader_mb.append(memory_mb(grader, _PRIVATE))


def _grader(folder: Path) -> psutil.Process | None:
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if "autograder.cli" in child.cmdline() and any(part.startswith(str(folder)) for part in child.cmdline()):
                return child
    return None


def _is_examinee(process: psutil.Process) -> bool:
    """Whether a warm process is in a process tree of its own below the zygote's."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        return len(next(line for line in lines if line.startswith("NSpid:")).split()) > 3
    return False


def _is_zombie(process: psutil.Process) -> bool:
    """Whether a process of this benchmark has ended and nobody took note."""
    with contextlib.suppress(psutil.Error):
        if process.status() == psutil.STATUS_ZOMBIE:
            return any("autograder.engine.zygote" in parent.cmdline() for parent in process.parents())
    return False


def _files(folder: Path) -> set[str]:
    """What lies in the temporary folder with the project's name on it, and in the warm process's own."""
    outside = {path.name for path in Path(tempfile.gettempdir()).glob("deepdays*")}
    return outside | {path.name for path in (folder / "deepdays").rglob("*")}
