"""Grading on a Dask cluster: each worker examines as this machine would, and results stream back to the one writer.

A worker needs this project installed and the sandbox's mechanisms; the day comes to it with its content. On a worker's
machine one warm process serves all its workers. When a worker dies, Dask gives what it was at to another.
"""

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from itertools import islice
from typing import cast

from distributed import Client, KilledWorker, WorkerPlugin, as_completed, get_worker

from autograder.basics.fingerprint import code_version
from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.grading.grader import Graded, Grader, Settings
from autograder.result import Result
from autograder.submission import Submission

CONNECT_SECONDS = 30
_WAITING_PER_THREAD = 4  # submissions that lie at the scheduler; the others stay here


def grade_on_cluster(
    day: Day, submissions: Sequence[Submission], settings: Settings, scheduler: str
) -> Iterator[Graded]:
    """Grade submissions on a cluster, and yield them in the order in which they are done.

    Args:
        settings: `workers` is left to the cluster.
        scheduler: the scheduler's address, such as `tcp://host:8786`.

    Raises:
        DeepDaysError: no scheduler or no worker answers, the workers' code is not this code, they cannot grade, or
            one submission has ended worker after worker.
    """
    if not submissions:
        return
    with _connected(scheduler) as client:
        plugin = DayPlugin(day, settings)
        client.register_plugin(plugin)
        try:
            for submission, result in _stream(client, plugin.name, submissions):
                yield Graded.elsewhere(day, submission, result)
        except KilledWorker as error:
            raise DeepDaysError(f"Worker after worker ended at one submission: {error}.") from None
        except CancelledError:
            raise DeepDaysError(f"The cluster at {scheduler} went away. Run the command again to go on.") from None
        finally:
            with contextlib.suppress(Exception):  # the cluster may be gone
                client.unregister_worker_plugin(plugin.name)


def _connected(scheduler: str) -> Client:
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise DeepDaysError(
            f"No Dask scheduler answers at {scheduler}: {error}. Start one with `dask scheduler`, and workers with "
            "`dask worker ADDRESS`."
        ) from None
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        client.close()
        raise DeepDaysError(f"{scheduler} has no workers. Start some with `dask worker {scheduler}`.") from None
    return client


def _stream(client: Client, plugin: str, submissions: Sequence[Submission]) -> Iterator[tuple[Submission, Result]]:
    """Keep a few submissions for each thread at the scheduler until all have come back."""
    waiting = {f"{plugin}-{number}": submission for number, submission in enumerate(submissions)}
    keys = iter(list(waiting))

    def submit(key: str):
        return client.submit(_grade, plugin, waiting[key], key=key, pure=False)

    threads = max(1, sum(client.nthreads().values()))
    done = as_completed([submit(key) for key in islice(keys, _WAITING_PER_THREAD * threads)])
    for future in done:
        result = future.result()
        if (key := next(keys, None)) is not None:
            done.add(submit(key))
        yield waiting.pop(future.key), result


def _grade(plugin: str, submission: Submission) -> Result:
    return cast(DayPlugin, get_worker().plugins[plugin]).grade(submission)


class DayPlugin(WorkerPlugin):
    """What a worker keeps from one submission to the next: the day, and a grader for each of its threads."""

    def __init__(self, day: Day, settings: Settings):
        self._day, self._settings, self._code = replace(day, path=day.path.resolve()), settings, code_version()
        self._graders: list[Grader] = []
        self.name = f"{day.slug}-{id(self):x}"

    def setup(self, worker) -> None:
        """On the worker: see that its code is the same."""
        if code_version() != self._code:
            raise DeepDaysError(
                f"The worker {worker.address} has another version of this project or of its libraries. "
                "Install the same everywhere."
            )

    def teardown(self, worker) -> None:
        """On the worker: end the examiners."""
        while self._graders:
            self._graders.pop().__exit__()

    def grade(self, submission: Submission) -> Result:
        """On the worker: grade with a grader that is free."""
        try:
            grader = self._graders.pop()
        except IndexError:
            grader = Grader(self._day, self._settings)
        try:
            return grader.grade(submission).result
        finally:
            self._graders.append(grader)
