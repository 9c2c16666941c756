"""Scores every tier of every tree from its own counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.outcome import ZoneScores
from atlas.engine.errors import LedgerError
from atlas.engine.known import known_weights, with_causes
from atlas.engine.need import Levels, gap, score
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.outcome import Split, ZoneTable
    from atlas.engine.known import CountsKnown
    from atlas.engine.need import Scores
    from atlas.engine.types import Bool, Float64, Int64

CLOSE = 1e-9


def scores_of(
    split: Split, counts: CountsKnown, zones: ZoneTable, standard: Standard, children: Int64
) -> ZoneScores:
    """
    Return the need of every zone.

    Parameters
    ----------
    split, counts, zones, standard
        What was found, and by what it is judged.
    children
        Shape (n, G), millionths.

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
    levels = _levels(split, counts, standard)
    parts = []
    rows = []
    for tier in range(len(zones.tiers)):
        of_tier = zones.tier == tier
        for unassigned in (False, True):
            row = np.flatnonzero(of_tier & (zones.is_unassigned == unassigned))
            if row.size:
                rows.append(row)
                parts.append(_scored(levels, standard, children[row], row, unassigned))
    order = np.argsort(np.concatenate(rows), kind="stable")
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
        weights=known_weights(levels, standard.weights),
        points=points,
        without=without,
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


def _scored(
    levels: Levels, standard: Standard, children: Int64, row: Int64, unassigned: bool
) -> Scores:
    rule = standard.score_rule
    whole = children.sum(axis=1) // MICRO
    found = score(Levels(levels.x[row], levels.reason[row]), standard.weights, rule, whole)
    if unassigned:
        return replace(found, rank=np.zeros_like(found.rank), ranked_of=0)
    return found


def _assert_sums(need: Float64, points: Float64) -> None:
    scored = ~np.isnan(need)
    apart = np.abs(np.nansum(points[scored], axis=1) - need[scored])
    if (apart > CLOSE).any():
        msg = f"contributions do not sum to their score: off by {apart.max()}"
        raise LedgerError(msg)
