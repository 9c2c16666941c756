"""Sharing whole units so that every sum holds: largest remainder, in integers only."""

from __future__ import annotations

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.types import MICRO, AnyArray, Int64

_LIMB_BITS = 31
_LIMB = 1 << _LIMB_BITS


def largest_remainder(weights: AnyArray, total: int) -> Int64:
    """
    Share `total` whole units in proportion to `weights`.

    Parameters
    ----------
    weights
        Shape (n,), whole numbers or floats, ≥ 0, in the order of the stable code. Floats are
        first taken to whole numbers (see `whole_weights`).
    total
        Units to share, ≥ 0.

    Returns
    -------
    shares
        Shape (n,), int64; sums to `total` exactly. Each share is its exact quota rounded down,
        plus at most one; the units over go to the largest remainders, ties to the smaller index.

    Raises
    ------
    InputError
        If a weight is negative or not finite, `total` is negative, or there is something to
        share and no weight to share it by.

    Notes
    -----
    Source: the method of largest remainders (Hamilton 1792), in exact integer arithmetic: products
    are formed in two limbs of 31 bits, so no share depends on floating point.

    Examples
    --------
    >>> largest_remainder(np.array([1, 1, 1]), 10)
    array([4, 3, 3])
    """
    group = np.zeros(len(weights), np.int64)
    return share_by_group(weights, group, np.array([total], np.int64))


def share_by_group(weights: AnyArray, group: AnyArray, totals: AnyArray) -> Int64:
    """
    Share several totals at once, each among the members of its group.

    Parameters
    ----------
    weights
        Shape (n,), ≥ 0, in the order of the stable code.
    group
        Shape (n,), whole numbers in [0, m): the total each member takes part in.
    totals
        Shape (m,) or (m, k), whole units ≥ 0; with k columns each is shared by the same weights.

    Returns
    -------
    shares
        Shape (n,) or (n, k), int64; over each group they sum to its total exactly.

    Raises
    ------
    InputError
        If a weight or a total is negative, or a group has units to share and no weight.
    ShapeError
        If `weights` and `group` differ in length, or a group lies outside `totals`.

    Notes
    -----
    Source: `largest_remainder`, group by group. A group whose weights sum to 2³¹ or more is shared
    by its weights halved until they do not.

    Examples
    --------
    >>> share_by_group(np.array([1, 1, 2]), np.array([0, 0, 1]), np.array([3, 5]))
    array([2, 1, 5])
    """
    of = np.asarray(group, np.int64)
    units = np.asarray(totals, np.int64)
    if len(weights) != len(of):
        msg = f"{len(weights)} weights for {len(of)} members"
        raise ShapeError(msg)
    if of.size and (of.min() < 0 or of.max() >= len(units)):
        msg = "a member's group lies outside the totals"
        raise ShapeError(msg)
    if (units < 0).any():
        msg = "a total to share is negative"
        raise InputError(msg)
    whole, sums = whole_weights(weights, of, len(units))
    if units.ndim == 1:
        return _share_column(whole, sums, of, units)
    columns = [_share_column(whole, sums, of, column) for column in units.T]
    return np.stack(columns, axis=1) if columns else np.zeros((len(of), 0), np.int64)


