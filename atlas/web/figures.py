"""Shares and classes of published counts, for drawing. Whole numbers in, whole numbers out."""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("served", "full", "out", "unknown")
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


def gap_percent(served: int, full: int, out: int) -> int | None:
    """Return how many of 100 children we know about are not served; None where we know of none."""
    known = served + full + out
    return None if known == 0 else (200 * (full + out) + known) // (2 * known)


def gap_class(served: int, full: int, out: int) -> int | None:
    """
    Return the class 1 to 5 of the gap, by exact comparison at 20, 40, 60 and 80 hundredths.

    Examples
    --------
    >>> gap_class(served=80, full=0, out=20)
    2
    >>> gap_class(served=801, full=0, out=199)
    1
    """
    known = served + full + out
    return None if known == 0 else min(CLASSES, 1 + 5 * (full + out) // known)


def is_too_unknown(children: int, unknown: int) -> bool:
    """Say whether more than a third of the children are unknown: then there is no gap to show."""
    return 3 * unknown > children


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
    def gap(self) -> int | None:
        """How many of 100 children we know about are not served."""
        return gap_percent(*self._known()) if self.is_known else None

    @property
    def gap_class(self) -> int | None:
        """The class of the gap, 1 to 5."""
        return gap_class(*self._known()) if self.is_known else None

    @property
    def is_known(self) -> bool:
        """Whether enough is known for a gap."""
        if self.children is None or not self.children:
            return False
        return not is_too_unknown(self.children, self.counts["unknown"])

    @property
    def why_none(self) -> str | None:
        """The reason for which no gap is shown."""
        if self.reason:
            return self.reason
        return None if self.is_known else "missing"

    def _known(self) -> tuple[int, int, int]:
        counts = self.counts
        return counts["served"], counts["full"], counts["out"]


def split_at(columns: dict[str, list[object]], row: int) -> Split:
    """Return the split in one row of a service's columns."""
    children = _count(columns["children"][row])
    parts: tuple[Part, ...] = ()
    if children is not None:
        counts = [_count(columns[state][row]) or 0 for state in STATES]
        shares = hundredths(counts)
        parts = tuple(Part(*p) for p in zip(STATES, counts, shares, strict=True))
    flags = columns["flags"][row]
    return Split(
        children=children,
        parts=parts,
        reason=_word(columns["reason"][row]),
        quality=_word(columns["quality"][row]),
        flags=tuple(flags) if isinstance(flags, list) else (),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None
