"""Explicit chunks in a thread pool, answered in chunk order."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Chunk = TypeVar("Chunk")
Answer = TypeVar("Answer")


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ranges(length: int, pieces: int) -> list[tuple[int, int]]:
    """
    Return at most `pieces` half-open ranges that cover ``range(length)``, none of them empty.

    Examples
    --------
    >>> ranges(5, 2)
    [(0, 2), (2, 5)]
    >>> ranges(0, 2)
    []
    """
    pieces = min(pieces, length)
    return [(length * k // pieces, length * (k + 1) // pieces) for k in range(pieces)]


def in_order(
    work: Callable[[Chunk], Answer], chunks: Sequence[Chunk], threads: int
) -> list[Answer]:
    """
    Return what `work` answers for each chunk, in the order of the chunks.

    Parameters
    ----------
    work
        Called once for each chunk; must release the GIL to gain anything.
    chunks
        What to work on.
    threads
        How many chunks run at once; 1 uses no thread at all.

    Returns
    -------
    answers
        One for each chunk, whichever thread finished first.
    """
    if threads <= 1 or len(chunks) <= 1:
        return [work(chunk) for chunk in chunks]
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(work, chunks))
