"""What a city goes in with, and finding things in it by their code."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.inputs import Assigned

if TYPE_CHECKING:
    from atlas.engine.inputs import Demand, Places, Pools, Requirements
    from atlas.engine.network import Network
    from atlas.engine.profiles import Profile
    from atlas.engine.types import Bool, Int32, Int64, StrArray, UInt8
    from atlas.engine.walks import Walk


@dataclass(frozen=True, slots=True)
class Inputs:
    """
    Everything one assessment of a whole city goes in with.

    Parameters
    ----------
    network, demand, places, pools, requirements, incomplete, assigned
        As `coverage` takes them.
    street_code
        Codes of the street pieces the network was built of, sorted; without them no street can be
        closed.
    street_features
        Their features as `StreetPieces` gives them, in that order; without them no street is cut
        where people walk by a profile.
    profile, walk
        The profile everybody walks by, and `walk_of` it; by default any route.
    """

    network: Network
    demand: Demand
    places: Places
    pools: Pools
    requirements: Requirements
    incomplete: Bool
    assigned: Assigned | None = None
    street_code: StrArray | None = None
    street_features: UInt8 | None = None
    profile: Profile | None = None
    walk: Walk | None = None

    def catchments(self) -> Assigned:
        """
        Return the catchments.

        Returns
        -------
        assigned
            Without any where none are given.
        """
        if self.assigned is not None:
            return self.assigned
        none = np.zeros(0, np.int32)
        return Assigned(np.zeros(self.pools.code.size, np.bool_), none, none)


@dataclass(frozen=True, slots=True)
class Register:
    """
    Codes in order, and where each stands.

    Attributes
    ----------
    code
        Sorted, shape (n,).
    row
        Row of each in the caller's order, shape (n,).
    """

    code: StrArray
    row: Int64

    @classmethod
    def of(cls, code: StrArray) -> Register:
        """
        Return the register of some codes.

        Parameters
        ----------
        code
            Shape (n,), unique.

        Returns
        -------
        register
            Sorted.
        """
        row = np.argsort(code, kind="stable")
        return cls(code[row], row)

    def find(self, code: str) -> int:
        """
        Return the row of a code.

        Parameters
        ----------
        code
            To be found.

        Returns
        -------
        row
            -1 if there is none.
        """
        at = bisect_left(self.code, code)
        if at < self.code.size and str(self.code[at]) == code:
            return int(self.row[at])
        return -1


@dataclass(frozen=True, slots=True)
class Groups:
    """
    Rows gathered by what they belong to, as a CSR.

    Attributes
    ----------
    first
        Where the rows of each owner begin, shape (n + 1,).
    row
        The rows, owner after owner, in the caller's order.
    """

    first: Int32
    row: Int32

    @classmethod
    def of(cls, owner: Int32, owners: int) -> Groups:
        """
        Return rows gathered by owner.

        Parameters
        ----------
        owner
            Of each row.
        owners
            How many there are.

        Returns
        -------
        groups
            Of every owner, also of one without rows.
        """
        first = np.zeros(owners + 1, np.int32)
        np.cumsum(np.bincount(owner, minlength=owners), out=first[1:])
        return cls(first, np.argsort(owner, kind="stable").astype(np.int32))

    def rows_of(self, owner: int) -> Int32:
        """
        Return the rows of one owner.

        Parameters
        ----------
        owner
            Which.

        Returns
        -------
        rows
            In the caller's order.
        """
        return self.row[self.first[owner] : self.first[owner + 1]]
