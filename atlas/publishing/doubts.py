"""How sure a rank is, as published: beside a published rank only, and no finer than it may be."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from atlas.assessments.models import RankDoubt, Score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.assessments.models import Assessment
    from atlas.publishing.zone_trees import ZoneTrees

# Steps of a published probability, in hundredths (decision 0027): the probabilities of a tier sum
# to the number of worst zones, so fine ones of all but one zone would tell the last one's.
STEP_PERCENT = 1
STEP_BESIDE_WITHHELD_PERCENT = 5
# What is left of a probability's last binary digits, in hundredths.
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Doubt:
    """
    How one zone's rank moves in the trials; the fields are those of a published score.

    Attributes
    ----------
    rank_low, rank_high
        Nine of ten trials put it there; None where that may not be told or is not known.
    worst
        How many worst zones were asked about; None where its tier ranks no more than so many.
    in_worst_percent
        Of 100 trials, how many at least make it one of them.
    is_robust
        Whether its high need is robust.
    """

    rank_low: float | None
    rank_high: float | None
    worst: int | None
    in_worst_percent: int | None
    is_robust: bool


NO_DOUBT = Doubt(None, None, None, None, is_robust=False)


def doubts_of(assessment: Assessment, zones: ZoneTrees, exact: Sequence[bool]) -> list[Doubt]:
    """
    Return what may be told of the doubt of every zone's rank.

    Parameters
    ----------
    assessment
        Whose trials.
    zones
        The zones.
    exact
        Of each zone, whether its score may be shown.

    Returns
    -------
    doubts
        In the order of `zones`. `NO_DOUBT` where the score is withheld: the trials would tell it.
        Where a ranked zone of the tier is withheld, probabilities come in coarser steps.
    """
    rows = {
        row.zone.code: row
        for row in RankDoubt.objects.filter(assessment=assessment).select_related("zone")
    }
    ranked = set(
        Score.objects.filter(assessment=assessment, rank__isnull=False).values_list(
            "zone__code", flat=True
        )
    )
    coarse = {
        tier
        for code, tier, is_exact in zip(zones.code, zones.tier, exact, strict=True)
        if code in ranked and not is_exact
    }
    return [
        _doubt(rows[code], STEP_BESIDE_WITHHELD_PERCENT if tier in coarse else STEP_PERCENT)
        if is_exact and code in ranked and code in rows
        else NO_DOUBT
        for code, tier, is_exact in zip(zones.code, zones.tier, exact, strict=True)
    ]


def percent_at_least(probability: float, step: int) -> int:
    """
    Return the probability in hundredths, rounded down to whole steps.

    Parameters
    ----------
    probability
        0 to 1.
    step
        In hundredths.

    Returns
    -------
    percent
        Never more than the probability: what is certain in a rounded text is certain.

    Examples
    --------
    >>> percent_at_least(0.29, 1), percent_at_least(0.979, 5), percent_at_least(1.0, 5)
    (29, 95, 100)
    """
    return floor(round(100 * probability, _DECIMALS) / step) * step


def _doubt(row: RankDoubt, step: int) -> Doubt:
    if row.rank_low is None or row.rank_high is None:
        return NO_DOUBT
    return Doubt(
        rank_low=row.rank_low,
        rank_high=row.rank_high,
        worst=row.worst,
        in_worst_percent=None if row.in_worst is None else percent_at_least(row.in_worst, step),
        is_robust=row.is_robust,
    )
