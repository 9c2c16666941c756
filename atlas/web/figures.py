"""Shares and classes of published counts, for drawing. Whole numbers in, whole numbers out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

STATES = ("served", "full", "out", "unknown")
# Full and out together, where they may not be shown apart.
TOGETHER = ("served", "not_served", "unknown")
CLASSES = 5
# A bar's part narrower than this, in hundredths, has no room for its count.
ROOM_FOR_A_COUNT = 12


def hundredths(parts: list[int]) -> list[int]:
    """
    Return the shares of `parts` in whole hundredths that sum to 100.

    Examples
    --------
    >>> hundredths([1, 1, 1])
    [34, 33, 33]
    >>> hundredths([0, 0])
    [0, 0]
    """
    total = sum(parts)
    if total == 0:
        return [0] * len(parts)
    shares = [100 * part // total for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda i: (-(100 * parts[i] % total), i))
    for i in by_rest[: 100 - sum(shares)]:
        shares[i] += 1
    return shares


def gap_percent(served: int, lacking: int) -> int | None:
    """Return how many of 100 children we know about are not served; None where we know of none."""
    known = served + lacking
    return None if known == 0 else (200 * lacking + known) // (2 * known)


def gap_class(served: int, lacking: int) -> int | None:
    """
    Return the class 1 to 5 of the gap, by exact comparison at 20, 40, 60 and 80 hundredths.

    Examples
    --------
    >>> gap_class(served=80, lacking=20)
    2
    >>> gap_class(served=801, lacking=199)
    1
    """
    known = served + lacking
    return None if known == 0 else min(CLASSES, 1 + 5 * lacking // known)


def is_too_unknown(children: int, unknown: int, limit: Fraction) -> bool:
    """Say whether a larger share of the children than `limit` is unknown: there is no gap then."""
    return limit.denominator * unknown > limit.numerator * children


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split bar."""

    state: str
    count: int
    share: int

    @property
    def has_room(self) -> bool:
        """Whether the part is wide enough to hold its count."""
        return self.share >= ROOM_FOR_A_COUNT and self.state != "unknown"


@dataclass(frozen=True, slots=True)
class Split:
    """The children of one zone, service and group by what the service does for them."""

    children: int | None
    parts: tuple[Part, ...]
    reason: str | None
    quality: str | None
    flags: tuple[str, ...]
    unknown_limit: Fraction

    @property
    def served_share(self) -> int | None:
        """How many of 100 children are served, of all of them; None where there is no gap."""
        if not self.is_known or not self.children:
            return None
        return (200 * self.counts["served"] + self.children) // (2 * self.children)

    @property
    def counts(self) -> dict[str, int]:
        """Return the counts by state; empty where there are none to show."""
        return {part.state: part.count for part in self.parts}

    @property
    def is_together(self) -> bool:
        """Whether too few places and out of reach are shown as one."""
        return "not_served" in self.counts

    @property
    def lacking(self) -> int:
        """How many children are known to be not served, for whichever cause."""
        return sum(self.counts.get(state, 0) for state in ("full", "out", "not_served"))

    @property
    def gap(self) -> int | None:
        """How many of 100 children we know about are not served."""
        return gap_percent(self.counts["served"], self.lacking) if self.is_known else None

    @property
    def gap_class(self) -> int | None:
        """The class of the gap, 1 to 5."""
        return gap_class(self.counts["served"], self.lacking) if self.is_known else None

    @property
    def is_known(self) -> bool:
        """Whether enough is known for a gap."""
        if not self.children or not self.parts:
            return False
        return not is_too_unknown(self.children, self.counts["unknown"], self.unknown_limit)

    @property
    def why_none(self) -> str | None:
        """The reason for which no gap is shown."""
        if self.reason:
            return self.reason
        return None if self.is_known else "missing"


def split_at(columns: Mapping[str, list[Any]], row: int, limit: Fraction) -> Split:
    """
    Return the split in one row of a service's columns.

    Parameters
    ----------
    columns
        Of one group, as an edition's file holds them.
    row
        Whose.
    limit
        Share of unknown children above which no gap is shown.
    """
    parts = _parts(columns, row)
    is_withheld = not parts
    flags = columns["flags"][row]
    return Split(
        children=_count(columns["children"][row]),
        parts=parts,
        reason=_word(columns["reason"][row]) if is_withheld else None,
        quality=_word(columns["quality"][row]),
        flags=tuple(flags) if isinstance(flags, list) else (),
        unknown_limit=limit,
    )


def _parts(columns: Mapping[str, list[Any]], row: int) -> tuple[Part, ...]:
    """Return the parts of a bar, in four or with full and out as one; none where withheld."""
    for states in (STATES, TOGETHER):
        counts = [_count(columns[s][row]) if s in columns else None for s in states]
        known = [count for count in counts if count is not None]
        if len(known) == len(states):
            shares = hundredths(known)
            return tuple(Part(*part) for part in zip(states, known, shares, strict=True))
    return ()


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None
