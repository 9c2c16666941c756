"""Gaps at every level of reach and provision, computed once and looked up (METHOD §8)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.columns import blocks
from atlas.engine.doubt.block_levels import Asked, add_block
from atlas.engine.errors import ShapeError
from atlas.engine.inputs import MOST_CHILDREN_MICRO, refuse_unless
from atlas.engine.margins import roll_up
from atlas.engine.supply import ground_of

if TYPE_CHECKING:
    from atlas.engine.doubt.counts import Replicates
    from atlas.engine.doubt.draws import Spread
    from atlas.engine.margins import Pieces
    from atlas.engine.supply import City
    from atlas.engine.types import Bool, Float64, Int64


@dataclass(frozen=True, slots=True)
class GapLevels:
    """
    Who is not served, of S services in z zones, at l levels of reach, f of provision, r replicates.

    Parameters
    ----------
    not_served
        Shape (S, z, l, f, r), millionths of children in reach of too few places or of none.
    known
        Shape (S, z, r), millionths of children it is known of.
    """

    not_served: Int64
    known: Int64

    def over(self, pieces: Pieces) -> GapLevels:
        """
        Add the pieces of a city up over its zones.

        Parameters
        ----------
        pieces
            Which zone holds which piece.

        Returns
        -------
        levels
            Of every zone of every tree.
        """
        return GapLevels(
            np.stack([roll_up(of_service, pieces) for of_service in self.not_served]),
            np.stack([roll_up(of_service, pieces) for of_service in self.known]),
        )

    def of(self, zones: Int64 | Bool) -> GapLevels:
        """
        Return the levels of some zones.

        Parameters
        ----------
        zones
            Which, in which order: those of one tier.

        Returns
        -------
        levels
            Of these zones alone.
        """
        return GapLevels(self.not_served[:, zones], self.known[:, zones])

    def table(self, service: int) -> Float64:
        """
        Return the gaps of a service as rows to look up.

        Parameters
        ----------
        service
            Which.

        Returns
        -------
        x
            Shape (l·f·r, z), in [0, 1], the replicate counting fastest; 0 where nobody is known.
        """
        not_served, known = self.not_served[service], self.known[service]
        x = not_served / np.maximum(known, 1)[:, None, None]
        return np.ascontiguousarray(x.reshape(len(x), math.prod(x.shape[1:])).T)


def gap_levels(
    city: City,
    incomplete: Bool,
    spread: Spread,
    counts: Replicates,
    component: Int64 | None = None,
) -> GapLevels:
    """
    Return who is not served at every level of reach and provision and in every replicate.

    Parameters
    ----------
    city
        The inputs, checked and snapped.
    incomplete
        Where the layer of a service is judged incomplete, shape (s, z).
    spread
        The levels.
    counts
        The replicates of the counts.
    component
        Which gap the children of a service and group count for, shape (s, g): one service may be
        split by sex or band. By default each service is one.

    Returns
    -------
    levels
        At 0 % and one replicate as counted: full + out and children − unknown of
        `atlas.engine.coverage`, to the last digit.

    Raises
    ------
    ShapeError
        If the replicates are not of the city's points, or `component` not of its requirements.
    InputError
        If the pairs of place and point of one block are more than can be kept, or a replicate
        could have more children than can be added up.

    Notes
    -----
    Source: METHOD §8 (ours); even sharing, METHOD §5. Each place is searched from once, to its
    farthest level; the pairs are kept while their block is worked on. A level of reach is rounded
    half up to a centimetre. A factor f on the provision divides what arrives by f; no search
    follows. Where services share pools the reach and provision of one vary while the others keep
    the adopted ones, and the pools are shared out anew. A catchment or a city-wide service keeps
    its members at every level; unknown capacities, layers and streets stay unknown.
    """
    services, provisions = city.requirements.shape[0], len(spread.provision_pct)
    points, zones = city.demand.code.size, int(incomplete.shape[1])
    if counts.cell.size != points or incomplete.shape != (services, zones):
        msg = f"{counts.cell.size} cells for {points} points, incomplete {incomplete.shape}"
        raise ShapeError(msg)
    most = float(counts.factor.max(initial=1)) * float(city.demand.children_micro.sum())
    refuse_unless(most < 2 * MOST_CHILDREN_MICRO, "more children than the engine can add up")
    if component is None:
        component = np.broadcast_to(np.arange(services)[:, None], city.requirements.shape)
    if component.shape != city.requirements.shape or component.min(initial=0) < 0:
        msg = f"component {component.shape} for requirements {city.requirements.shape}"
        raise ShapeError(msg)
    gaps = int(component.max(initial=-1)) + 1
    shape = (gaps, zones, len(spread.reach_pct), provisions, counts.count)
    levels = GapLevels(np.zeros(shape, np.int64), np.zeros((gaps, zones, counts.count), np.int64))
    asked = Asked(spread, incomplete, counts, component)
    ground = ground_of(city)
    for block in blocks(city.pools, city.requirements):
        add_block(city, ground, block, asked, levels)
    return levels
