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
    shown = whole_children_rows(parts[None, :], None if total is None else np.array([total]))
    return np.asarray(shown[0], np.int64)


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
    return np.asarray(down + (place < over[:, None]), np.int64)


def whole_rows_with_carry(micro: AnyArray, totals: AnyArray) -> Int64:
    """
    Show a long table as whole children, row by row, so that runs of rows hold as well.

    Parameters
    ----------
    micro
        Shape (n, …, k), int64, millionths of a child, ≥ 0; rows in the order of the tree (a zone's
        descendants stand together), the last axis being the parts of one whole.
    totals
        Shape (n, …), int64, whole children each row's parts must add up to.

    Returns
    -------
    children
        Shape (n, …, k), int64, ≥ 0; the last axis sums to `totals` exactly. What rounding left
        over is carried to the next row, so a part summed over a run of rows stays near the exact
        sum instead of drifting with the number of rows. A part of exactly 0 stays 0.

    Raises
    ------
    ShapeError
        If `totals` does not fit `micro`.
    InputError
        If a part or a total is negative.

    Notes
    -----
    Source: our own, largest remainder with error diffusion along the tree (METHOD §7).

    Examples
    --------
    >>> parts = np.array([[300_000, 700_000]] * 4)
    >>> whole_rows_with_carry(parts, np.array([1, 1, 1, 1]))[:, 0]
    array([0, 1, 0, 0])
    """
    parts, wholes = np.asarray(micro, np.int64), np.asarray(totals, np.int64)
    if parts.shape[:-1] != wholes.shape:
        msg = f"totals of shape {wholes.shape} for parts of shape {parts.shape}"
        raise ShapeError(msg)
    if (parts.size and parts.min() < 0) or (wholes.size and wholes.min() < 0):
        msg = "children cannot be negative"
        raise InputError(msg)
    shown = np.zeros_like(parts)
    carry = np.zeros(parts.shape[1:], np.int64)
    for row, whole in enumerate(wholes):
        wanted = parts[row] + carry
        # Nobody is nobody: what earlier rows left over goes to children who are there.
        open_to = np.where(parts[row] == 0, np.iinfo(np.int64).min // 2, wanted)
        shown[row] = _nearest_whole(open_to, whole)
        carry = wanted - shown[row] * MICRO
    return shown


def whole_run(micro: AnyArray) -> Int64:
    """
    Show a run of sums as whole children so that every stretch of the run holds within one.

    Parameters
    ----------
    micro
        Shape (n, …), int64, millionths of a child, ≥ 0, in the order of the tree.

    Returns
    -------
    children
        Shape (n, …), int64, ≥ 0: differences of the rounded running sum, so that any stretch of
        rows sums to the exact sum within one child, and the whole is rounded half up.

    Raises
    ------
    InputError
        If a value is negative.

    Notes
    -----
    Source: our own (rounding of the running sum).

    Examples
    --------
    >>> whole_run(np.array([400_000, 400_000, 400_000]))
    array([0, 1, 0])
    """
    parts = np.asarray(micro, np.int64)
    if parts.size and parts.min() < 0:
        msg = "children cannot be negative"
        raise InputError(msg)
    running = (np.cumsum(parts, axis=0) + MICRO // 2) // MICRO
    return np.diff(running, axis=0, prepend=np.zeros_like(running[:1]))


def _nearest_whole(wanted: Int64, whole: Int64) -> Int64:
    """Take parts (…, k) to whole numbers ≥ 0 that sum to `whole` (…), nearest first."""
    down = np.maximum(wanted, 0) // MICRO
    gap = np.asarray(whole - down.sum(axis=-1))
    while (gap != 0).any():
        rest = wanted - down * MICRO
        up = np.argmax(rest, axis=-1)[..., None]
        back = np.argmin(np.where(down > 0, rest, np.iinfo(np.int64).max), axis=-1)[..., None]
        at = np.where((gap > 0)[..., None], up, back)
        step = np.sign(gap)
        np.put_along_axis(
            down, at, np.take_along_axis(down, at, axis=-1) + step[..., None], axis=-1
        )
        gap = gap - step
    return np.asarray(down, np.int64)


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
