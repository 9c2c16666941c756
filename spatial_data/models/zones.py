"""Reporting areas: trees of any depth."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models import City, Named, has_a_name
from spatial_data.models.layers import LayerVersion


class Tier(Named):
    """A depth of an area tree: municipal zone, district, neighbourhood. Trees may be several."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    code = models.CharField(_("code"), max_length=40)
    tree = models.CharField(_("tree"), max_length=40, default="main")
    depth = models.PositiveSmallIntegerField(
        _("depth"), help_text=_("0 is the coarsest of its tree.")
    )

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        constraints = [
            models.UniqueConstraint(fields=["city", "code"], name="tier_code_unique_in_city"),
            models.UniqueConstraint(
                fields=["city", "tree", "depth"], name="tier_depth_unique_in_tree"
            ),
            has_a_name(name="tier_has_a_name"),
        ]


class Zone(models.Model):
    """A reporting area, for ever: findings, actions, voices and addresses point here."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    code = models.CharField(_("code"), max_length=60)

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        constraints = [
            models.UniqueConstraint(fields=["city", "code"], name="zone_code_unique_in_city")
        ]

    def __str__(self) -> str:
        """Return its code."""
        return self.code


class ZoneVersion(Named):
    """A zone as one layer version draws and names it."""

    zone = models.ForeignKey(
        Zone, on_delete=models.CASCADE, related_name="versions", verbose_name=_("zone")
    )
    layer_version = models.ForeignKey(
        LayerVersion, on_delete=models.CASCADE, related_name="+", verbose_name=_("layer version")
    )
    tier = models.ForeignKey(
        Tier, on_delete=models.PROTECT, related_name="+", verbose_name=_("tier")
    )
    parent = models.ForeignKey(
        Zone,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("part of"),
    )
    # Null only for the tree's visible "unassigned" zone, which has no place of its own.
    outline = models.MultiPolygonField(_("outline"), null=True, spatial_index=False)

    class Meta:
        verbose_name = _("zone version")
        verbose_name_plural = _("zone versions")
        constraints = [
            models.UniqueConstraint(
                fields=["layer_version", "zone"], name="zone_once_per_layer_version"
            ),
            has_a_name(name="zone_has_a_name"),
        ]
        indexes = [
            # Which zone holds this point (search by place, GIS users of the districts view).
            GistIndex(fields=["outline"], name="zone_outline_holds_point")
        ]
