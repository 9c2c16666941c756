"""The points of a city with what was found at each, ready to be counted over its zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.kernels.tally import Found

if TYPE_CHECKING:
    from atlas.engine.margins import Pieces
    from atlas.engine.outcome import BlockOutcome, PointCoverage
    from atlas.engine.types import Bool, Int64


@dataclass(frozen=True, slots=True)
class JudgedPoints:
    """
    What one assessment found at its points, and where they lie.

    Parameters
    ----------
    points
        What was found at each of i points.
    children_micro
        Children of each group, shape (i, G), millionths, as they were assessed.
    incomplete
        Shape (S, pieces): where the layer of a service is judged incomplete, as it was assessed;
        whoever lives there is unknown for that service.
    pieces
        Where the points lie.

    Raises
    ------
    ShapeError
        If points, children, services and pieces do not fit together.
    InputError
        If children are negative.
    """

    points: PointCoverage
    children_micro: Int64
    incomplete: Bool
    pieces: Pieces

    def __post_init__(self) -> None:
        services, groups = self.points.shape
        count = self.pieces.of_point.size
        if self.points.snap.edge.size != count or self.children_micro.shape != (count, groups):
            msg = f"children of shape {self.children_micro.shape}, {count} points in pieces"
            raise ShapeError(msg)
        if self.incomplete.shape != (services, self.pieces.pieces):
            msg = f"incomplete of shape {self.incomplete.shape}, not {services} services by pieces"
            raise ShapeError(msg)
        if (self.children_micro < 0).any():
            msg = "counts of children cannot be negative"
            raise InputError(msg)

    def found(self, block: BlockOutcome, *, is_walked: bool = True) -> Found:
        """
        Return what a block found, as the kernels take it.

        Parameters
        ----------
        block
            One block of the points.
        is_walked
            Whether its services are walked to, so that distance means anything.

        Returns
        -------
        found
            Every point: first those the block judged, in its order, then the others.
        """
        others = np.ones(self.pieces.of_point.size, np.bool_)
        others[block.row] = False
        return Found(
            row=np.concatenate((block.row, np.flatnonzero(others))),
            judged=block.row.size,
            column=block.column,
            places=block.places,
            nearest_cm=block.nearest_cm,
            is_walked=is_walked,
        )
