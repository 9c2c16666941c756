"""Work of very unequal size in batches of nearly equal size, the largest first."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def equal_batches(sizes: Mapping[str, int], count: int) -> list[list[str]]:
    """
    Divide some work into batches of nearly equal size.

    Parameters
    ----------
    sizes
        Size of each piece of work by its name, not negative.
    count
        How many batches at most, 1 or more.

    Returns
    -------
    batches
        None empty, largest first; within a batch the largest piece first. Ties go to the smaller
        name, so the same work is always divided alike.

    Notes
    -----
    Source: longest processing time first (Graham 1969): no batch is more than 4/3 of the best
    possible largest one. One piece larger than its share is a batch by itself.

    Examples
    --------
    >>> equal_batches({"a": 9, "b": 4, "c": 4, "d": 1}, 2)
    [['a'], ['b', 'c', 'd']]
    """
    loads: list[tuple[int, int, list[str]]] = [(0, number, []) for number in range(count)]
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        load, number, batch = heapq.heappop(loads)
        batch.append(name)
        heapq.heappush(loads, (load + sizes[name], number, batch))
    filled = [entry for entry in loads if entry[2]]
    return [batch for _, _, batch in sorted(filled, key=lambda entry: (-entry[0], entry[2]))]
