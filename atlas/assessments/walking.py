"""What children reach by the ways of walking of a standard, beside any route."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.inputs.standard import SEXES, group_of
from atlas.assessments.outcome import WalkSplit
from atlas.engine.inputs import WALK
from atlas.engine.known import with_causes
from atlas.engine.margins import roll_up
from atlas.engine.reach import Walkers, reached_in, safety_gap
from atlas.engine.walks import walk_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.assessments.inputs.profiles import BandProfile
    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.outcome import Split
    from atlas.engine.known import CountsKnown
    from atlas.engine.margins import Pieces
    from atlas.engine.need import Levels
    from atlas.engine.reach import WalkReach
    from atlas.engine.supply import City
    from atlas.engine.types import Bool, Int64

AMOUNTS = ("children", "reached", "unknown", "unsnapped")


@dataclass(frozen=True, slots=True)
class Ground:
    """
    What is walked over, by whom, to what.

    Attributes
    ----------
    city
        Streets, children and places, snapped once for all ways of walking.
    incomplete
        Services whose layer is incomplete, shape (S, pieces).
    """

    city: City
    incomplete: Bool


def walks_of(
    ground: Ground, standard: Standard, split: Split, counts: CountsKnown, pieces: Pieces
) -> tuple[WalkSplit, ...]:
    """
    Return what children reach in every zone by each way of walking of a standard.

    Parameters
    ----------
    ground
        What is walked over.
    standard
        Whose profiles.
    split
        What is reached by any route.
    counts, pieces
        How the children are known, and where the points lie.

    Returns
    -------
    walks
        One a profile, in the order of their codes; none where the standard has none. City-wide
        services are not walked to and not asked for.

    Raises
    ------
    LedgerError
        If a profile reaches a child whom no route reaches.
    """
    asked = [_asked(standard, one) for one in standard.profiles]
    walkers = [
        Walkers(walk_of(ground.city.network, one.profile), groups)
        for one, groups in zip(standard.profiles, asked, strict=True)
    ]
    reaches = reached_in(ground.city, ground.incomplete, walkers=walkers)
    codes = [one.code for one in standard.profiles]
    limit = float(standard.parameters.share("unknown_limit"))
    walks = []
    for code in dict.fromkeys(codes):
        rows = [row for row, one in enumerate(codes) if one == code]
        groups = np.logical_or.reduce([asked[row] for row in rows])
        amounts = _amounts([reaches[row] for row in rows], pieces)
        walks.append(_split(code, groups, amounts, (split, counts, limit)))
    return tuple(walks)


def _asked(standard: Standard, one: BandProfile) -> Bool:
    """Return which services and groups a profile is asked for, shape (S, G)."""
    groups = np.zeros(standard.applies.shape[1], np.bool_)
    groups[[group_of(standard.bands, band, sex) for band in one.bands for sex in SEXES]] = True
    is_walked = standard.requirements.mode == WALK
    return np.asarray(standard.applies & is_walked[:, None] & groups)


def _amounts(reaches: Sequence[WalkReach], pieces: Pieces) -> dict[str, Int64]:
    """Return the amounts of every zone; the bands of one profile are each other's rest."""
    return {
        name: roll_up(np.sum([getattr(one, name) for one in reaches], axis=0), pieces)
        for name in AMOUNTS
    }


def _split(
    code: str,
    asked: Bool,
    amounts: dict[str, Int64],
    known_by: tuple[Split, CountsKnown, float],
) -> WalkSplit:
    """Return the split of one profile, with the gap of each service and of each group."""
    split, counts, limit = known_by
    by_any = np.where(asked, split.served + split.full, 0)
    every = {"by_any": by_any, **amounts}
    missing = np.where(asked, counts.is_missing[:, None, :], False)
    of_service = {name: amount.sum(axis=2) for name, amount in every.items()}
    all_missing = np.asarray((missing | ~asked).all(axis=2) & asked.any(axis=1))
    return WalkSplit(
        code=code,
        asked=asked,
        children=amounts["children"],
        reached=amounts["reached"],
        by_any=by_any,
        unknown=amounts["unknown"],
        gap=_gap(of_service, all_missing, limit),
        group_gap=_gap(every, missing, limit),
    )


def _gap(amounts: dict[str, Int64], missing: Bool, limit: float) -> Levels:
    levels = safety_gap(
        amounts["by_any"], amounts["reached"], amounts["children"], amounts["unknown"], limit
    )
    return with_causes(levels, amounts["unsnapped"], amounts["children"], missing, limit)
