"""Corrections by hand, and who keeps which layer."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models import Body, City, User
from spatial_data.models.layers import Layer
from spatial_data.models.places import Place


class Correction(models.Model):
    """
    One field of one place set right by hand. It is laid over every later layer version.

    `before` is what the publisher said then: when the publisher says something third, the clash
    is reported to the steward and the correction still holds.
    """

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("place")
    )
    field = models.CharField(_("field"), max_length=40)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("at"))
    why = models.TextField(_("why"))
    withdrawn_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "field"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="correction_one_standing_per_field",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                | models.Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="correction_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        """Return the place and the field."""
        return f"{self.place} · {self.field}"


class Custody(models.Model):
    """A body keeps a layer of a city for a time: kindergartens changed owner in 2021."""

    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("body")
    )
    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    layer = models.CharField(_("layer"), max_length=12, choices=Layer)
    # Within the places layer a body keeps kinds, not all of it; empty: the whole layer.
    kind_code = models.CharField(_("kind of place"), max_length=40, blank=True)
    during = DateRangeField(_("during"))

    class Meta:
        verbose_name = _("custody")
        verbose_name_plural = _("custodies")
        constraints = [
            ExclusionConstraint(
                name="custody_one_body_at_a_time",
                expressions=[
                    ("city", RangeOperators.EQUAL),
                    ("layer", RangeOperators.EQUAL),
                    ("kind_code", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        """Return who keeps what."""
        return f"{self.body} · {self.get_layer_display()}"
