"""The legend: how many zones wear each class, and how many none, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from atlas.web import words
from atlas.web.figures import CLASSES

if TYPE_CHECKING:
    from atlas.web.shown import Row

STEP = 100 // CLASSES
HIGH = 3  # classes 4 and 5 stand after this many


@dataclass(frozen=True, slots=True)
class Item:
    """One class of the legend."""

    number: int
    count: int

    @property
    def range(self) -> str:
        """Return "60 to 80"."""
        first, last = STEP * (self.number - 1), STEP * self.number
        return gettext("%(first)s to %(last)s") % {
            "first": words.number(first),
            "last": words.number(last),
        }


@dataclass(frozen=True, slots=True)
class Legend:
    """The counts of the classes, and of the reasons for having none."""

    counts: tuple[int, ...]
    without: dict[str, int]

    @property
    def blank(self) -> int:
        """How many zones are hatched."""
        return sum(self.without.values())

    @property
    def high(self) -> int:
        """How many zones wear one of the two highest classes."""
        return sum(self.counts[HIGH:])

    @property
    def known(self) -> int:
        """How many zones wear any class."""
        return sum(self.counts)

    @property
    def items(self) -> list[Item]:
        """The classes, most need on top."""
        return [Item(k, self.counts[k - 1]) for k in range(CLASSES, 0, -1)]

    @property
    def reasons(self) -> str:
        """Why zones are hatched, in words, with how many."""
        return " · ".join(
            f"{words.reason(code)}: {words.number(count)}" for code, count in self.without.items()
        )


def legend(shown: list[Row]) -> Legend:
    """Return the legend of some rows."""
    classes = [row.shown_class for row in shown]
    without: dict[str, int] = {}
    for row in shown:
        if row.reason:
            without[row.reason] = without.get(row.reason, 0) + 1
    return Legend(tuple(classes.count(k) for k in range(1, CLASSES + 1)), without)
