"""The zones of an assessment, standing so that every zone is followed by what lies inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spatial_data.models import ZoneVersion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from atlas.engine.types import Int32
    from spatial_data.models import LayerVersion

NO_PARENT = -1
MAIN = "main"


@dataclass(frozen=True, slots=True)
class ZoneTrees:
    """
    Zones of every tier and tree, tree after tree, the main tree first, descendants together.

    Attributes
    ----------
    code, tier
        Of each zone.
    parent
        Shape (z,), row of the zone above; -1 at the top.
    tree
        Shape (z,), number of the tree each belongs to.
    leaves
        For each tree, the rows of the zones that hold no other zone, in standing order.
    """

    code: tuple[str, ...]
    tier: tuple[str, ...]
    parent: Int32
    tree: Int32
    leaves: tuple[Int32, ...]

    def holders(self, rows: Int32) -> tuple[Int32, Int32]:
        """
        Return which zones hold which of `rows`, themselves included.

        Parameters
        ----------
        rows
            Shape (n,), zones.

        Returns
        -------
        holder, held
            Shape (m,) each: row of the holding zone, and position in `rows`.
        """
        holder, held = [], []
        at, position = rows, np.arange(len(rows), dtype=np.int32)
        while at.size:
            holder.append(at)
            held.append(position)
            above = self.parent[at]
            at, position = above[above != NO_PARENT], position[above != NO_PARENT]
        return np.concatenate(holder), np.concatenate(held)

    def tops(self) -> Int32:
        """Return the top zones of the first tree: together they are the city."""
        if not self.leaves:
            return np.zeros(0, np.int32)
        held = np.unique(self.holders(self.leaves[0])[0])
        return np.asarray(held[self.parent[held] == NO_PARENT])


def zone_trees(version: LayerVersion) -> ZoneTrees:
    """
    Return the zones of a layer version.

    Parameters
    ----------
    version
        Of the layer of zones.

    Returns
    -------
    trees
        Siblings stand in the order of their codes.
    """
    rows = ZoneVersion.objects.filter(layer_version=version).values_list(
        "tier__tree", "tier__depth", "zone__code", "tier__code", "parent__code"
    )
    by_tree: dict[str, list[_Row]] = {}
    for tree, _, code, tier, parent in sorted(rows, key=lambda r: (r[0], r[1], r[2])):
        by_tree.setdefault(tree, []).append(_Row(code, tier, parent))
    in_order = sorted(by_tree, key=lambda tree: (tree != MAIN, tree))
    stand = [list(_standing(by_tree[tree])) for tree in in_order]
    row_of = {row.code: n for n, row in enumerate(r for tree in stand for r in tree)}
    every = [row for tree in stand for row in tree]
    holding = {row.parent for row in every}
    return ZoneTrees(
        code=tuple(row.code for row in every),
        tier=tuple(row.tier for row in every),
        parent=np.array([row_of.get(row.parent or "", NO_PARENT) for row in every], np.int32),
        tree=np.repeat(np.arange(len(stand)), [len(tree) for tree in stand]).astype(np.int32),
        leaves=tuple(
            np.array([row_of[r.code] for r in tree if r.code not in holding], np.int32)
            for tree in stand
        ),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    tier: str
    parent: str | None


def _standing(rows: Sequence[_Row]) -> Iterator[_Row]:
    """Yield the rows of one tree, each followed by the zones inside it."""
    inside: dict[str | None, list[_Row]] = {}
    codes = {row.code for row in rows}
    for row in rows:
        inside.setdefault(row.parent if row.parent in codes else None, []).append(row)
    waiting = inside.get(None, [])[::-1]
    while waiting:
        row = waiting.pop()
        yield row
        waiting.extend(inside.get(row.code, [])[::-1])
