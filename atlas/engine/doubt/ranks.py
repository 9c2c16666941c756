"""How sure a rank is: shared ranks over many draws, and who is among the worst (METHOD §8)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.kernels.ranking import KEY_BITS, count_ranks, pack, rank_rows, share_cuts
from atlas.engine.workers import in_order, ranges, usable_cores

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Bool, Float64, Int32, Int64

NO_SCORE = -1
DRAWS_AT_ONCE = 256
ZONES_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class RankDoubt:
    """
    The ranks of n zones over many draws.

    Parameters
    ----------
    draws
        How many.
    ranked
        Shape (n,), the zones that are ranked: those with a score in every draw.
    observed
        Shape (n, q), the rank at each quantile: one that was observed, a half where zones share;
        0 where not ranked.
    doubled_sum
        Shape (n,), the sum of twice the ranks; over all zones `draws` · m(m + 1) for m ranked ones.
    worst
        Shape (w,), the numbers k.
    in_worst
        Shape (n, w), P(k worst), rounded once from `parts`; 0 where not ranked.
    equals
        Shape (c,), numbers of equal zones that some k cut through, rising; the first is 1.
    parts
        Shape (n, w, c): P · draws = Σ_c parts / equals, exactly.
    """

    draws: int
    ranked: Bool
    observed: Float64
    doubled_sum: Int64
    worst: Int64
    in_worst: Float64
    equals: Int64
    parts: Int64

    @property
    def mean(self) -> Float64:
        """Mean rank, shape (n,); 0 where not ranked."""
        return np.asarray(self.doubled_sum / (2.0 * self.draws), np.float64)

    @property
    def error(self) -> Float64:
        """
        Standard error of `in_worst` from the number of draws, shape (n, w).

        √(P(1 − P)/draws): exact for zones that stand alone, an upper bound for equals.
        """
        p = self.in_worst
        return np.asarray(np.sqrt(p * (1 - p) / self.draws), np.float64)

    def robust(self, least: float = 0.8, errors: float = 1.64) -> Bool:
        """
        Say which zones are surely among the worst: P − errors · se ≥ least.

        Parameters
        ----------
        least
            How likely it must at least be.
        errors
            Standard errors that the number of draws is allowed; 1.64 is one side of 95 %.

        Returns
        -------
        robust
            Shape (n, w), *robust high need*; False where not ranked.
        """
        return np.asarray(
            self.ranked[:, None] & (self.in_worst - errors * self.error >= least), np.bool_
        )

    def exactly(self, zone: int, column: int) -> Fraction:
        """
        Return P(k worst) of a zone as the fraction it is.

        Parameters
        ----------
        zone, column
            Row of the zone, and which of the numbers k.

        Returns
        -------
        probability
            Sums over all zones to k, or to how many are ranked.
        """
        part = self.parts[zone, column].tolist()
        whole = sum(Fraction(n, t) for n, t in zip(part, self.equals.tolist(), strict=True))
        return Fraction(whole) / self.draws


def rank_doubt(
    steps: Int64,
    *,
    worst: tuple[int, ...],
    quantiles: tuple[float, ...] = (0.05, 0.5, 0.95),
    threads: int | None = None,
) -> RankDoubt:
    """
    Rank zones in every draw and say how sure each rank is.

    Parameters
    ----------
    steps
        Shape (d, n), int64: scores as whole numbers of 10⁻⁹, high = worse; negative: no score. A
        zone without a score in any one draw is left out of all of them.
    worst
        Numbers k of worst zones to ask about, each 1 or more.
    quantiles
        Which ranks to observe, each in (0, 1], rising.
    threads
        How many chunks run at once; by default one for each core. Changes no digit.

    Returns
    -------
    doubt
        With g zones worse and t equal (itself counted) the rank in a draw is g + (t + 1)/2, and
        the zone is among the k worst by clip((k − g)/t, 0, 1). The rank at quantile q is the
        smallest that at least q of the draws do not exceed.

    Raises
    ------
    ShapeError
        If `steps` is not a table, or has no draw.
    InputError
        If a number of worst zones is below 1, or the quantiles do not rise within (0, 1].

    Notes
    -----
    Source: METHOD §8 (ours). Integers only: neither the order of zones, the number of threads nor
    the chunks change a digit, and zones with the same scores get the same answers.

    Examples
    --------
    >>> doubt = rank_doubt(np.array([[30, 20, 20, -1], [10, 20, 20, 5]]), worst=(1,))
    >>> doubt.mean, doubt.in_worst[:, 0]
    (array([2., 2., 2., 0.]), array([0.5 , 0.25, 0.25, 0.  ]))
    """
    _check(steps, worst, quantiles)
    threads, draws, k = threads or usable_cores(), steps.shape[0], np.array(worst, np.int64)
    ranked = np.asarray(steps[0] >= 0, np.bool_)
    found = _Ranking(_taking_part(steps, ranked), k, threads)
    if found.least < 0:
        ranked = np.asarray((steps >= 0).all(axis=0), np.bool_)
        found = _Ranking(_taking_part(steps, ranked), k, threads)
    observed, total = found.observed(observed_at(quantiles, draws))
    equals, parts = found.parts()
    return RankDoubt(
        draws=draws,
        ranked=ranked,
        observed=_spread(observed / 2.0, ranked),
        doubled_sum=_spread(total, ranked),
        worst=k,
        in_worst=_spread(_probability(parts, equals, draws), ranked),
        equals=equals,
        parts=_spread(parts, ranked),
    )


def doubled_ranks(steps: Int64, *, threads: int | None = None) -> AnyArray:
    """
    Return twice the rank of every zone in every draw.

    Parameters
    ----------
    steps
        Shape (d, n), scores in 10⁻⁹, all zones with a score in every draw.
    threads
        How many chunks run at once; by default one for each core.

    Returns
    -------
    doubled
        Shape (d, n), 2g + t + 1 with g zones worse and t equal, itself counted.

    Raises
    ------
    ShapeError
        If `steps` is not a table, or has no draw.
    InputError
        If a zone has no score in some draw.

    Examples
    --------
    >>> doubled_ranks(np.array([[30, 20, 20]]))
    array([[2, 5, 5]], dtype=uint16)
    """
    _check(steps, (), ())
    found = _Ranking(np.ascontiguousarray(steps), np.zeros(0, np.int64), threads or usable_cores())
    if found.least < 0:
        msg = "a zone without a score cannot be ranked"
        raise InputError(msg)
    return found.doubled


def observed_at(quantiles: tuple[float, ...], draws: int) -> Int64:
    """
    Return which draw, from the least, shows each quantile: the first that so many do not exceed.

    Parameters
    ----------
    quantiles
        In (0, 1].
    draws
        How many draws there are.

    Returns
    -------
    place
        Counted from 1, shape (q,). A quantile is the decimal it is written as: 0.07 of 100 draws
        are 7, not 8.

    Examples
    --------
    >>> observed_at((0.05, 0.07, 0.5), 100)
    array([ 5,  7, 50])
    """
    return np.array([math.ceil(Fraction(str(q)) * draws) for q in quantiles], np.int64)


class _Ranking:
    """The ranks of zones that all have a score, draw by draw."""

    def __init__(self, steps: Int64, worst: Int64, threads: int) -> None:
        draws, zones = steps.shape
        small = 2 * zones <= np.iinfo(np.uint16).max
        self.threads, self.worst = threads, worst
        self.doubled: AnyArray = np.empty((draws, zones), np.uint16 if small else np.uint32)
        self.cut: Int32 = np.zeros((draws, worst.size, 2), np.int32)
        self.inside: Int64 = np.zeros((zones, worst.size), np.int64)
        bits = max(zones - 1, 1).bit_length()
        if bits >= KEY_BITS:
            msg = f"{zones} zones are more than can be ranked"
            raise InputError(msg)

        self.least = 0

        def work(chunk: tuple[int, int]) -> tuple[int, Int64]:
            rows = slice(*chunk)
            inside = np.zeros_like(self.inside)
            key = np.empty((chunk[1] - chunk[0], zones), np.uint32)
            least = pack(steps[rows], bits, key)
            key.sort(axis=1)
            rank_rows(steps[rows], key, bits, worst, self.doubled[rows], inside, self.cut[rows])
            return least, inside

        chunks = ranges(draws, -(-draws // DRAWS_AT_ONCE)) if zones else []
        for least, inside in in_order(work, chunks, threads):
            self.least = min(self.least, least)
            self.inside += inside

    def observed(self, wanted: Int64) -> tuple[Int64, Int64]:
        """Return twice the ranks observed at some places among the draws, and their sums."""
        zones = self.doubled.shape[1]
        observed, total = np.zeros((zones, wanted.size), np.int64), np.zeros(zones, np.int64)

        def work(block: tuple[int, int]) -> None:
            count_ranks(self.doubled, block[0], block[1], wanted, observed, total)

        in_order(work, ranges(zones, -(-zones // ZONES_AT_ONCE)), self.threads)
        return observed, total

    def parts(self) -> tuple[Int64, Int64]:
        """Return how many equals were cut through, and what falls to each zone by that number."""
        equals = np.union1d(np.ones(1, np.int64), self.cut[:, :, 1][self.cut[:, :, 1] > 0])
        parts = np.zeros((*self.inside.shape, equals.size), np.int64)
        parts[:, :, 0] = self.inside
        for w, k in enumerate(self.worst.tolist()):
            draw = np.flatnonzero(self.cut[:, w, 1])
            cut = np.ascontiguousarray(self.cut[draw, w])
            part = np.zeros((self.inside.shape[0], equals.size), np.int64)
            share_cuts(self.doubled, draw, cut, np.searchsorted(equals, cut[:, 1]), k, part)
            parts[:, w] += part
        return equals, parts


def _check(steps: Int64, worst: tuple[int, ...], quantiles: tuple[float, ...]) -> None:
    """Refuse what cannot be ranked or asked."""
    if steps.ndim != 2 or not steps.shape[0]:  # noqa: PLR2004 - draws and zones
        msg = f"scores of shape {steps.shape}: draws × zones, at least one draw"
        raise ShapeError(msg)
    if any(k < 1 for k in worst):
        msg = "the number of worst zones must be 1 or more"
        raise InputError(msg)
    check_quantiles(quantiles)


def check_quantiles(quantiles: tuple[float, ...]) -> None:
    """
    Refuse quantiles that cannot be observed.

    Parameters
    ----------
    quantiles
        To be observed.

    Raises
    ------
    InputError
        If they do not rise within (0, 1].
    """
    rise = all(low < high for low, high in pairwise((0.0, *quantiles)))
    if not rise or max(quantiles, default=1.0) > 1:
        msg = f"quantiles {quantiles} do not rise within (0, 1]"
        raise InputError(msg)


def _taking_part(steps: Int64, ranked: Bool) -> Int64:
    """Return the scores of the zones that are ranked."""
    return np.ascontiguousarray(steps if ranked.all() else steps[:, ranked], np.int64)


def _probability(parts: Int64, equals: Int64, draws: int) -> Float64:
    """Return Σ parts / equals / draws, each rounded once."""
    if equals.size == 1:
        return np.asarray(parts[:, :, 0] / draws, np.float64)
    whole = math.lcm(*equals.tolist())
    factor = [whole // t for t in equals.tolist()]
    table = [
        [sum(n * f for n, f in zip(row, factor, strict=True)) / (whole * draws) for row in zone]
        for zone in parts.tolist()
    ]
    return np.array(table, np.float64).reshape(parts.shape[:2])


def _spread(values: AnyArray, ranked: Bool) -> AnyArray:
    """Return values of the ranked zones among all, 0 elsewhere."""
    whole = np.zeros((ranked.size, *values.shape[1:]), values.dtype)
    whole[ranked] = values
    return whole
