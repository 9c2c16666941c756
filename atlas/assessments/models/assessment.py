"""Runs of the engine and what they read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from atlas.assessments.models.standards import StandardSet
from atlas.bodies.models import City
from spatial_data.models import Layer, LayerVersion


class Assessment(models.Model):
    """One run of the engine over named layer versions. The same inputs are the same assessment."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    input_hash = models.CharField(_("hash of all inputs"), max_length=64)
    standard = models.ForeignKey(
        StandardSet, on_delete=models.PROTECT, related_name="+", verbose_name=_("standard")
    )
    reference_date = models.DateField(_("date it is about"))
    parameters = models.JSONField(_("parameters"), default=dict)
    seed = models.PositiveBigIntegerField(_("seed"))
    made_with = models.JSONField(_("versions of what computed it"), default=dict)
    left_out = models.JSONField(_("what was left out, and why"), default=dict)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(fields=["city", "input_hash"], name="assessment_once_per_input")
        ]

    def __str__(self) -> str:
        """Return the city and the start of the hash."""
        return f"{self.city} {self.input_hash[:8]}"


class AssessmentLayer(models.Model):
    """Which version of a layer an assessment read."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="layers", verbose_name=_("assessment")
    )
    layer = models.CharField(_("layer"), max_length=12, choices=Layer)
    version = models.ForeignKey(
        LayerVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )

    class Meta:
        verbose_name = _("layer read")
        verbose_name_plural = _("layers read")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "layer"], name="assessment_reads_layer_once"
            )
        ]

    def __str__(self) -> str:
        """Return the version."""
        return str(self.version)
