"""How far children walk, who depends on one place, and who lacks several services."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from atlas.assessments.models.assessment import Assessment
from atlas.assessments.models.results import Reason
from spatial_data.models import Zone


class ServiceDepth(models.Model):
    """
    How deep the gap of a service is in a zone, over all its groups together.

    Distances are walked centimetres to the nearest place; a way that leads nowhere is counted,
    never a distance. Full is counted here with every place filled before anybody is called full:
    only that may be worded "no room".
    """

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="service_depths",
        verbose_name=_("assessment"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    service = models.CharField(_("service"), max_length=40)
    filled_full_micro = models.BigIntegerField(_("no room, with places filled"), null=True)
    one_place_micro = models.BigIntegerField(_("one place in reach"), null=True)
    unconnected_micro = models.BigIntegerField(
        _("out of reach, no way leads to a place"), null=True
    )
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)
    median_cm = models.IntegerField(_("distance half of the children walk at most"), null=True)
    median_reason = models.CharField(
        _("why there is no distance"), max_length=14, choices=Reason, blank=True
    )
    median_out_cm = models.IntegerField(_("the same of those out of reach"), null=True)
    mean_excess_cm = models.FloatField(_("mean way beyond the reach of those out"), null=True)
    out_reason = models.CharField(
        _("why there is no distance of those out of reach"),
        max_length=14,
        choices=Reason,
        blank=True,
    )

    class Meta:
        verbose_name = _("depth of a gap")
        verbose_name_plural = _("depths of gaps")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zone", "service"], name="service_depth_once_per_service"
            ),
            models.CheckConstraint(
                condition=Q(
                    filled_full_micro__isnull=True,
                    one_place_micro__isnull=True,
                    unconnected_micro__isnull=True,
                )
                & ~Q(reason="")
                | Q(
                    filled_full_micro__isnull=False,
                    one_place_micro__isnull=False,
                    unconnected_micro__isnull=False,
                    reason="",
                ),
                name="service_depth_null_has_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(median_cm__isnull=True) & ~Q(median_reason=""))
                | (Q(median_cm__isnull=False) & Q(median_reason="")),
                name="service_depth_no_median_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(median_out_cm__isnull=True, mean_excess_cm__isnull=True)
                & ~Q(out_reason="")
                | Q(median_out_cm__isnull=False, mean_excess_cm__isnull=False, out_reason=""),
                name="service_depth_nobody_out_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return zone and service."""
        return f"{self.zone} {self.service}"


class LackingServices(models.Model):
    """Children of a zone who lack so many services or more, by reach; unknown makes two bounds."""

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="lacking_services",
        verbose_name=_("assessment"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    at_least = models.PositiveSmallIntegerField(_("services lacked at least"))
    lower_micro = models.BigIntegerField(_("children at least"), null=True)
    upper_micro = models.BigIntegerField(_("children at most"), null=True)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)

    class Meta:
        verbose_name = _("children lacking several services")
        verbose_name_plural = _("children lacking several services")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zone", "at_least"], name="lacking_once_per_number"
            ),
            models.CheckConstraint(
                condition=Q(lower_micro__isnull=True, upper_micro__isnull=True) & ~Q(reason="")
                | Q(
                    lower_micro__isnull=False,
                    upper_micro__isnull=False,
                    lower_micro__lte=F("upper_micro"),
                    reason="",
                ),
                name="lacking_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return zone and number."""
        return f"{self.zone} ≥ {self.at_least}"