def whole_weights(weights: AnyArray, group: Int64, n_groups: int) -> tuple[Int64, Int64]:
    """
    Take weights to whole numbers whose sum over each group stays below 2³¹.

    Parameters
    ----------
    weights
        Shape (n,), ≥ 0, whole or float. Whole numbers with small sums come back unchanged; floats
        are scaled, group by group, so that a group's sum is about 2³⁰, and rounded half to even.
    group
        Shape (n,), whole numbers in [0, n_groups).
    n_groups
        Number of groups.

    Returns
    -------
    whole, sums
        Shapes (n,) and (n_groups,), int64.

    Raises
    ------
    InputError
        If a weight is negative or not finite.

    Notes
    -----
    Source: our own; exact for whole weights, reproducible for floats (scaling is by powers of two).
    """
    values = np.asarray(weights)
    if values.size and not (np.isfinite(values).all() and values.min() >= 0):
        msg = "weights must be finite and not negative"
        raise InputError(msg)
    if np.issubdtype(values.dtype, np.floating):
        float_sums = np.bincount(group, weights=values, minlength=n_groups)
        _, exponent = np.frexp(np.maximum(float_sums, np.finfo(np.float64).tiny))
        scaled = np.rint(np.ldexp(values.astype(np.float64), (30 - exponent)[group]))
        whole = scaled.astype(np.int64)
    else:
        whole = values.astype(np.int64)
    sums = _group_sums(whole, group, n_groups)
    while (sums >= _LIMB).any():
        whole = np.where((sums >= _LIMB)[group], whole >> 1, whole)
        sums = _group_sums(whole, group, n_groups)
    return whole, sums


def whole_children(micro: AnyArray, total: int | None = None) -> Int64:
    """
    Show millionths of children as whole children whose parts add up to the whole shown.

    Parameters
    ----------
    micro
        Shape (n,), int64, millionths of a child, ≥ 0: the parts of one sum.
    total
        Whole children the parts must add up to; when None, the sum rounded half up.

    Returns
    -------
    children
        Shape (n,), int64, whole children.

    Raises
    ------
    InputError
        If a part is negative or `total` is not the sum rounded down, half up or up.

    Notes
    -----
    Source: METHOD §7, "whole children are shown by largest remainder within each sum": every part
    is rounded down, and the children over go to the largest fractions, ties to the smaller index.

    Examples
    --------
    >>> whole_children(np.array([1_500_000, 1_500_000, 2_000_000]))
    array([2, 1, 2])
    """
    parts = np.asarray(micro, np.int64)
    if parts.size and parts.min() < 0:
        msg = "children cannot be negative"
        raise InputError(msg)
    return whole_children_rows(parts[None, :], None if total is None else np.array([total]))[0]


