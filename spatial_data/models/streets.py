"""Walkable streets."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models import Named
from spatial_data.models.layers import LayerVersion


class StreetPiece(Named):
    """
    A walkable way between two junctions or marked nodes. Names may be empty.

    `code` stays ``way/<id>:<n>``, so that a scenario can name it. `start_mark`, `end_mark` and
    `features` are the bit flags that ``frames`` documents.
    """

    layer_version = models.ForeignKey(
        LayerVersion, on_delete=models.CASCADE, related_name="+", verbose_name=_("layer version")
    )
    code = models.CharField(_("code"), max_length=60)
    start_node = models.BigIntegerField(_("first node"))
    end_node = models.BigIntegerField(_("last node"))
    start_mark = models.PositiveSmallIntegerField(_("marks of the first node"), default=0)
    end_mark = models.PositiveSmallIntegerField(_("marks of the last node"), default=0)
    street_class = models.CharField(_("class"), max_length=30)
    speed_kmh = models.PositiveSmallIntegerField(_("legal speed in km/h"), null=True)
    features = models.PositiveSmallIntegerField(_("features"), default=0)
    length_m = models.FloatField(_("length in m"))
    line = models.LineStringField(_("line"), spatial_index=False)

    class Meta:
        verbose_name = _("street piece")
        verbose_name_plural = _("street pieces")
        constraints = [
            models.UniqueConstraint(
                fields=["layer_version", "code"], name="street_code_unique_in_version"
            ),
            models.CheckConstraint(condition=models.Q(length_m__gt=0), name="street_has_length"),
        ]
        indexes = [
            # Streets in a map window of the admin and of GIS users.
            GistIndex(fields=["line"], name="street_line_in_window")
        ]
