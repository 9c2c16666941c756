"""
Opens vector files in a process of its own, with limits on memory and time.

GDAL reads many formats written by many hands: a damaged or hostile file may break the process
that opens it, never the one that loads the city.
"""

from __future__ import annotations

import multiprocessing
import resource
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import TYPE_CHECKING

from spatial_data.importing.read.unreadable import UnreadableError
from spatial_data.importing.read.vector_file import read_vector

if TYPE_CHECKING:
    from pathlib import Path

    from spatial_data.importing.file_schema import FileKeys
    from spatial_data.importing.read.vector_file import Shapes

MEMORY_BYTES = 4 << 30
# Of one process, which opens so many files before a new one takes its place.
PROCESSOR_S = 600
FILES = 20
PATIENCE_S = 300


def read_apart(path: Path, keys: FileKeys) -> Shapes:
    """
    Return the features of `path`, opened elsewhere.

    Raises
    ------
    UnreadableError
        As `read_vector`; also if the file takes too much memory or time, or breaks its reader.
    """
    try:
        return _reader().submit(read_vector, path, keys).result(timeout=PATIENCE_S)
    except (BrokenProcessPool, TimeoutError, MemoryError) as error:
        _dismiss()
        gigabytes = MEMORY_BYTES >> 30
        problem = f"opening it took more than {gigabytes} GB or {PATIENCE_S} s, or broke its reader"
        cure = "open it in a GIS, simplify it, and save it as GeoPackage"
        raise UnreadableError(problem=problem, cure=cure) from error


@cache
def _reader() -> ProcessPoolExecutor:
    """Return the process that reads, started at the first file and kept for the next ones."""
    spawned = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, spawned, initializer=_limit, max_tasks_per_child=FILES)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))


def _dismiss() -> None:
    """End a reader that hangs or is broken; the next file gets a new one."""
    reader = _reader()
    # The pool has no public way to end a process that hangs, and would wait for it at the end.
    for process in list((reader._processes or {}).values()):  # noqa: SLF001
        process.kill()
    reader.shutdown(wait=False, cancel_futures=True)
    _reader.cache_clear()