def whole_children_rows(micro: AnyArray, totals: AnyArray | None = None) -> Int64:
    """
    Show many sums at once as whole children, each row's parts adding up to its whole.

    Parameters
    ----------
    micro
        Shape (m, n), int64, millionths of a child, ≥ 0; a row is one sum.
    totals
        Shape (m,), whole children of each row; when None, each row's sum rounded half up.

    Returns
    -------
    children
        Shape (m, n), int64.

    Raises
    ------
    InputError
        If a total lies outside what rounding the row's parts down or up can reach.

    Notes
    -----
    Source: see `whole_children`.
    """
    parts = np.asarray(micro, np.int64)
    exact = parts.sum(axis=1)
    wanted = (exact + MICRO // 2) // MICRO if totals is None else np.asarray(totals, np.int64)
    down = parts // MICRO
    fraction = parts - down * MICRO
    over = wanted - down.sum(axis=1)
    if (over < 0).any() or (over > (parts.shape[1] if parts.ndim > 1 else 0)).any():
        msg = "the whole cannot be reached by rounding its parts down or up"
        raise InputError(msg)
    order = np.argsort(-fraction, axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(parts.shape[1])[None, :], axis=1)
    return down + (place < over[:, None])


def whole_table(micro: AnyArray) -> Int64:
    """
    Show a two-way table as whole children whose rows and columns both add up.

    Parameters
    ----------
    micro
        Shape (r, c), int64, millionths of a child, ≥ 0, such as bands × sexes.

    Returns
    -------
    children
        Shape (r, c), int64; every cell is the exact one rounded down or up, row and column sums
        are the exact sums rounded down or up, and the whole is the exact whole rounded half up.

    Raises
    ------
    InputError
        If a cell is negative.

    Notes
    -----
    Source: controlled rounding of a two-way table exists always (Bacharach 1966; Cox & Ernst
    1982). Row sums and column sums are rounded by largest remainder, then the fractions are
    carried by cycles of cells, a whole unit at a time, in the order of the index.
    """
    parts = np.asarray(micro, np.int64)
    if parts.size and parts.min() < 0:
        msg = "children cannot be negative"
        raise InputError(msg)
    whole = int((int(parts.sum()) + MICRO // 2) // MICRO)
    rows = whole_children(parts.sum(axis=1), whole)
    columns = whole_children(parts.sum(axis=0), whole)
    down = parts // MICRO
    may_rise = (parts % MICRO) > 0
    rise = _rises(may_rise, rows - down.sum(axis=1), columns - down.sum(axis=0), parts % MICRO)
    return down + rise


def _rises(may_rise: AnyArray, rows: Int64, columns: Int64, fraction: Int64) -> Int64:
    """Choose the cells that round up, so that each row and column gets as many as it must."""
    rise = np.zeros(may_rise.shape, np.int64)
    short_rows, short_columns = rows.copy(), columns.copy()
    for flat in np.argsort(-fraction, axis=None, kind="stable"):
        r, c = divmod(int(flat), may_rise.shape[1])
        if may_rise[r, c] and short_rows[r] > 0 and short_columns[c] > 0:
            rise[r, c] = 1
            short_rows[r] -= 1
            short_columns[c] -= 1
    for r in np.flatnonzero(short_rows):
        for _ in range(int(short_rows[r])):
            _augment(rise, may_rise, int(r), short_columns)
    return rise


def _augment(rise: Int64, may_rise: AnyArray, row: int, short_columns: Int64) -> None:
    """Give `row` one more rise by an alternating path to a column that is short of one."""
    came_from: dict[int, tuple[int, int]] = {}
    queue, seen_rows = [row], {row}
    while queue:
        r = queue.pop(0)
        for c in np.flatnonzero(may_rise[r] & (rise[r] == 0)):
            if int(c) in came_from:
                continue
            came_from[int(c)] = (r, int(c))
            if short_columns[c] > 0:
                short_columns[c] -= 1
                _flip(rise, came_from, int(c), row)
                return
            for next_row in np.flatnonzero(rise[:, c]):
                if int(next_row) not in seen_rows:
                    seen_rows.add(int(next_row))
                    came_from[-1 - int(next_row)] = (int(next_row), int(c))
                    queue.append(int(next_row))
    msg = "a table that cannot be rounded both ways"
    raise InputError(msg)


def _flip(rise: Int64, came_from: dict[int, tuple[int, int]], column: int, row: int) -> None:
    """Walk the path back from `column` to `row`, swapping rises on the way."""
    r, c = came_from[column]
    rise[r, c] = 1
    while r != row:
        r, c = came_from[-1 - r]
        rise[r, c] = 0
        r, c = came_from[c]
        rise[r, c] = 1


def _group_sums(whole: Int64, group: Int64, n_groups: int) -> Int64:
    """Return the exact sum of `whole` over each group."""
    sums = np.zeros(n_groups, np.int64)
    np.add.at(sums, group, whole)
    return sums


def _share_column(whole: Int64, sums: Int64, group: Int64, totals: Int64) -> Int64:
    """Share one column of totals; weights are whole and sum to less than 2³¹ a group."""
    if ((totals > 0) & (sums == 0)).any():
        msg = "there is something to share and no weight to share it by"
        raise InputError(msg)
    divisor = np.maximum(sums, 1)[group]
    high, low = totals[group] >> _LIMB_BITS, totals[group] & (_LIMB - 1)
    quota_high, rest = np.divmod(whole * high, divisor)
    quota_low, remainder = np.divmod((rest << _LIMB_BITS) + whole * low, divisor)
    shares = (quota_high << _LIMB_BITS) + quota_low
    over = totals - _group_sums(shares, group, len(totals))
    order = np.lexsort((np.arange(len(group)), -remainder, group))
    first = np.searchsorted(group[order], np.arange(len(totals)))
    place = np.arange(len(group)) - first[group[order]]
    shares[order] += place < over[group[order]]
    return shares
