"""How evenly a city's children are served, and where zones of like need lie together."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from atlas.assessments.models.assessment import Assessment
from atlas.assessments.models.results import Reason
from spatial_data.models import Zone


class ServiceEquity(models.Model):
    """
    What is found of a service in the city as a whole.

    Certainly full are the children in reach whom no allocation of the places can serve. Gini,
    Theil and fifths are of the access index at the points where children live.
    """

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="service_equity",
        verbose_name=_("assessment"),
    )
    service = models.CharField(_("service"), max_length=40)
    certain_full_micro = models.BigIntegerField(_("certainly no room"), null=True)
    certain_reason = models.CharField(
        _("why it cannot be said who certainly finds no room"),
        max_length=14,
        choices=Reason,
        blank=True,
    )
    gini = models.FloatField(_("Gini coefficient of the access index"), null=True)
    theil = models.FloatField(_("Theil index of the access index"), null=True)
    theil_between = models.FloatField(_("part of it between zones"), null=True)
    upper_fifth = models.FloatField(_("access index of the fifth with most"), null=True)
    lower_fifth = models.FloatField(_("access index of the fifth with least"), null=True)
    access_reason = models.CharField(
        _("why evenness cannot be said"), max_length=14, choices=Reason, blank=True
    )
    girls_coverage = models.FloatField(_("girls served, 0 to 1"), null=True)
    girls_reason = models.CharField(
        _("why there is no coverage of girls"), max_length=14, choices=Reason, blank=True
    )
    boys_coverage = models.FloatField(_("boys served, 0 to 1"), null=True)
    boys_reason = models.CharField(
        _("why there is no coverage of boys"), max_length=14, choices=Reason, blank=True
    )

    class Meta:
        verbose_name = _("evenness of a service")
        verbose_name_plural = _("evenness of services")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "service"], name="service_equity_once_per_service"
            ),
            models.CheckConstraint(
                condition=(Q(certain_full_micro__isnull=True) & ~Q(certain_reason=""))
                | (Q(certain_full_micro__isnull=False) & Q(certain_reason="")),
                name="service_equity_uncertain_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    gini__isnull=True,
                    theil__isnull=True,
                    theil_between__isnull=True,
                    upper_fifth__isnull=True,
                    lower_fifth__isnull=True,
                )
                & ~Q(access_reason="")
                | Q(
                    gini__isnull=False,
                    theil__isnull=False,
                    theil_between__isnull=False,
                    upper_fifth__isnull=False,
                    lower_fifth__isnull=False,
                    access_reason="",
                ),
                name="service_equity_no_access_has_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(girls_coverage__isnull=True) & ~Q(girls_reason=""))
                | (Q(girls_coverage__isnull=False) & Q(girls_reason="")),
                name="service_equity_no_girls_has_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(boys_coverage__isnull=True) & ~Q(boys_reason=""))
                | (Q(boys_coverage__isnull=False) & Q(boys_reason="")),
                name="service_equity_no_boys_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return the service."""
        return self.service

    @property
    def girls_less_boys(self) -> float | None:
        """Coverage of girls less that of boys; null where either is."""
        if self.girls_coverage is None or self.boys_coverage is None:
            return None
        return self.girls_coverage - self.boys_coverage


