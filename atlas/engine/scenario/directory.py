"""A city's places, as whoever names one finds it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas.engine.scenario.changes import Pool

if TYPE_CHECKING:
    from atlas.engine.scenario.inputs import Groups, Inputs, Register
    from atlas.engine.types import Float64


@dataclass(frozen=True, slots=True)
class Directory:
    """
    A city's inputs with what finds a place, its entrances and its pools.

    Attributes
    ----------
    inputs
        The city.
    places, pools
        By their codes.
    entrances_of, pools_of
        By place.
    members_of
        Rows of the catchments by pool.
    """

    inputs: Inputs
    places: Register
    pools: Register
    entrances_of: Groups
    pools_of: Groups
    members_of: Groups

    def place(self, code: str) -> Place | None:
        """
        Return a place as the city has it.

        Parameters
        ----------
        code
            Of the place.

        Returns
        -------
        place
            None if the city has none of that code.
        """
        row = self.places.find(code)
        return self.place_at(row) if row >= 0 else None

    def place_at(self, row: int) -> Place:
        """
        Return a place as the city has it.

        Parameters
        ----------
        row
            Of the place.

        Returns
        -------
        place
            With its entrances and pools.
        """
        entrances = self.inputs.places.entrance_xy_m[self.entrances_of.rows_of(row)]
        pools = tuple(self._pool(int(j)) for j in self.pools_of.rows_of(row))
        return Place(str(self.inputs.places.code[row]), entrances, pools, row)

    def place_of_pool(self, code: str) -> str | None:
        """
        Return the code of the place that a pool belongs to.

        Parameters
        ----------
        code
            Of the pool.

        Returns
        -------
        place
            None if the city has no such pool.
        """
        row = self.pools.find(code)
        if row < 0:
            return None
        return str(self.inputs.places.code[self.inputs.pools.place[row]])

    def street(self, code: str) -> int:
        """
        Return the row of a street piece.

        Parameters
        ----------
        code
            Of the piece.

        Returns
        -------
        row
            In the order of the codes; -1 if the city has none of that code.
        """
        codes = self.inputs.street_code
        if codes is None:
            return -1
        row = bisect_left(codes, code)
        return row if row < codes.size and str(codes[row]) == code else -1

    def _pool(self, row: int) -> Pool:
        """Return a pool as the city has it."""
        pools, assigned = self.inputs.pools, self.inputs.assigned
        catchment = None
        if assigned is not None and assigned.is_assigned[row]:
            catchment = assigned.point[self.members_of.rows_of(row)]
        return Pool(
            str(pools.code[row]), int(pools.capacity_micro[row]), pools.admits[row], catchment
        )


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """
    A place as it is before or after some changes.

    Attributes
    ----------
    code, entrance_xy_m, pools
        As `OpenPlace` gives them.
    row
        Row of the city's place, -1 for a new one.
    """

    code: str
    entrance_xy_m: Float64
    pools: tuple[Pool, ...]
    row: int = -1

    def same_as(self, other: Place) -> bool:
        """
        Say whether two states of a place serve alike.

        Parameters
        ----------
        other
            The other state.

        Returns
        -------
        same
            Entrances and pools may stand in another order.
        """
        mine, theirs = ({pool.code: pool for pool in place.pools} for place in (self, other))
        return (
            sorted(self.entrance_xy_m.tolist()) == sorted(other.entrance_xy_m.tolist())
            and mine.keys() == theirs.keys()
            and all(_is_same(pool, theirs[code]) for code, pool in mine.items())
        )


def _is_same(one: Pool, other: Pool) -> bool:
    """Say whether two pools serve alike."""
    return (
        one.capacity_micro == other.capacity_micro
        and bool((one.admits == other.admits).all())
        and (one.catchment is None) == (other.catchment is None)
        and (one.catchment is None or set(one.catchment) == set(other.catchment))  # type: ignore[arg-type]
    )
