"""How sure a score and a rank are."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from atlas.assessments.models.assessment import Assessment
from spatial_data.models import Zone


class RankDoubt(models.Model):
    """
    How far a zone's score and rank move when every choice and what is missing is drawn anew.

    Between low and high lie nine of ten trials. No rank: the zone has no score or few children,
    as its score says. No number of worst zones: its tier ranks no more than so many zones.
    """

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="rank_doubts",
        verbose_name=_("assessment"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    need_low = models.FloatField(_("need in the lowest trials"), null=True)
    need_high = models.FloatField(_("need in the highest trials"), null=True)
    rank_low = models.FloatField(_("rank in the trials that put it nearest the worst"), null=True)
    rank_median = models.FloatField(_("rank in the middle trial"), null=True)
    rank_high = models.FloatField(
        _("rank in the trials that put it farthest from the worst"), null=True
    )
    worst = models.PositiveIntegerField(_("number of worst zones asked about"), null=True)
    in_worst = models.FloatField(_("probability that it is one of them"), null=True)
    is_robust = models.BooleanField(_("robust high need"))

    class Meta:
        verbose_name = _("doubt of a rank")
        verbose_name_plural = _("doubts of ranks")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "zone"], name="rank_doubt_once_per_zone"),
            models.CheckConstraint(
                condition=Q(need_low__isnull=True, need_high__isnull=True)
                | Q(
                    need_low__isnull=False,
                    need_high__isnull=False,
                    need_low__lte=F("need_high"),
                ),
                name="rank_doubt_scores_rise",
            ),
            models.CheckConstraint(
                condition=Q(rank_low__isnull=True, rank_median__isnull=True, rank_high__isnull=True)
                | Q(
                    rank_low__isnull=False,
                    rank_median__isnull=False,
                    rank_high__isnull=False,
                    rank_low__lte=F("rank_median"),
                    rank_median__lte=F("rank_high"),
                ),
                name="rank_doubt_ranks_rise",
            ),
            models.CheckConstraint(
                condition=Q(worst__isnull=True, in_worst__isnull=True, is_robust=False)
                | Q(
                    worst__isnull=False,
                    in_worst__isnull=False,
                    in_worst__gte=0,
                    in_worst__lte=1,
                    rank_low__isnull=False,
                ),
                name="rank_doubt_asks_about_ranked_zones",
            ),
        ]

    def __str__(self) -> str:
        """Return the zone and the ranks."""
        return f"{self.zone} {self.rank_low}–{self.rank_high}"