class ServiceGradient(models.Model):
    """
    Whether the children of deprived zones are served as well as others, by service and tier.

    Low and high are the ends between which nine of ten trials lie. Erreygers' index is positive
    where more of the children served live in less deprived zones; that of the gap is its negative.
    """

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="service_gradients",
        verbose_name=_("assessment"),
    )
    tier_code = models.CharField(_("tier"), max_length=40)
    service = models.CharField(_("service"), max_length=40)
    children_micro = models.BigIntegerField(_("children it stands on"), default=0)
    erreygers = models.FloatField(_("Erreygers' index of coverage"), null=True)
    erreygers_low = models.FloatField(_("index in the lowest trials"), null=True)
    erreygers_high = models.FloatField(_("index in the highest trials"), null=True)
    concentration = models.FloatField(
        _("concentration index of coverage"),
        null=True,
        help_text=_("Empty also where nobody is served."),
    )
    most_deprived = models.FloatField(_("served in the most deprived fifth, 0 to 1"), null=True)
    most_deprived_low = models.FloatField(_("the same in the lowest trials"), null=True)
    most_deprived_high = models.FloatField(_("the same in the highest trials"), null=True)
    least_deprived = models.FloatField(_("served in the least deprived fifth, 0 to 1"), null=True)
    least_deprived_low = models.FloatField(_("the same in the lowest trials"), null=True)
    least_deprived_high = models.FloatField(_("the same in the highest trials"), null=True)
    difference = models.FloatField(_("least less most deprived"), null=True)
    difference_low = models.FloatField(_("difference in the lowest trials"), null=True)
    difference_high = models.FloatField(_("difference in the highest trials"), null=True)
    ratio = models.FloatField(
        _("least over most deprived"),
        null=True,
        help_text=_("Empty also where nobody of the most deprived fifth is served."),
    )
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)

    class Meta:
        verbose_name = _("coverage along deprivation")
        verbose_name_plural = _("coverage along deprivation")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "tier_code", "service"],
                name="service_gradient_once_per_tier_service",
            ),
            models.CheckConstraint(
                condition=Q(
                    erreygers__isnull=True,
                    erreygers_low__isnull=True,
                    erreygers_high__isnull=True,
                    concentration__isnull=True,
                    most_deprived__isnull=True,
                    most_deprived_low__isnull=True,
                    most_deprived_high__isnull=True,
                    least_deprived__isnull=True,
                    least_deprived_low__isnull=True,
                    least_deprived_high__isnull=True,
                    difference__isnull=True,
                    difference_low__isnull=True,
                    difference_high__isnull=True,
                    ratio__isnull=True,
                )
                & ~Q(reason="")
                | Q(
                    erreygers__isnull=False,
                    most_deprived__isnull=False,
                    least_deprived__isnull=False,
                    difference__isnull=False,
                    reason="",
                ),
                name="service_gradient_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return tier and service."""
        return f"{self.tier_code} {self.service}"

    @property
    def erreygers_of_gap(self) -> float | None:
        """Erreygers' index of the gap: the negative of that of coverage."""
        return None if self.erreygers is None else -self.erreygers


class ClusterKind(models.TextChoices):
    """What a zone and its neighbours have in common."""

    NONE = "none", _("no cluster")
    HIGH_AMONG_HIGH = "high_among_high", _("high need among high")
    LOW_AMONG_HIGH = "low_among_high", _("low need among high")
    LOW_AMONG_LOW = "low_among_low", _("low need among low")
    HIGH_AMONG_LOW = "high_among_low", _("high need among low")


class Neighbours(models.TextChoices):
    """What makes zones neighbours: the name of the weights matrix."""

    SHARED_BORDER = "shared_border", _("zones that share a border or a corner, all alike")


class TierPattern(models.Model):
    """Whether zones of like need lie together in a tier: Moran's I of the need scores."""

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="tier_patterns",
        verbose_name=_("assessment"),
    )
    tier_code = models.CharField(_("tier"), max_length=40)
    weights = models.CharField(_("what makes zones neighbours"), max_length=40, choices=Neighbours)
    moran = models.FloatField(_("Moran's I"), null=True)
    expected = models.FloatField(_("Moran's I expected without any pattern"), null=True)
    p = models.FloatField(_("p-value of Moran's I"), null=True)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)
    islands = ArrayField(
        models.CharField(max_length=60),
        default=list,
        verbose_name=_("zones without a neighbour"),
        help_text=_("Codes of zones with a score and children that border on no such zone."),
    )

    class Meta:
        verbose_name = _("pattern of a tier")
        verbose_name_plural = _("patterns of tiers")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "tier_code"], name="tier_pattern_once_per_tier"
            ),
            models.CheckConstraint(
                condition=Q(moran__isnull=True, expected__isnull=True, p__isnull=True)
                & ~Q(reason="")
                | Q(moran__isnull=False, expected__isnull=False, reason=""),
                name="tier_pattern_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return the tier."""
        return self.tier_code


class ZoneCluster(models.Model):
    """Whether a zone lies among its like in its tier: local Moran's I of the need scores."""

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="zone_clusters",
        verbose_name=_("assessment"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    cluster = models.CharField(_("cluster"), max_length=15, choices=ClusterKind)
    local_moran = models.FloatField(_("local Moran's I"), null=True)
    local_p = models.FloatField(_("p-value of local Moran's I"), null=True)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)

    class Meta:
        verbose_name = _("cluster of a zone")
        verbose_name_plural = _("clusters of zones")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zone"], name="zone_cluster_once_per_zone"
            ),
            models.CheckConstraint(
                condition=Q(local_moran__isnull=True, local_p__isnull=True, cluster="none")
                & ~Q(reason="")
                | Q(local_moran__isnull=False, local_p__isnull=False, reason=""),
                name="zone_cluster_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return zone and cluster."""
        return f"{self.zone} {self.get_cluster_display()}"
