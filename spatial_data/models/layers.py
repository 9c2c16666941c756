"""Layer versions and which of them is current."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models import City, User
from spatial_data.models.sources import Snapshot


class Layer(models.TextChoices):
    """The layers of a city, each with versions of its own."""

    ZONES = "zones", _("zones")
    CELLS = "cells", _("cells")
    POPULATION = "population", _("population counts")
    BUILDINGS = "buildings", _("buildings")
    STREETS = "streets", _("streets")
    PLACES = "places", _("places")
    GROUND = "ground", _("ground: water, green, rail")
    CONTEXT = "context", _("context: what is measured beside services")


class LayerVersion(models.Model):
    """A layer built once from chosen snapshots, by declared rules. Its rows never change."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    layer = models.CharField(_("layer"), max_length=12, choices=Layer)
    content_hash = models.CharField(_("hash of snapshots, rules and corrections"), max_length=64)
    built_at = models.DateTimeField(_("built at"))
    snapshots = models.ManyToManyField(Snapshot, related_name="+", verbose_name=_("snapshots"))
    rules = models.JSONField(_("rules it was built by"), default=dict)
    report = models.JSONField(_("what was repaired, merged and left out"), default=dict)
    row_count = models.PositiveBigIntegerField(_("rows"))

    class Meta:
        verbose_name = _("layer version")
        verbose_name_plural = _("layer versions")
        constraints = [
            models.UniqueConstraint(
                fields=["city", "layer", "content_hash"], name="layer_version_once_per_content"
            )
        ]

    def __str__(self) -> str:
        """Return the layer and the start of its hash."""
        return f"{self.get_layer_display()} {self.content_hash[:8]}"


class ActiveLayer(models.Model):
    """Which version of a layer is current: the only truth about it. Going back is pointing back."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    layer = models.CharField(_("layer"), max_length=12, choices=Layer)
    version = models.ForeignKey(
        LayerVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )

    class Meta:
        verbose_name = _("active layer")
        verbose_name_plural = _("active layers")
        constraints = [
            models.UniqueConstraint(fields=["city", "layer"], name="active_layer_one_per_city")
        ]

    def __str__(self) -> str:
        """Return the version it points to."""
        return f"{self.city} · {self.version}"


class LayerDecision(models.Model):
    """Somebody made a version current. History is these rows, written by operations."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    layer = models.CharField(_("layer"), max_length=12, choices=Layer)
    version = models.ForeignKey(
        LayerVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )
    previous = models.ForeignKey(
        LayerVersion,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("version before"),
    )
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    decided_at = models.DateTimeField(_("at"))
    why = models.TextField(_("why"), blank=True)

    class Meta:
        verbose_name = _("layer decision")
        verbose_name_plural = _("layer decisions")

    def __str__(self) -> str:
        """Return when which version became current."""
        return f"{self.decided_at:%Y-%m-%d} {self.version}"
