"""Who assesses many cities: processes of this machine, or the workers of a Dask scheduler."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from atlas.engine.workers import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

ANSWER_WITHIN_S = 10


class NoSchedulerError(Exception):
    """There is nobody to give the work to."""


@dataclass(frozen=True, slots=True)
class Crew:
    """
    Workers that take tasks.

    Attributes
    ----------
    executor
        Makes the executor, anew after one has lost a worker.
    workers
        How many work side by side.
    at_once
        How many tasks are given out at a time. Spawned processes tell only that one of them died,
        not which task killed it: they get no more than they work on.
    lost
        What is raised for a task whose worker died.
    """

    executor: Callable[[], Executor]
    workers: int
    at_once: int
    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)


def local_crew(workers: int | None = None) -> Crew:
    """
    Return spawned processes of this machine.

    Parameters
    ----------
    workers
        How many; by default one for each core.

    Returns
    -------
    crew
        A forked process would share the database connections and threads of this one.
    """
    count = workers or usable_cores()
    return Crew(lambda: ProcessPoolExecutor(count, mp_context=get_context("spawn")), count, count)


def dask_crew(address: str) -> Crew:
    """
    Return the workers of a Dask scheduler.

    Parameters
    ----------
    address
        As Dask writes it: ``tcp://host:8786``. Its workers need this project, its settings and
        the database.

    Returns
    -------
    crew
        Through Dask's own executor; Dask itself gives a dead worker's task to another.

    Raises
    ------
    NoSchedulerError
        If the extra ``cluster`` is not installed, nobody answers, or there is no worker.
    """
    try:
        import distributed  # noqa: PLC0415 - an extra: one machine alone does without
    except ImportError as absent:
        msg = "--scheduler needs the package 'distributed' (the extra 'cluster')"
        raise NoSchedulerError(msg) from absent
    try:
        # Dask declares no types of its own.
        client: Any = distributed.Client(address, timeout=ANSWER_WITHIN_S)  # type: ignore[no-untyped-call]
        client.wait_for_workers(1, timeout=ANSWER_WITHIN_S)
    except (OSError, ValueError) as silent:
        msg = f"no Dask scheduler with a worker answers at {address}: {silent}"
        raise NoSchedulerError(msg) from silent
    workers = sum(client.nthreads().values())
    lost = (distributed.KilledWorker, distributed.CancelledError)
    return Crew(lambda: client.get_executor(pure=False), workers, 1 << 20, lost)
