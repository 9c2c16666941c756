"""Exact linear equations between counts: which follow from others, and whole solutions."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    Row = dict[Hashable, Fraction]


class Equations:
    """
    A growing set of independent equations, kept fully reduced.

    Each equation says that a weighted sum of unknowns equals a whole number. Coefficients are
    exact fractions, so "follows from" and "contradicts" are never a matter of rounding.

    Parameters
    ----------
    prefer
        Gives each unknown a rank; of the unknowns an equation could be solved for, the one with
        the greatest rank is taken (ties to the first named).

    Notes
    -----
    Source: Gauss–Jordan elimination over the rational numbers.
    """

    def __init__(self, prefer: Callable[[Hashable], float] | None = None) -> None:
        self._prefer = prefer
        self._rows: dict[Hashable, tuple[Row, Fraction]] = {}
        self._using: dict[Hashable, set[Hashable]] = {}

    def reduce(self, unknowns: Iterable[Hashable], value: int = 0) -> tuple[Row, Fraction]:
        """
        Take from an equation all that follows from the others.

        Parameters
        ----------
        unknowns
            The unknowns whose sum the equation states.
        value
            What it states.

        Returns
        -------
        row, rest
            What is left of both sides; an empty row means that the left side follows from the
            others, and `rest` is then what it states beyond what they imply.
        """
        row: Row = {}
        for unknown in unknowns:
            row[unknown] = row.get(unknown, Fraction(0)) + 1
        rest = Fraction(value)
        for pivot in [u for u in row if u in self._rows]:
            factor = row.pop(pivot)
            other, other_rest = self._rows[pivot]
            for unknown, coefficient in other.items():
                _add(row, unknown, -factor * coefficient)
            rest -= factor * other_rest
        return row, rest

    def add(self, unknowns: Iterable[Hashable], value: int) -> Fraction | None:
        """
        Add an equation if it says something new.

        Parameters
        ----------
        unknowns
            The unknowns whose sum it states.
        value
            What it states.

        Returns
        -------
        excess
            None when the equation was new and has been added; else what it states beyond what
            the others imply (0: it follows from them).
        """
        row, rest = self.reduce(unknowns, value)
        if not row:
            return rest
        pivot = max(row, key=self._prefer) if self._prefer else next(iter(row))
        factor = row.pop(pivot)
        row = {unknown: coefficient / factor for unknown, coefficient in row.items()}
        rest /= factor
        for user in self._using.pop(pivot, set()):
            self._replace(user, pivot, row, rest)
        self._store(pivot, row, rest)
        return None

    def solution(self) -> dict[Hashable, Fraction]:
        """
        Solve for the chosen unknowns, all others being 0.

        Returns
        -------
        values
            Unknown → value, zeros left out.
        """
        return {pivot: rest for pivot, (_, rest) in self._rows.items() if rest}

    def _store(self, pivot: Hashable, row: Row, rest: Fraction) -> None:
        """Keep an equation solved for `pivot`."""
        self._rows[pivot] = (row, rest)
        for unknown in row:
            self._using.setdefault(unknown, set()).add(pivot)

    def _replace(self, user: Hashable, pivot: Hashable, row: Row, rest: Fraction) -> None:
        """Put the equation of `pivot` into the stored equation of `user`."""
        target, target_rest = self._rows[user]
        factor = target.pop(pivot)
        for unknown, coefficient in row.items():
            _add(target, unknown, -factor * coefficient)
            if unknown in target:
                self._using.setdefault(unknown, set()).add(user)
            else:
                self._using.get(unknown, set()).discard(user)
        self._rows[user] = (target, target_rest - factor * rest)


def _add(row: Row, unknown: Hashable, amount: Fraction) -> None:
    """Add to one coefficient, dropping it at 0."""
    value = row.get(unknown, Fraction(0)) + amount
    if value:
        row[unknown] = value
    else:
        row.pop(unknown, None)
