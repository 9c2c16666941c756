"""Scores every tier of every tree from its own counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from atlas.assessments.outcome import ZoneScores
from atlas.assessments.outcome_context import PartScores
from atlas.engine.errors import LedgerError
from atlas.engine.known import known_weights, with_causes
from atlas.engine.need import Levels, gap
from atlas.engine.subscores import Components, Family, need_profile, side_by_side
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.outcome import Split, ZoneTable
    from atlas.assessments.outcome_context import ContextFound
    from atlas.engine.known import CountsKnown
    from atlas.engine.subscores import NeedProfile
    from atlas.engine.types import Bool, Float64, Int64, UInt8

CLOSE = 1e-9


def scores_of(
    split: Split,
    counts: CountsKnown,
    zones: ZoneTable,
    standard: Standard,
    children: Int64,
    context: ContextFound,
) -> ZoneScores:
    """
    Return the need of every zone.

    Parameters
    ----------
    split, counts, zones, standard
        What was found, and by what it is judged.
    children
        Shape (n, G), millionths.
    context
        What is measured of zones beside their services.

    Returns
    -------
    scores
        Each tier is scored and ranked by itself; zones for what lies in no other are scored and
        not ranked.

    Raises
    ------
    LedgerError
        If the contributions of a zone do not sum to its score to 1e-9.
    """
    levels = side_by_side(_levels(split, counts, standard), context.weighed())
    components = _components(standard)
    constant = context.weighed_constant()
    profiles = []
    rows = []
    for tier in range(len(zones.tiers)):
        of_tier = zones.tier == tier
        for unassigned in (False, True):
            row = np.flatnonzero(of_tier & (zones.is_unassigned == unassigned))
            if row.size:
                rows.append(row)
                told = Told(levels, components, constant[row[0]])
                profiles.append(_scored(told, standard, children[row], row, unassigned))
    order = np.argsort(np.concatenate(rows), kind="stable")
    parts = [profile.need for profile in profiles]
    ranked_of = [np.full(part.need.size, part.ranked_of, np.int32) for part in parts]
    found = {
        name: np.concatenate([getattr(part, name) for part in parts])[order]
        for name in ("need", "lo", "hi", "known_weight", "rank", "reason", "flags")
    }
    points, without = (
        np.concatenate([getattr(part, name) for part in parts])[order]
        for name in ("contributions", "without")
    )
    _assert_sums(found["need"], points)
    return ZoneScores(
        need=found["need"],
        lowest=found["lo"],
        highest=found["hi"],
        known_weight=found["known_weight"],
        rank=found["rank"],
        ranked_of=np.concatenate(ranked_of)[order],
        reason=found["reason"],
        flags=found["flags"],
        children_micro=children.sum(axis=1),
        levels=levels,
        weights=np.concatenate(
            [
                known_weights(Levels(levels.x[row], levels.reason[row]), profile.weight)
                for row, profile in zip(rows, profiles, strict=True)
            ]
        )[order],
        points=points,
        without=without,
        parts=_parts(profiles, order),
    )


def _levels(split: Split, counts: CountsKnown, standard: Standard) -> Levels:
    """Return the gap of each service, over the groups it applies to."""
    limit = float(standard.parameters.share("unknown_limit"))
    of = {
        name: getattr(split, name).sum(axis=2)
        for name in ("full", "out", "children", "unknown", "unsnapped")
    }
    levels = gap(of["full"], of["out"], of["children"], of["unknown"], limit)
    missing = _missing(counts.is_missing, standard.applies)
    return with_causes(levels, of["unsnapped"], of["children"], missing, limit)


def _missing(is_missing: Bool, applies: Bool) -> Bool:
    """Return where the children of every group of a service are missing, shape (n, S)."""
    return np.asarray((is_missing[:, None, :] | ~applies[None]).all(axis=2) & applies.any(axis=1))


@dataclass(frozen=True, slots=True)
class Told:
    """The levels of all zones, what they are of, and which context tells a tier's zones nothing."""

    levels: Levels
    components: Components
    constant: Bool


def _components(standard: Standard) -> Components:
    """Return what a score is made of: services, then context indicators."""
    gaps, context = len(standard.services), len(standard.indicators)
    return Components(
        weight=standard.weights,
        domain=standard.weighting.domain.astype(np.int32),
        family=np.repeat([Family.GAP, Family.CONTEXT], [gaps, context]).astype(np.uint8),
        domains=standard.weighting.domain_code.size,
    )


def _scored(
    told: Told, standard: Standard, children: Int64, row: Int64, unassigned: bool
) -> NeedProfile:
    gaps = np.zeros(len(standard.services), np.bool_)
    found = need_profile(
        Levels(told.levels.x[row], told.levels.reason[row]),
        told.components,
        standard.score_rule,
        children=children.sum(axis=1) // MICRO,
        is_constant=np.concatenate([gaps, told.constant]),
    )
    if unassigned:
        need = replace(found.need, rank=np.zeros_like(found.need.rank), ranked_of=0)
        return replace(found, need=need)
    return found


def _parts(profiles: Sequence[NeedProfile], order: Int64) -> PartScores:
    """Return the sub-scores of all tiers, in the order of the zones."""

    def together(parts: Iterable[Float64 | UInt8]) -> Any:  # noqa: ANN401 - numbers or codes
        return np.concatenate(list(parts))[order]

    return PartScores(
        gaps=together(profile.gaps.need for profile in profiles),
        gaps_reason=together(profile.gaps.reason for profile in profiles),
        context=together(profile.context.need for profile in profiles),
        context_reason=together(profile.context.reason for profile in profiles),
        domains=together(
            np.stack([own.need for own in profile.domains], axis=1) for profile in profiles
        ),
        domains_reason=together(
            np.stack([own.reason for own in profile.domains], axis=1) for profile in profiles
        ),
    )


def _assert_sums(need: Float64, points: Float64) -> None:
    scored = ~np.isnan(need)
    apart = np.abs(np.nansum(points[scored], axis=1) - need[scored])
    if (apart > CLOSE).any():
        msg = f"contributions do not sum to their score: off by {apart.max()}"
        raise LedgerError(msg)
