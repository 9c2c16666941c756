"""What a question of siting is answered with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from atlas.engine.inputs import refuse_unless

if TYPE_CHECKING:
    from fractions import Fraction

    from atlas.engine.types import Int64


class Standing(Enum):
    """How a proposal was found, and what is known of it."""

    INFEASIBLE = "infeasible"
    """Those chosen in advance are more than is allowed; nothing is proposed."""
    GREEDY = "greedy"
    """Found at once; `guarantee` says how good it is at worst."""
    LIMITED = "limited"
    """The search met its limits; `bound` says what could still be gained."""
    PROVEN = "proven"
    """No choice gains more."""


GREEDY_COUNT = 1.0 - 1.0 / math.e
"""Share of the best gain that the greedy choice of a count has (Nemhauser et al. 1978)."""

GREEDY_BUDGET = 1.0 - 1.0 / math.sqrt(math.e)
"""The same for a budget, the better of gain per cost and best single (Khuller et al. 1999)."""

NO_GUARANTEE = 0.0


@dataclass(frozen=True, slots=True)
class Effort:
    """
    How long an exact search may go on; never a clock, so the answer is the same on any machine.

    Parameters
    ----------
    nodes
        Nodes of the search tree at most.
    gap
        Share of the best possible gain that need not be looked for; 0 proves the best.
    seed
        Of the solver.
    pricings
        Rounds of pricing that bound the walking saved.
    most_terms
        A model with more terms is not built: the bound found until then stands.
    """

    nodes: int = 100_000
    gap: float = 0.0
    seed: int = 0
    pricings: int = 400
    most_terms: int = 1_000_000

    def check(self) -> None:
        """
        Refuse limits that are none.

        Raises
        ------
        InputError
            If one is negative or the gap is not below 1.
        """
        counted = min(self.nodes, self.seed, self.pricings, self.most_terms) >= 0
        fits = counted and 0.0 <= self.gap < 1.0
        refuse_unless(fits, "the limits of the search are out of range")


@dataclass(frozen=True, slots=True)
class Lowest:
    """
    The worst-off zone among those that some candidate can raise.

    Attributes
    ----------
    zone, zone_before
        Which zone, after and before; -1 where no zone counts.
    coverage, coverage_before
        Its coverage, exact; 1 where no zone counts.
    coverage_bound
        No allowed choice raises the lowest coverage further.
    """

    zone: int
    coverage: Fraction
    zone_before: int
    coverage_before: Fraction
    coverage_bound: Fraction


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    Candidates to open, and what the model says they gain.

    Attributes
    ----------
    chosen
        Rows of the caller's candidates: first those chosen in advance, by code, then the others,
        each gaining most after those before it. Who gains nothing is left out.
    gain
        What the model says each gains when added after those before it, shape (c,): weights
        served, or weights times walking saved.
    value
        Their sum.
    bound
        No allowed choice has a larger value; where the worst-off count first, none of those that
        raise the lowest coverage as far.
    spent
        What they cost, in the unit of the allowance.
    standing
        How the proposal was found.
    guarantee
        Share of the best gain over those chosen in advance that the way it was found has at worst.
    next_candidate, next_gain
        Who would be opened next if it were allowed, and what that gains; -1 and 0 where nobody
        gains.
    allotted
        Where capacities count, everybody whom the best allocation serves, existing places
        included: a limit from above that no sharing passes, said wherever it is shown.
    lowest
        Where the worst-off count first: the lowest coverage.
    """

    chosen: Int64
    gain: Int64
    value: int
    bound: int
    spent: int
    standing: Standing
    guarantee: float
    next_candidate: int
    next_gain: int
    allotted: int | None = None
    lowest: Lowest | None = None

    @property
    def is_best_allocation(self) -> bool:
        """Whether values come from the best allocation of children to capacities."""
        return self.allotted is not None

    @property
    def gap(self) -> float:
        """Share of the bound that may still be missing; 0 where nothing can be gained."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0
