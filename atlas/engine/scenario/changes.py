"""What a scenario may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int32


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """
    What a place offers.

    Parameters
    ----------
    code
        Stable code, unique in the city.
    capacity_micro
        Seats, square metres or visits in millionths; -1 unknown.
    admits
        Which services and groups, shape (s, g).
    catchment
        The points it serves alone, rows of the city's points; by default whoever reaches it.
    """

    code: str
    capacity_micro: int
    admits: Bool
    catchment: Int32 | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OpenPlace:
    """
    A new place.

    Parameters
    ----------
    code
        Stable code; that of a place closed before may be used again.
    entrance_xy_m
        Where it is entered, shape (e, 2), metres.
    pools
        What it offers.
    """

    code: str
    entrance_xy_m: Float64
    pools: tuple[Pool, ...]


@dataclass(frozen=True, slots=True)
class ClosePlace:
    """
    A place closed with all it offers.

    Parameters
    ----------
    code
        Of the place.
    """

    code: str


@dataclass(frozen=True, slots=True, eq=False)
class MovePlace:
    """
    A place that goes elsewhere with all it offers.

    Parameters
    ----------
    code
        Of the place.
    entrance_xy_m
        Where it is entered from now on, shape (e, 2), metres.
    """

    code: str
    entrance_xy_m: Float64


@dataclass(frozen=True, slots=True)
class SetCapacity:
    """
    A pool made larger or smaller.

    Parameters
    ----------
    pool
        Its code.
    capacity_micro
        What it offers from now on, millionths; -1 unknown.
    """

    pool: str
    capacity_micro: int


@dataclass(frozen=True, slots=True, eq=False)
class AddStreet:
    """
    A new street piece, walked in both directions.

    Parameters
    ----------
    code
        Stable code, unique among the street pieces.
    xy_m
        Its vertices, shape (v, 2), metres. Ends of new pieces at the very same place are joined
        to each other.
    length_cm
        Its geodesic length, whole centimetres, above 0.
    farthest_join_cm
        Each end is joined to the nearest street no farther away than this, and the straight way
        between is walked.
    street_class, speed_kmh, features
        As `StreetPieces` gives them; only where people walk by a profile must the class be given.
    """

    code: str
    xy_m: Float64
    length_cm: int
    farthest_join_cm: int
    street_class: int | None = None
    speed_kmh: int = 0
    features: int = 0


@dataclass(frozen=True, slots=True)
class CloseStreet:
    """
    A street piece that nobody passes through any more; who lives or arrives there still may.

    Parameters
    ----------
    code
        Of the street piece.
    """

    code: str


@dataclass(frozen=True, slots=True)
class ReopenStreet:
    """
    A street piece closed before and open again.

    Parameters
    ----------
    code
        Of the street piece.
    """

    code: str


@dataclass(frozen=True, slots=True)
class MarkNode:
    """
    A marked crossing or a signal put up or taken away where streets meet.

    Parameters
    ----------
    node_id
        Publisher's id of the node.
    mark
        `CROSSING` or `SIGNAL` of `atlas.engine.streets`.
    is_there
        Whether it is there from now on. Who walks any route does not mind.
    """

    node_id: int
    mark: int
    is_there: bool


@dataclass(frozen=True, slots=True)
class MarkStreet:
    """
    A marked crossing or a signal put up or taken away anywhere along a street.

    Parameters
    ----------
    street
        Code of the street piece, one of the city's or a new one.
    at_cm
        How far from its start, whole centimetres; at its very end it is the mark of the node there.
    mark
        `CROSSING` or `SIGNAL` of `atlas.engine.streets`.
    is_there
        Whether it is there from now on. Who walks any route does not mind.
    """

    street: str
    at_cm: int
    mark: int
    is_there: bool


Change: TypeAlias = (
    OpenPlace
    | ClosePlace
    | MovePlace
    | SetCapacity
    | AddStreet
    | CloseStreet
    | ReopenStreet
    | MarkNode
    | MarkStreet
)
