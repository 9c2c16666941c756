"""Which layer version an edition draws, by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atlas.assessments.models import Edition
    from spatial_data.models import LayerVersion


def drawn_layers(edition: Edition) -> dict[str, LayerVersion]:
    """Return the edition's layer versions by the name of their layer."""
    return {version.layer: version for version in edition.layers.all()}
