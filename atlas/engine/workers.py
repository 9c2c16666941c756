"""Explicit chunks in a thread pool, answered in chunk order."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from atlas.engine.types import Int64

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


def even_ranges(first: Int64, pieces: int) -> list[tuple[int, int]]:
    """
    Return ranges of rows that hold about as much each.

    Parameters
    ----------
    first
        Where what each row holds starts, shape (j + 1,).
    pieces
        How many ranges at most.

    Returns
    -------
    ranges
        Half-open; they cover all rows.
    """
    rows = first.size - 1
    wanted = first[-1] * np.arange(1, pieces) // pieces
    cuts = np.unique(np.concatenate(([0], np.searchsorted(first, wanted), [rows])))
    return list(pairwise(cuts.tolist())) or [(0, rows)]


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
