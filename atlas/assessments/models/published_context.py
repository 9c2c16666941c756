"""Context and coverage along deprivation as published."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from atlas.assessments.models.editions import Edition
from atlas.assessments.models.results import Quality, Reason


class PublishedContext(models.Model):
    """A public context indicator in a zone, as its source gives it: of the zone, of no child."""

    # No constraint across schemas: the published figures can be dumped, moved and served alone.
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        verbose_name=_("edition"),
    )
    tier_code = models.CharField(_("tier"), max_length=40)
    zone_code = models.CharField(_("zone"), max_length=60)
    indicator = models.CharField(_("context indicator"), max_length=40)
    value = models.FloatField(_("value in the indicator's unit"), null=True)
    quality = models.CharField(_("quality"), max_length=9, choices=Quality)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)

    class Meta:
        db_table = 'published"."context'
        verbose_name = _("published context")
        verbose_name_plural = _("published context")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "tier_code", "zone_code", "indicator"],
                name="published_context_once",
            ),
            models.CheckConstraint(
                condition=(Q(value__isnull=True) & ~Q(reason=""))
                | (Q(value__isnull=False) & Q(reason="")),
                name="published_context_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return zone and indicator."""
        return f"{self.zone_code} {self.indicator}"


class PublishedGradient(models.Model):
    """
    Of 100 children at either end of deprivation, how many a service serves.

    Rounded to steps so wide that no child is told; the interval is that of nine in ten trials.
    """

    # No constraint across schemas: the published figures can be dumped, moved and served alone.
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        verbose_name=_("edition"),
    )
    tier_code = models.CharField(_("tier"), max_length=40)
    service = models.CharField(_("service"), max_length=40)
    step_percent = models.PositiveSmallIntegerField(_("width of a step"), null=True)
    most_deprived = models.PositiveSmallIntegerField(
        _("of 100 children of the most deprived fifth, served"), null=True
    )
    most_deprived_low = models.PositiveSmallIntegerField(
        _("the same in the lowest trials"), null=True
    )
    most_deprived_high = models.PositiveSmallIntegerField(
        _("the same in the highest trials"), null=True
    )
    least_deprived = models.PositiveSmallIntegerField(
        _("of 100 children of the least deprived fifth, served"), null=True
    )
    least_deprived_low = models.PositiveSmallIntegerField(
        _("the same in the lowest trials"), null=True
    )
    least_deprived_high = models.PositiveSmallIntegerField(
        _("the same in the highest trials"), null=True
    )
    erreygers_percent = models.SmallIntegerField(
        _("Erreygers' index of coverage in hundredths"), null=True
    )
    erreygers_percent_low = models.SmallIntegerField(_("index in the lowest trials"), null=True)
    erreygers_percent_high = models.SmallIntegerField(_("index in the highest trials"), null=True)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)

    class Meta:
        db_table = 'published"."gradient'
        verbose_name = _("published coverage along deprivation")
        verbose_name_plural = _("published coverage along deprivation")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "tier_code", "service"], name="published_gradient_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    step_percent__isnull=True,
                    most_deprived__isnull=True,
                    most_deprived_low__isnull=True,
                    most_deprived_high__isnull=True,
                    least_deprived__isnull=True,
                    least_deprived_low__isnull=True,
                    least_deprived_high__isnull=True,
                    erreygers_percent__isnull=True,
                    erreygers_percent_low__isnull=True,
                    erreygers_percent_high__isnull=True,
                )
                & ~Q(reason="")
                | Q(
                    step_percent__gte=1,
                    most_deprived__lte=100,
                    least_deprived__lte=100,
                    most_deprived_low__lte=F("most_deprived_high"),
                    least_deprived_low__lte=F("least_deprived_high"),
                    erreygers_percent__isnull=False,
                    reason="",
                ),
                name="published_gradient_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return tier and service."""
        return f"{self.tier_code} {self.service}"
