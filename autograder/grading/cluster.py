"""Grading on a Dask cluster: each worker examines as this machine would, and results stream back to the one writer.

A worker needs this project installed and the sandbox's mechanisms; the day comes to it with its content. On a worker's
machine one warm process serves all its workers. When a worker dies, Dask gives what it was at to another; a submission
at which several have died is a row by itself. Workers are trusted as this machine is: what returns is looked over, so
that a broken one spoils no gradebook, but a score that is possible is believed.
"""

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError
from dataclasses import replace
from itertools import islice
from typing import cast

from distributed import Client, Future, KilledWorker, WorkerPlugin, get_worker, wait
from distributed.comm import CommClosedError

from autograder.basics.fingerprint import code_version
from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.grading.grader import Graded, Grader, Settings, failing
from autograder.result import Outcome, Result, Status
from autograder.submission import Submission

CONNECT_SECONDS = 30
KILLED = "worker after worker ended while it had this; grade again"
IMPOSSIBLE = "what a worker returned is no result of this; grade again"
_WAITING_PER_THREAD = 4  # submissions that lie at the scheduler; the others stay here


def grade_on_cluster(
    day: Day, submissions: Sequence[Submission], settings: Settings, scheduler: str
) -> Iterator[Graded]:
    """Grade submissions on a cluster, and yield them in the order in which they are done.

    Args:
        settings: `workers` is left to the cluster.
        scheduler: the scheduler's address, such as `tcp://host:8786`.

    Raises:
        DeepDaysError: no scheduler or no worker answers, or no longer; the workers' code is not this code, or they
            cannot grade.
    """
    if not submissions:
        return
    with _connected(scheduler) as client:
        plugin = DayPlugin(day, settings)
        client.register_plugin(plugin)
        try:
            for submission, future in _stream(client, plugin.name, submissions):
                yield _received(day, submission, future)
        except (CancelledError, CommClosedError):
            raise DeepDaysError(f"The cluster at {scheduler} went away. Run the command again to go on.") from None
        except TimeoutError:
            raise DeepDaysError(
                f"The cluster at {scheduler} has no workers left. Start some, and run the command again to go on."
            ) from None
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


def _stream(client: Client, plugin: str, submissions: Sequence[Submission]) -> Iterator[tuple[Submission, Future]]:
    """Keep a few submissions for each thread at the scheduler, and yield each as it is done.

    Raises:
        TimeoutError: there has been no worker for a while.
    """
    left = iter(submissions)
    at_work: dict[Future, Submission] = {}

    def submit(count: int) -> None:
        for submission in islice(left, count):
            at_work[client.submit(_grade, plugin, submission, pure=False)] = submission

    submit(_WAITING_PER_THREAD * max(1, sum(client.nthreads().values())))
    while at_work:
        for future in _done(client, list(at_work)):
            submit(1)
            yield at_work.pop(future), future


def _done(client: Client, futures: list[Future]) -> set[Future]:
    """Wait until some are done; TimeoutError where there has been no worker for CONNECT_SECONDS."""
    while True:
        with contextlib.suppress(TimeoutError):
            return wait(futures, CONNECT_SECONDS, FIRST_COMPLETED).done
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)


def _received(day: Day, submission: Submission, future: Future) -> Graded:
    """What a worker returned, or says that it could not do."""
    try:
        result = future.result()
    except KilledWorker:
        return Graded.failed(day, submission, KILLED)
    if isinstance(result, str):
        return Graded.failed(day, submission, result)
    if not _is_possible(day, submission, result):
        return Graded.failed(day, submission, IMPOSSIBLE)
    return Graded.elsewhere(day, submission, result)


def _is_possible(day: Day, submission: Submission, result: object) -> bool:
    """Whether it is a result that this submission may have."""
    if not isinstance(result, Result):
        return False
    exercises = day.exercises if result.status == Outcome.GRADED else ()
    due = day.number, submission.student, day.max_score, [(each.name, each.test.points) for each in exercises]
    try:
        came = [(each.name, each.max_points) for each in result.exercises]
        return (result.day, result.student, result.max_score, came) == due and all(
            isinstance(each.status, Status) and 0 <= each.points <= each.max_points for each in result.exercises
        )
    except (AttributeError, TypeError):  # a field is of another kind
        return False


def _grade(plugin: str, submission: Submission) -> Result | str:
    """On the worker: grade, or say what went wrong; an exception of any kind might not be one that can be sent."""
    try:
        return cast(DayPlugin, get_worker().plugins[plugin]).grade(submission)
    except DeepDaysError:
        raise
    except Exception as error:
        return failing(error)


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
