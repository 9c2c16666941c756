"""Where zones stand in order of need, also those of which only the class is published."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Standing:
    """A zone's rank, or the first and the last it can have; 1 is the most need."""

    first: float
    last: float

    @property
    def is_exact(self) -> bool:
        """Whether there is one rank, not a span of them."""
        return self.first == self.last


def standings(
    ranks: Sequence[float | None], classes: Sequence[int | None], few: Sequence[bool]
) -> list[Standing | None]:
    """
    Return where each zone stands, from nothing but what is published.

    Parameters
    ----------
    ranks
        The published ranks; None where there is none, or where it is withheld.
    classes
        The published classes, 1 to 5; None where there is no score.
    few
        Whether the zone has too few children for a rank.

    Returns
    -------
    standings
        The rank where it is published. Where only the class is: after all ranked zones of higher
        classes, before all of lower ones. None where a zone is not ranked.

    Examples
    --------
    >>> found = standings([1, None, None, None], [5, 4, 4, 1], [False] * 4)
    >>> [(s.first, s.last) for s in found]
    [(1, 1), (2, 3), (2, 3), (4, 4)]
    """
    count = Counter(c for c, is_few in zip(classes, few, strict=True) if c and not is_few)

    def of(rank: float | None, own: int | None, is_few: bool) -> Standing | None:
        if rank is not None:
            return Standing(rank, rank)
        if own is None or is_few:
            return None
        above = sum(zones for c, zones in count.items() if c > own)
        return Standing(above + 1, above + count[own])

    return [of(*zone) for zone in zip(ranks, classes, few, strict=True)]
