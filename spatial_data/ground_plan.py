"""The city's own metres, and where on the globe it may lie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A reference system's area of use is a hint: cities lie across its edge.
SLACK_DEGREES = 1.5


@dataclass(frozen=True)
class GroundPlan:
    """Turns longitude and latitude into the city's metres and back."""

    srid: int

    @cached_property
    def _to_metres(self) -> Transformer:
        return Transformer.from_crs(4326, self.srid, always_xy=True)

    @cached_property
    def _to_degrees(self) -> Transformer:
        return Transformer.from_crs(self.srid, 4326, always_xy=True)

    def metres(self, shape: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return shapes in metres."""
        moved: NDArray[np.object_] = shapely.transform(shape, self.xy)
        return moved

    def degrees(self, shape: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return shapes in longitude and latitude."""
        moved: NDArray[np.object_] = shapely.transform(shape, self.lonlat)
        return moved

    def xy(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (n, 2) in metres."""
        return np.column_stack(self._to_metres.transform(lonlat[:, 0], lonlat[:, 1]))

    def lonlat(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (n, 2) in longitude and latitude."""
        return np.column_stack(self._to_degrees.transform(xy[:, 0], xy[:, 1]))

    def holds(self, lon: float, lat: float) -> bool:
        """Say whether a point lies where the reference system is meant to be used."""
        use = CRS.from_epsg(self.srid).area_of_use
        if use is None:
            return True
        in_lon = use.west - SLACK_DEGREES <= lon <= use.east + SLACK_DEGREES
        return in_lon and use.south - SLACK_DEGREES <= lat <= use.north + SLACK_DEGREES
