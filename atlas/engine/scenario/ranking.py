"""Ranks in many draws, kept so that a few zones may move without ranking all anew."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.doubt.ranks import RankDoubt, rank_doubt
from atlas.engine.kernels.standings import Standings, count_standings, move, observe, stand_in_line
from atlas.engine.workers import in_order, ranges

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Bool, Float64, Int32, Int64

CHUNKS = 4


@dataclass(frozen=True, slots=True)
class Ranking:
    """
    The ranks of f zones in d draws, r of them ranked.

    Attributes
    ----------
    doubt
        As `rank_doubt` gives it.
    quantiles
        Which ranks were observed.
    ranked
        Rows of the zones that are ranked, shape (r,).
    steps
        Their scores in each draw, the greatest first, shape (d, r).
    order
        Whose they are, numbers among `ranked`, shape (d, r).
    doubled
        Twice each ranked zone's rank, shape (d, r).
    count
        In how many draws each zone has which doubled rank, shape (r, 2r + 1).
    """

    doubt: RankDoubt
    quantiles: tuple[float, ...]
    ranked: Int64
    steps: Int64
    order: AnyArray
    doubled: AnyArray
    count: Int32


def ranking_of(
    steps: Int64, *, worst: tuple[int, ...], quantiles: tuple[float, ...], threads: int
) -> Ranking:
    """
    Rank zones in every draw and keep what moving a few of them needs.

    Parameters
    ----------
    steps, worst, quantiles, threads
        As `rank_doubt` takes them.

    Returns
    -------
    ranking
        Of the zones that have a score in every draw.
    """
    doubt = rank_doubt(steps, worst=worst, quantiles=quantiles, threads=threads)
    ranked = np.flatnonzero(doubt.ranked)
    draws, zones = steps.shape[0], ranked.size
    small = 2 * zones <= np.iinfo(np.uint16).max
    kind = np.uint16 if small else np.uint32
    line = np.empty((draws, zones), np.int64)
    order, doubled = np.empty((draws, zones), kind), np.empty((draws, zones), kind)
    mine = np.ascontiguousarray(steps[:, ranked])

    def work(chunk: tuple[int, int]) -> None:
        rows = slice(*chunk)
        who = np.argsort(-mine[rows], axis=1, kind="stable")
        order[rows] = who
        line[rows] = np.take_along_axis(mine[rows], who, axis=1)
        stand_in_line(line[rows], order[rows], doubled[rows])

    in_order(work, ranges(draws, CHUNKS * threads), threads)
    count = np.zeros((zones, 2 * zones + 1), np.int32)
    count_standings(doubled, count)
    return Ranking(doubt, quantiles, ranked, line, order, doubled, count)


def reranked(base: Ranking, zone: Int64, steps: Int64, *, threads: int) -> RankDoubt:
    """
    Rank all zones again after the scores of some have changed.

    Parameters
    ----------
    base
        The ranks before.
    zone
        Rows of the zones with other scores, shape (m,), rising.
    steps
        Their scores in every draw, shape (d, m); negative: no score.
    threads
        How many chunks of draws run at once. Changes no digit.

    Returns
    -------
    doubt
        Digit for digit what `rank_doubt` says of all zones' scores.

    Notes
    -----
    Source: METHOD §8, §10 (ours). In a draw only zones between a changed zone's old score and its
    new one change their ranks; the others keep what they had.
    """
    was, now = base.doubt.ranked[zone], (steps >= 0).all(axis=0)
    if bool((was != now).any()):
        return _ranked_anew(base, zone, steps, threads)
    if not now.any():
        return base.doubt
    moved = np.searchsorted(base.ranked, zone[now])
    zones = base.ranked.size
    new = np.ascontiguousarray(steps[:, now])
    standings = Standings(base.steps, base.order, base.doubled, base.doubt.worst)

    def work(chunk: tuple[int, int]) -> tuple[Int32, Int64]:
        count = np.zeros(base.count.shape, np.int32)
        parts = np.zeros((zones, base.doubt.worst.size, zones + 1), np.int64)
        move(standings, moved, new, chunk[0], chunk[1], count, parts)
        return count, parts

    count, parts = base.count.copy(), _parts_by_equals(base)
    for part in in_order(work, ranges(steps.shape[0], threads), threads):
        count += part[0]
        parts += part[1]
    return _doubt(base, count, parts)


def _ranked_anew(base: Ranking, zone: Int64, steps: Int64, threads: int) -> RankDoubt:
    """Rank all zones from the beginning: another number of them takes part."""
    doubt = base.doubt
    whole = np.full((steps.shape[0], doubt.ranked.size), -1, np.int64)
    mine = np.empty_like(base.steps)
    np.put_along_axis(mine, base.order.astype(np.int64), base.steps, axis=1)
    whole[:, base.ranked] = mine
    whole[:, zone] = steps
    worst = tuple(doubt.worst.tolist())
    return rank_doubt(whole, worst=worst, quantiles=base.quantiles, threads=threads)


def _parts_by_equals(base: Ranking) -> Int64:
    """Return what falls to each zone by the number of equals, shape (r, w, r + 1)."""
    zones = base.ranked.size
    parts = np.zeros((zones, base.doubt.worst.size, zones + 1), np.int64)
    kept = base.doubt.equals <= zones
    parts[:, :, base.doubt.equals[kept]] = base.doubt.parts[base.ranked][:, :, kept]
    return parts


def _doubt(base: Ranking, count: Int32, parts: Int64) -> RankDoubt:
    """Return the doubt that some counts of ranks amount to."""
    draws, ranked = base.doubt.draws, base.doubt.ranked
    # A quantile is the decimal it is written as, as in `rank_doubt`.
    wanted = [math.ceil(Fraction(str(q)) * draws) for q in base.quantiles]
    observed, total = observe(count, np.array(wanted, np.int64))
    some = np.flatnonzero(parts.any(axis=(0, 1)))
    equals = np.union1d(np.ones(1, np.int64), some)
    kept = np.zeros((*parts.shape[:2], equals.size), np.int64)
    at = np.searchsorted(equals, some)
    kept[:, :, at] = parts[:, :, some]
    return RankDoubt(
        draws=draws,
        ranked=ranked,
        observed=_spread(observed / 2.0, ranked),
        doubled_sum=_spread(total, ranked),
        worst=base.doubt.worst,
        in_worst=_spread(_probability(kept, equals, draws), ranked),
        equals=equals,
        parts=_spread(kept, ranked),
    )


def _probability(parts: Int64, equals: Int64, draws: int) -> Float64:
    """Return Σ parts / equals / draws, each rounded once."""
    found = np.asarray(parts[:, :, 0] / draws, np.float64)
    whole = math.lcm(*equals.tolist())
    factor = [whole // t for t in equals.tolist()]
    for z, w in np.argwhere(parts[:, :, 1:].any(axis=2)).tolist():
        shares = zip(parts[z, w].tolist(), factor, strict=True)
        found[z, w] = sum(part * f for part, f in shares) / (whole * draws)
    return found


def _spread(values: AnyArray, ranked: Bool) -> AnyArray:
    """Return values of the ranked zones among all, 0 elsewhere."""
    whole = np.zeros((ranked.size, *values.shape[1:]), values.dtype)
    whole[ranked] = values
    return whole
