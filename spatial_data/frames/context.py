"""Context indicators and their values, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spatial_data.frames.reading import columns, index_of, numbers, texts
from spatial_data.models import ContextIndicator

if TYPE_CHECKING:
    from spatial_data.frames.reading import Bool, Float64, Int32, Int64, StrArray
    from spatial_data.models import LayerVersion


@dataclass(frozen=True, slots=True)
class Context:
    """
    Context indicators, sorted by code, and their values, one row a value, sorted by code and zone.

    Parameters
    ----------
    code
        Of the indicators, shape (c,).
    tier, domain, normalisation
        Shape (c,).
    good, bad
        Shape (c,), goalposts in the indicator's unit.
    weight_micro
        Shape (c,), millionths of the score where the adopted set does not weigh the indicator.
    is_deprivation
        Shape (c,), true for one at most.
    indicator
        Of the values, shape (m,): row of the indicator.
    zone
        Shape (m,), code of the zone.
    number, standard_error
        Shape (m,), NaN where there is none.
    reason
        Shape (m,): empty where there is a number, else ``missing`` or ``not_applicable``.
    """

    code: StrArray
    tier: StrArray
    domain: StrArray
    normalisation: StrArray
    good: Float64
    bad: Float64
    weight_micro: Int64
    is_deprivation: Bool
    indicator: Int32
    zone: StrArray
    number: Float64
    standard_error: Float64
    reason: StrArray


def context(version: LayerVersion) -> Context:
    """
    Return the indicators of one version of the layer ``context``.

    Parameters
    ----------
    version
        Which.

    Returns
    -------
    context
        As published; nothing is carried to other tiers.
    """
    stored = ContextIndicator.objects.filter(layer_version=version).select_related("tier")
    rows = sorted(stored, key=lambda row: str(row.code))
    codes = texts([row.code for row in rows])
    of, zone, number, error, reason = columns("frame_context", 5, version)
    return Context(
        code=codes,
        tier=texts([row.tier.code for row in rows]),
        domain=texts([row.domain for row in rows]),
        normalisation=texts([row.normalisation for row in rows]),
        good=np.array([row.good for row in rows], np.float64),
        bad=np.array([row.bad for row in rows], np.float64),
        weight_micro=np.array([row.weight_micro for row in rows], np.int64),
        is_deprivation=np.array([row.is_deprivation for row in rows], np.bool_),
        indicator=index_of(codes, texts(of)),
        zone=texts(zone),
        number=numbers(number),
        standard_error=numbers(error),
        reason=texts(reason),
    )
