"""Primary and secondary suppression down the zones: no small count, no small remainder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.levels import (
    BANDS,
    COARSE_FIRST,
    FOUR,
    GROUPS,
    MERGED,
    NOTHING,
    PREFERENCE,
    WHOLE,
    Cells,
    Detail,
)

if TYPE_CHECKING:
    from atlas.engine.disclosure.table import Table
    from atlas.engine.types import Bool, Int8, Int64


def suppress(table: Table, cells: Cells, k: int, most: Detail | None = None) -> Detail:
    """
    Choose how much detail each zone may show.

    Parameters
    ----------
    table
        The counts.
    cells
        The same at every level of detail.
    k
        The least count, beside 0, that may be shown.
    most
        Bounds no zone may exceed; None: none. Used to take back detail that turned out unsafe.

    Returns
    -------
    detail
        Such that every count shown, its complement in the zone above, and what remains of the
        zone above when all its zones that show that detail are taken away, are 0 or at least k;
        and no zone shows more than the zone above it.

    Notes
    -----
    Source: DESIGN §3, first rule; the smallest zones give way first, ties to the smaller row.
    """
    n, services = table.parts.shape[:2]
    bound = most or Detail(
        np.full(n, GROUPS, np.int8),
        np.full((n, services), GROUPS, np.int8),
        np.full((n, services), FOUR, np.int8),
    )
    detail = Detail(
        np.zeros(n, np.int8), np.zeros((n, services), np.int8), np.zeros((n, services), np.int8)
    )
    families = table.families()
    city = table.city
    counts = {level: cells.children(level) for level in (WHOLE, BANDS, GROUPS)}
    detail.children[city] = _finest(counts, city, int(bound.children[city]), k)
    for parent, rows in families:
        detail.children[rows] = _children_of(counts, parent, rows, (detail, bound), k)
    for service in range(services):
        _suppress_service(table, cells, (detail, bound), service, k)
    return detail


def is_safe(counts: Int64, k: int) -> Bool:
    """Return which counts are 0 or at least k."""
    return np.asarray((counts == 0) | (counts >= k))


def _rows_are_safe(counts: Int64, k: int) -> Bool:
    """Return which rows hold no small count."""
    return np.asarray(is_safe(counts, k).all(axis=1), bool)


def _finest(counts: dict[int, Int64], row: int, bound: int, k: int) -> int:
    """Return the finest detail in which the whole city shows no small count."""
    fine = [g for g in (WHOLE, BANDS, GROUPS) if g <= bound and is_safe(counts[g][row], k).all()]
    return max(fine, default=NOTHING)


def _children_of(
    counts: dict[int, Int64], parent: int, rows: Int64, details: tuple[Detail, Detail], k: int
) -> Int8:
    """Return the detail of children that the zones under one parent may show."""
    detail, bound = details
    level = np.zeros(len(rows), np.int8)
    size = counts[WHOLE][rows, 0]
    for finer in range(WHOLE, int(detail.children[parent]) + 1):
        own, whole = counts[finer][rows], counts[finer][parent]
        may = (level == finer - 1) & (bound.children[rows] >= finer)
        shows = may & is_safe(own, k).all(axis=1) & is_safe(whole - own, k).all(axis=1)
        _yield_remainder(shows, own, whole, size, k)
        level[shows] = finer
    return level


def _yield_remainder(shows: Bool, own: Int64, whole: Int64, size: Int64, k: int) -> None:
    """Withhold one zone after the other until what remains of the parent is safe."""
    while True:
        unsafe = ~is_safe(whole - own[shows].sum(axis=0), k)
        if not unsafe.any():
            return
        shows[_next_to_yield(shows, own[:, unsafe], size)] = False


def _next_to_yield(shows: Bool, own: Int64, size: Int64) -> int:
    """Return the smallest zone shown that would add to an unsafe remainder."""
    helps = shows & (own > 0).any(axis=1)
    candidates = np.flatnonzero(helps if helps.any() else shows)
    return int(candidates[np.argmin(size[candidates])])


def _suppress_service(
    table: Table, cells: Cells, details: tuple[Detail, Detail], service: int, k: int
) -> None:
    """Choose the detail of one service's split, zone after zone downwards."""
    detail, _ = details
    counts = {level: cells.parts(service, level) for level in COARSE_FIRST}
    flat: dict[tuple[int, int], Int64] = {
        level: part.reshape(len(part), -1) for level, part in counts.items()
    }
    safe = {level: _rows_are_safe(part, k) for level, part in flat.items()}
    permitted = {g: cells.allowed(service, g) for g in (WHOLE, BANDS, GROUPS)}
    city = np.array([table.city])
    rank = _ranks(details, city, service, permitted, {g: s[city] for g, s in safe.items()})
    _set(detail, city, service, rank)
    for parent, rows in table.families():
        may = {
            level: safe[level][rows] & _rows_are_safe(part[parent] - part[rows], k)
            for level, part in flat.items()
        }
        for level in COARSE_FIRST:
            if not detail.at_least(np.array([parent]), service, level)[0]:
                may[level][:] = False
        rank = _ranks(details, rows, service, permitted, may)
        _set(detail, rows, service, rank)
        _yield_service(flat, (parent, rows), detail, service, (may, details[1], permitted, k))


