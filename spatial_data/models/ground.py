"""The ground of the base map."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models import Named
from spatial_data.models.layers import LayerVersion


class GroundKind(models.TextChoices):
    """What lies under the zones on the map."""

    SEA = "sea", _("sea")
    WATER = "water", _("water")
    RIVER = "river", _("river")
    GREEN = "green", _("green")
    RAIL = "rail", _("railway")
    ROAD = "road", _("road without walkers")


class GroundFeature(Named):
    """A piece of the base map that is neither street nor building. Names may be empty."""

    layer_version = models.ForeignKey(
        LayerVersion, on_delete=models.CASCADE, related_name="+", verbose_name=_("layer version")
    )
    code = models.CharField(_("code"), max_length=60)
    kind = models.CharField(_("kind"), max_length=5, choices=GroundKind)
    shape = models.GeometryField(_("shape"), spatial_index=False)

    class Meta:
        verbose_name = _("ground feature")
        verbose_name_plural = _("ground features")
        constraints = [
            models.UniqueConstraint(
                fields=["layer_version", "code"], name="ground_code_unique_in_version"
            )
        ]
