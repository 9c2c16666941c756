"""What an assessment made of context: each indicator in each zone, and scores of parts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from atlas.assessments.models.assessment import Assessment
from atlas.assessments.models.results import Quality, Reason
from spatial_data.models import Zone


class ZoneContext(models.Model):
    """
    A context indicator in a zone of any tier, and its level.

    Measured in the indicator's own tier; estimated elsewhere, as the mean over the children of the
    zone where each of them lives.
    """

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="zone_context",
        verbose_name=_("assessment"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    indicator = models.CharField(_("context indicator"), max_length=40)
    value = models.FloatField(_("value in the indicator's unit"), null=True)
    smoothed = models.FloatField(
        _("value as it is used"),
        null=True,
        help_text=_("Drawn towards the mean of the zone above where a sampling error is stated."),
    )
    level = models.FloatField(_("level, 0 to 1, 1 the worst"), null=True)
    is_constant = models.BooleanField(
        _("the same everywhere"),
        help_text=_("Tells no zones of the tier apart and weighs nothing."),
    )
    quality = models.CharField(_("quality"), max_length=9, choices=Quality)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)

    class Meta:
        verbose_name = _("context of a zone")
        verbose_name_plural = _("context of zones")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zone", "indicator"], name="zone_context_once_per_indicator"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True, smoothed__isnull=True, level__isnull=True)
                & ~Q(reason="")
                | Q(
                    value__isnull=False,
                    smoothed__isnull=False,
                    level__gte=0,
                    level__lte=1,
                    reason="",
                ),
                name="zone_context_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return zone and indicator."""
        return f"{self.zone} {self.indicator}"


class ScorePart(models.TextChoices):
    """What a sub-score is of."""

    GAPS = "gaps", _("gaps alone")
    CONTEXT = "context", _("context alone")
    DOMAIN = "domain", _("one domain")


class SubScore(models.Model):
    """A zone's need by one part of the components alone, by the same formula as the whole."""

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="sub_scores",
        verbose_name=_("assessment"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    part = models.CharField(_("part"), max_length=7, choices=ScorePart)
    domain = models.CharField(
        _("domain"), max_length=40, blank=True, help_text=_("Empty: the part is no domain.")
    )
    need = models.FloatField(_("need"), null=True)
    reason = models.CharField(_("why there is no score"), max_length=14, choices=Reason, blank=True)

    class Meta:
        verbose_name = _("sub-score")
        verbose_name_plural = _("sub-scores")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zone", "part", "domain"], name="sub_score_once_per_part"
            ),
            models.CheckConstraint(
                condition=Q(part="domain") & ~Q(domain="") | ~Q(part="domain") & Q(domain=""),
                name="sub_score_names_its_domain",
            ),
            models.CheckConstraint(
                condition=(Q(need__isnull=True) & ~Q(reason=""))
                | (Q(need__isnull=False) & Q(reason="")),
                name="sub_score_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return zone and part."""
        return f"{self.zone} {self.get_part_display()} {self.domain}".rstrip()