def _ranks(
    details: tuple[Detail, Detail],
    rows: Int64,
    service: int,
    permitted: dict[int, int],
    may: dict[tuple[int, int], Bool],
) -> Int64:
    """Return for each zone the place in `PREFERENCE` of the most wanted level it may show."""
    rank = np.full(len(rows), len(PREFERENCE) - 1)
    for place, level in reversed(list(enumerate(PREFERENCE[:-1]))):
        rank[_may_show(details, rows, service, permitted, (level, may[level]))] = place
    return rank


def _may_show(
    details: tuple[Detail, Detail],
    rows: Int64,
    service: int,
    permitted: dict[int, int],
    wanted: tuple[tuple[int, int], Bool],
) -> Bool:
    """Return which zones may show a level: their children do, their bounds do, it is safe."""
    detail, bound = details
    level, may = wanted
    return np.asarray(
        may & (detail.children[rows] >= permitted[level[0]]) & bound.at_least(rows, service, level)
    )


def _set(detail: Detail, rows: Int64, service: int, rank: Int64) -> None:
    """Write the levels that stand at these places of `PREFERENCE`."""
    chosen = np.array(PREFERENCE, np.int8)[rank]
    detail.group[rows, service] = chosen[:, 0]
    detail.split[rows, service] = chosen[:, 1]


def _yield_service(
    flat: dict[tuple[int, int], Int64],
    family: tuple[int, Int64],
    detail: Detail,
    service: int,
    limits: tuple[dict[tuple[int, int], Bool], Detail, dict[int, int], int],
) -> None:
    """Lower one zone after the other until no remainder of the parent is small."""
    parent, rows = family
    may, bound, permitted, k = limits
    size = flat[WHOLE, MERGED][rows].sum(axis=1)
    settled = False
    while not settled:
        settled = True
        for level in COARSE_FIRST:
            shows = detail.at_least(rows, service, level)
            own, whole = flat[level][rows], flat[level][parent]
            unsafe = ~is_safe(whole - own[shows].sum(axis=0), k)
            if shows.any() and unsafe.any():
                at = _next_to_yield(shows, own[:, unsafe], size)
                may[level][at] = False
                row = rows[at : at + 1]
                own_may = {other: allowed[at : at + 1] for other, allowed in may.items()}
                _forbid_finer(own_may, level)
                rank = _ranks((detail, bound), row, service, permitted, own_may)
                _set(detail, row, service, rank)
                settled = False


def _forbid_finer(may: dict[tuple[int, int], Bool], level: tuple[int, int]) -> None:
    """Forbid every level that includes `level`."""
    for other, allowed in may.items():
        if other[0] >= level[0] and other[1] >= level[1]:
            allowed[:] = False
