"""Publishers' data sets and the files taken from them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models import City, Named, Sensitivity, has_a_name


class Source(Named):
    """A publisher's data set: who makes it, its licence, and who may see what comes of it."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    key = models.CharField(_("key"), max_length=60)
    publisher = models.CharField(_("publisher"), max_length=200)
    licence = models.CharField(_("licence"), max_length=100)
    attribution = models.CharField(_("attribution"), max_length=300, blank=True)
    url = models.CharField(_("address"), max_length=300, blank=True)
    sensitivity = models.CharField(
        _("who may see it"), max_length=10, choices=Sensitivity, default=Sensitivity.PUBLIC
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(fields=["city", "key"], name="source_key_unique_in_city"),
            has_a_name(name="source_has_a_name"),
        ]


class Snapshot(models.Model):
    """A publisher's file as it came, kept by content hash. It never changes."""

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="snapshots", verbose_name=_("source")
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    file_name = models.CharField(_("file name"), max_length=200)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"))
    reference_date = models.DateField(_("date the file speaks of"), null=True)
    licence = models.CharField(_("licence when taken"), max_length=100)
    taken_at = models.DateTimeField(_("taken at"))
    report = models.JSONField(_("what was found in it"), default=dict)

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [
            models.UniqueConstraint(fields=["source", "sha256"], name="snapshot_once_per_source")
        ]

    def __str__(self) -> str:
        """Return the file and the start of its hash."""
        return f"{self.file_name} ({self.sha256[:8]})"
