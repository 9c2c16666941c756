"""What goes into disclosure control and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int32, Int64

NO_PARENT = -1
N_PARTS = 4
SERVED, FULL, OUT, UNKNOWN = range(N_PARTS)


@dataclass(frozen=True, slots=True)
class PieceCounts:
    """
    Whole children of the pieces that several trees cut a city into.

    Parameters
    ----------
    leaf
        Shape (p, t), row of the leaf zone that holds each piece in each tree, trees by their
        number; no two pieces have the same leaf zones.
    children
        Shape (p, b, x), int64.
    parts
        Shape (p, s, b, x, 4), int64.
    """

    leaf: Int32
    children: Int64
    parts: Int64


@dataclass(frozen=True, slots=True)
class Table:
    """
    Whole children of every zone, the city among them, exactly additive.

    Parameters
    ----------
    parent
        Shape (n,), row of the zone above; -1 for the city, which is the only such row. The top
        zones of every tree have the city as parent.
    tree
        Shape (n,), number of the tree a zone belongs to (the city's own is not looked at): zones
        with the same parent and tree together make up the parent. The main tree has the smallest
        number.
    children
        Shape (n, b, x), int64, whole children by band and sex.
    parts
        Shape (n, s, b, x, 4), int64, whole children served, full, out, unknown; they sum to
        `children` where the service applies, and are 0 elsewhere.
    applies
        Shape (s, b, x), whether a service is required for a group.
    pieces
        What several trees cut each other into; None where it is not known, or there is one tree.

    Raises
    ------
    ShapeError
        If the shapes do not fit together.
    InputError
        If there is not exactly one city, a parent is no row, a count is negative, zones do not
        sum to their parent or pieces to their leaf zone, or parts do not sum to children.
    """

    parent: Int32
    tree: Int32
    children: Int64
    parts: Int64
    applies: Bool
    pieces: PieceCounts | None = None

    def __post_init__(self) -> None:
        n, b, x = self.children.shape
        s = len(self.applies)
        if (
            self.parent.shape != (n,)
            or self.tree.shape != (n,)
            or self.applies.shape != (s, b, x)
            or self.parts.shape != (n, s, b, x, N_PARTS)
        ):
            msg = "zones, children, parts and services differ in shape"
            raise ShapeError(msg)
        self._check_zones()
        self._check_counts()
        if self.pieces is not None:
            self._check_pieces(self.pieces)

    @property
    def trees(self) -> list[int]:
        """The numbers of the trees, the main one first."""
        return [int(tree) for tree in np.unique(self.tree[self.parent != NO_PARENT])]

    @property
    def city(self) -> int:
        """The row of the city."""
        return int(np.flatnonzero(self.parent == NO_PARENT)[0])

    def families(self) -> list[tuple[int, Int64]]:
        """Each parent with the zones of one tree under it, parents before their children."""
        under: dict[int, dict[int, list[int]]] = {}
        for row in np.flatnonzero(self.parent != NO_PARENT).tolist():
            by_tree = under.setdefault(int(self.parent[row]), {})
            by_tree.setdefault(int(self.tree[row]), []).append(row)
        found, waiting = [], [self.city]
        while waiting:
            parent = waiting.pop(0)
            for _, rows in sorted(under.get(parent, {}).items()):
                found.append((parent, np.array(rows, np.int64)))
                waiting.extend(rows)
        return found

    def leaves(self) -> Bool:
        """Which rows hold no other."""
        is_leaf = np.ones(len(self.parent), bool)
        is_leaf[self.parent[self.parent != NO_PARENT]] = False
        return is_leaf

    def _check_zones(self) -> None:
        """Refuse a table without one city that everything hangs from."""
        n = len(self.parent)
        if (self.parent == NO_PARENT).sum() != 1:
            msg = "exactly one row, the city, has no parent"
            raise InputError(msg)
        if self.parent.min() < NO_PARENT or self.parent.max() >= n:
            msg = "a parent is no row of the table"
            raise InputError(msg)
        reached = 1 + sum(len(rows) for _, rows in self.families())
        if reached != n:
            msg = f"{n - reached} zones do not hang from the city"
            raise InputError(msg)

    def _check_counts(self) -> None:
        """Refuse counts that do not add up: disclosure control could not hold."""
        if self.children.min(initial=0) < 0 or self.parts.min(initial=0) < 0:
            msg = "counts of children cannot be negative"
            raise InputError(msg)
        whole = np.where(self.applies[None], self.children[:, None], 0)
        if (self.parts.sum(axis=-1) != whole).any():
            msg = "the parts of a split do not sum to its children"
            raise InputError(msg)
        for parent, rows in self.families():
            adds_up = (self.children[rows].sum(axis=0) == self.children[parent]).all()
            if not (adds_up and (self.parts[rows].sum(axis=0) == self.parts[parent]).all()):
                msg = f"the zones under row {parent} do not sum to it"
                raise InputError(msg)

    def _check_pieces(self, pieces: PieceCounts) -> None:
        """Refuse pieces that are not what the leaf zones consist of."""
        p, _, b, x = pieces.parts.shape[:4]
        if (
            pieces.leaf.shape != (p, len(self.trees))
            or pieces.children.shape != (p, b, x)
            or pieces.children.shape[1:] != self.children.shape[1:]
            or pieces.parts.shape[1:] != self.parts.shape[1:]
        ):
            msg = "pieces, their leaf zones and their counts differ in shape"
            raise ShapeError(msg)
        if len(np.unique(pieces.leaf, axis=0)) != p:
            msg = "two pieces lie in the same leaf zones"
            raise InputError(msg)
        children, parts = np.zeros_like(self.children), np.zeros_like(self.parts)
        for tree, leaf in zip(self.trees, pieces.leaf.T, strict=True):
            if (self.tree[leaf] != tree).any():
                msg = f"a piece's leaf zone is not of tree {tree}"
                raise InputError(msg)
            np.add.at(children, leaf, pieces.children)
            np.add.at(parts, leaf, pieces.parts)
        leaves = self.leaves()
        if (
            pieces.parts.min(initial=0) < 0
            or (children[leaves] != self.children[leaves]).any()
            or (parts[leaves] != self.parts[leaves]).any()
            or children[~leaves].any()
        ):
            msg = "the pieces of a leaf zone do not sum to it"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Rules:
    """
    The adopted rule of disclosure.

    Parameters
    ----------
    k
        The least count, beside 0, that may be shown or worked out: 10 for the public, 5 for staff.
    rounds
        How often suppression is followed by the test whether a suppressed count can still be
        worked out, before all detail below the city is withheld.
    seed
        Of the test's random tables.

    Raises
    ------
    InputError
        If `k` or `rounds` is below 1.
    """

    k: int = 10
    rounds: int = 50
    seed: int = 20260321

    def __post_init__(self) -> None:
        if self.k < 1 or self.rounds < 1:
            msg = "k and rounds must be 1 or more"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Disclosed:
    """
    Which figures may be shown; index 0 of a band or sex axis is *all*.

    Parameters
    ----------
    children
        Shape (n, 1 + b, 1 + x): children of the zone and group.
    parts
        Shape (n, s, 1 + b, 1 + x, 4): served, full, out, unknown of a service. Where served and
        unknown may be shown but full and out not, only the sum of the two may be (it is what
        remains of the children). What follows from a split, such as places short, may be shown
        only where all four may.
    levels
        Shape (n, s): the gap of the whole service, (full + out) of the children known about. At
        p = 1 a contribution follows from its own gap and the public weights alone; at p > 1 it
        tells of the withheld ones as well, through the score.
    contributions
        Shape (n,): contributions, what-if-solved, the exact score and its interval. False where
        the gap of some service is withheld: then the zone shows its class only (METHOD §7).
    """

    children: Bool
    parts: Bool
    levels: Bool
    contributions: Bool
