"""Coverage along deprivation as published: in steps so wide that no child is told."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.models import ServiceGradient, ZoneContext
from atlas.publishing.context import indicators_of
from atlas.publishing.rows import GradientRow
from atlas.publishing.tally import SERVED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from atlas.assessments.models import Assessment
    from atlas.engine.disclosure import Disclosed
    from atlas.engine.types import Float64, Int64
    from atlas.publishing.figures import Figures
    from atlas.publishing.tally import Axes
    from atlas.publishing.zone_trees import ZoneTrees

SUPPRESSED = "suppressed"
WHOLE_PERCENT = 100
# Steps of a share, in hundredths: the least whose width stands for so many times the adopted least
# count of the children at an end.
STEPS_PERCENT = (1, 2, 5, 10)
LEAST_BESIDE_WITHHELD_PERCENT = 5
LEAST_COUNTS_A_STEP = 2
FIFTHS = 5
ALONE = 1
ENDS = ("most_deprived", "least_deprived")
INDEX = "erreygers_percent"
BOUNDS = ("", "_low", "_high")
FIGURES = ("step_percent", *(f"{name}{bound}" for name in (*ENDS, INDEX) for bound in BOUNDS))
_ALL = 0


def gradient_rows(
    assessment: Assessment,
    published: tuple[Figures, Disclosed],
    zones: ZoneTrees,
    axes: Axes,
    rules: Mapping[str, Any],
) -> list[GradientRow]:
    """
    Return what may be told of coverage along deprivation.

    Parameters
    ----------
    assessment
        Whose gradients.
    published
        The splits and which of them may be shown.
    zones, axes
        Codes of their rows and columns.
    rules
        The adopted least count.

    Returns
    -------
    rows
        Of every tier and service. Suppressed where the children at an end are too few for the
        widest step, or exactly one zone there is withheld (decision 0034).
    """
    degree = _deprivation(assessment, zones)
    least = int(rules["disclosure_threshold_public"])
    rows = []
    found = ServiceGradient.objects.filter(assessment=assessment)
    for one in sorted(found, key=lambda row: (row.tier_code, row.service)):
        step = None if one.reason else _step(one, published, (zones, axes, degree), least)
        told = {} if step is None else _told(one, step)
        rows.append(
            GradientRow(
                tier_code=one.tier_code,
                service=one.service,
                reason=one.reason or ("" if told else SUPPRESSED),
                **(dict.fromkeys(FIGURES) | told),
            )
        )
    return rows


def step_percent(children: int, withheld: int, least: int) -> int | None:
    """
    Return the step of a share of some children.

    Parameters
    ----------
    children
        How many there are at an end.
    withheld
        In how many zones there the split is withheld.
    least
        The adopted least count.

    Returns
    -------
    step
        In hundredths; None where nothing may be told.

    Examples
    --------
    >>> step_percent(3000, 0, 10), step_percent(3000, 2, 10), step_percent(300, 0, 10)
    (1, 5, 10)
    >>> step_percent(3000, 1, 10), step_percent(150, 0, 10)
    (None, None)
    """
    if withheld == ALONE:
        return None
    for step in STEPS_PERCENT:
        enough = children * step >= WHOLE_PERCENT * LEAST_COUNTS_A_STEP * least
        if enough and (not withheld or step >= LEAST_BESIDE_WITHHELD_PERCENT):
            return step
    return None


def nearest(share: float, step: int) -> int:
    """
    Return a share in hundredths, rounded to the nearest step.

    Examples
    --------
    >>> nearest(0.412, 1), nearest(0.412, 5), nearest(-0.412, 5), nearest(0.425, 5)
    (41, 40, -40, 45)
    """
    return step * floor(WHOLE_PERCENT * share / step + 0.5)


def _step(
    one: ServiceGradient,
    published: tuple[Figures, Disclosed],
    where: tuple[ZoneTrees, Axes, Float64],
    least: int,
) -> int | None:
    """Return the step that both ends and the index bear; None where one bears none."""
    zones, axes, degree = where
    figures, disclosed = published
    row = np.flatnonzero(np.array(zones.tier) == one.tier_code)
    at = axes.services.index(one.service)
    shown = disclosed.parts[row, at, _ALL, _ALL]
    parts = figures.parts[row, at, _ALL, _ALL]
    known = parts.sum(axis=1) - parts[:, UNKNOWN]
    counted = (known > 0) & ~np.isnan(degree[row])
    withheld = counted & ~(shown[:, SERVED] & shown[:, UNKNOWN])
    living = int(known[counted].sum())
    held = [
        _held(known[counted], order * degree[row][counted], withheld[counted])
        for order in (-1.0, 1.0)
    ]
    # Both ends must bear the step, and so must the index, which is a sum over all zones.
    steps = [
        step_percent(living // FIFTHS, hidden, least) for hidden in (*held, int(withheld.sum()))
    ]
    told = [step for step in steps if step is not None]
    return max(told) if len(told) == len(steps) else None


def _held(children: Int64, order: Float64, withheld: Int64) -> int:
    """Return how many withheld zones stand behind the first fifth of the children in an order."""
    by = np.argsort(order, kind="stable")
    before = np.cumsum(children[by]) - children[by]
    first = before * FIFTHS < children.sum()
    # Who ties at the cut is taken in part, all of them alike.
    last = order[by][first].max(initial=-np.inf)
    return int(withheld[order <= last].sum())


def _told(one: ServiceGradient, step: int) -> dict[str, int | None]:
    """Return a gradient in steps; wide ones never say none or all, but fewer and more."""
    least = 0 if step == STEPS_PERCENT[0] else step
    told: dict[str, int | None] = {"step_percent": step}
    for end in ENDS:
        for bound in BOUNDS:
            share = nearest(getattr(one, f"{end}{bound}"), step)
            told[f"{end}{bound}"] = max(least, min(WHOLE_PERCENT - least, share))
    for bound in BOUNDS:
        told[f"{INDEX}{bound}"] = nearest(getattr(one, f"erreygers{bound}"), step)
    return told


def _deprivation(assessment: Assessment, zones: ZoneTrees) -> Float64:
    """Return by what zones are ranked, more the worse; NaN where it is not known."""
    degree = np.full(len(zones.code), np.nan)
    ranked = next((one for one in indicators_of(assessment) if one.is_deprivation), None)
    if ranked is None:
        return degree
    row = {code: z for z, code in enumerate(zones.code)}
    values = ZoneContext.objects.filter(
        assessment=assessment, indicator=ranked.code, smoothed__isnull=False
    )
    worse = 1.0 if ranked.bad > ranked.good else -1.0
    for code, value in values.values_list("zone__code", "smoothed"):
        degree[row[code]] = worse * float(value or 0.0)
    return degree
