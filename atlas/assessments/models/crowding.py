"""How crowded buildings are."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from atlas.assessments.models.assessment import Assessment
from atlas.assessments.models.results import Reason
from spatial_data.models import Place


class BuildingCrowding(models.Model):
    """
    Pupils of all shifts of a place, on seats and floor that stand once.

    Only places with seats have a row. This is a school's load; what sharing hands to a child is
    none.
    """

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="crowding",
        verbose_name=_("assessment"),
    )
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("place")
    )
    shifts = models.PositiveSmallIntegerField(_("shifts"))
    pupils = models.PositiveIntegerField(_("pupils of all shifts"), null=True)
    seats_micro = models.BigIntegerField(_("seats of the largest shift"), null=True)
    pupils_per_seat = models.FloatField(_("pupils of all shifts per seat"), null=True)
    seats_reason = models.CharField(
        _("why there are no pupils per seat"), max_length=14, choices=Reason, blank=True
    )
    fullest_shift = models.FloatField(_("pupils per seat in the fullest shift"), null=True)
    fullest_reason = models.CharField(
        _("why there is no fullest shift"), max_length=14, choices=Reason, blank=True
    )
    m2_per_pupil = models.FloatField(_("built m² per pupil"), null=True)
    m2_reason = models.CharField(
        _("why there is no floor per pupil"), max_length=14, choices=Reason, blank=True
    )

    class Meta:
        verbose_name = _("crowding of a building")
        verbose_name_plural = _("crowding of buildings")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "place"], name="crowding_once_per_place"),
            models.CheckConstraint(
                condition=(Q(pupils_per_seat__isnull=True) & ~Q(seats_reason=""))
                | (Q(pupils_per_seat__isnull=False) & Q(seats_reason="")),
                name="crowding_no_seats_has_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(fullest_shift__isnull=True) & ~Q(fullest_reason=""))
                | (Q(fullest_shift__isnull=False) & Q(fullest_reason="")),
                name="crowding_no_fullest_has_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(m2_per_pupil__isnull=True) & ~Q(m2_reason=""))
                | (Q(m2_per_pupil__isnull=False) & Q(m2_reason="")),
                name="crowding_no_floor_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return the place."""
        return str(self.place)
