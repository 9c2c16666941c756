"""Proposals scored anew by the method itself: the gain that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.coverage import coverage
from atlas.engine.siting.openings import with_open

if TYPE_CHECKING:
    from collections.abc import Callable

    from atlas.engine.siting.openings import Baseline, Openings
    from atlas.engine.siting.proposal import Proposal
    from atlas.engine.types import Int64


@dataclass(frozen=True, slots=True)
class Scored:
    """
    What a proposal gains by the method, in millionths of children served.

    Attributes
    ----------
    before
        Served as it is, shape (z, g).
    gain
        What each chosen candidate adds after those before it, shape (c, z, g).
    next_gain
        What the next one would add to all of them, shape (z, g); 0 where there is none.
    """

    before: Int64
    gain: Int64
    next_gain: Int64

    @property
    def value(self) -> int:
        """What the whole proposal gains."""
        return sum(self.gain.ravel().tolist())


def scored_anew(proposal: Proposal, rescore: Callable[[Int64], Int64]) -> Scored:
    """
    Return what a proposal gains by the method.

    Parameters
    ----------
    proposal
        Candidates in order.
    rescore
        Answers rows of open candidates with the children served, millionths, shape (z, g): of
        `rescore_by_coverage`, or of anything that changes a city one place after another; each
        call has one more at its end.

    Returns
    -------
    scored
        This is the gain to be shown; the proposal's own is the model's.
    """
    rows = proposal.chosen
    if proposal.next_candidate >= 0:
        rows = np.append(rows, proposal.next_candidate)
    served = np.stack([rescore(rows[:k]) for k in range(rows.size + 1)]).astype(np.int64)
    gain = np.diff(served, axis=0)
    chosen = proposal.chosen.size
    next_gain = gain[chosen] if rows.size > chosen else np.zeros_like(served[0])
    return Scored(served[0], gain[:chosen], next_gain)


def rescore_by_coverage(
    baseline: Baseline, openings: Openings, service: int
) -> Callable[[Int64], Int64]:
    """
    Return a function that assesses the whole city with some candidates open.

    Parameters
    ----------
    baseline, openings
        The city and its candidates.
    service
        Whose children served are asked for.

    Returns
    -------
    rescore
        For `scored_anew`: rows of open candidates to children served, shape (z, g).

    Notes
    -----
    Source: METHOD §5, by `coverage`, nothing else.
    """

    def rescore(chosen: Int64) -> Int64:
        city = with_open(baseline, openings, chosen)
        result = coverage(
            city.network,
            city.demand,
            city.places,
            city.pools,
            city.requirements,
            city.incomplete,
            assigned=city.assigned,
            threads=city.threads,
        )
        return result.served[:, service, :]

    return rescore
