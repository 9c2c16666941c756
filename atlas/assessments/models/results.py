"""What an assessment found."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from atlas.assessments.models.assessment import Assessment
from spatial_data.models import Zone


class Quality(models.TextChoices):
    """How a value came about."""

    MEASURED = "measured", _("measured")
    ESTIMATED = "estimated", _("estimated")


class Reason(models.TextChoices):
    """Why there is no value. Zero is a value."""

    MISSING = "missing", _("missing")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    NO_NETWORK = "no_network", _("no street data")
    SUPPRESSED = "suppressed", _("withheld: few children")


class Result(models.Model):
    """
    How one service reaches one group of children in one zone. Leaf groups only; margins are sums.

    All counts are millionths of a child, so that sums are exact.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="results", verbose_name=_("assessment")
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    service = models.CharField(_("service"), max_length=40)
    band = models.CharField(_("age band"), max_length=10)
    sex = models.CharField(_("sex"), max_length=4)
    children_micro = models.BigIntegerField(_("children"))
    served_micro = models.BigIntegerField(_("served"), null=True)
    full_micro = models.BigIntegerField(_("in reach, too few places"), null=True)
    out_micro = models.BigIntegerField(_("out of reach"), null=True)
    unknown_micro = models.BigIntegerField(_("unknown"), null=True)
    short_micro = models.BigIntegerField(_("places short"), null=True)
    # The other bound of a value flagged capacity_unknown: served if those capacities were 0.
    served_low_micro = models.BigIntegerField(_("served at least"), null=True)
    # Children so near the boundary that places beyond it may be missing.
    edge_micro = models.BigIntegerField(_("near the boundary"), default=0)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)
    quality = models.CharField(_("quality"), max_length=9, choices=Quality)
    flags = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("flags"))

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zone", "service", "band", "sex"],
                name="result_once_per_zone_service_group",
            ),
            models.CheckConstraint(
                condition=(Q(served_micro__isnull=True) & ~Q(reason=""))
                | (Q(served_micro__isnull=False) & Q(reason="")),
                name="result_null_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(served_micro__isnull=True)
                | Q(
                    children_micro=F("served_micro")
                    + F("full_micro")
                    + F("out_micro")
                    + F("unknown_micro")
                ),
                name="result_split_adds_up",
            ),
        ]

    def __str__(self) -> str:
        """Return zone, service and group."""
        return f"{self.zone} {self.service} {self.band}/{self.sex}"


class PieceResult(models.Model):
    """
    How the services reach one group of children in one of the pieces that several trees cut.

    Kept only where a city has more than one tree: what may be published of both is judged by what
    they share.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="pieces", verbose_name=_("assessment")
    )
    # Codes of the leaf zone of every tree, the main tree first: together they name the piece.
    zones = ArrayField(models.CharField(max_length=60), verbose_name=_("leaf zones"))
    band = models.CharField(_("age band"), max_length=10)
    sex = models.CharField(_("sex"), max_length=4)
    children_micro = models.BigIntegerField(_("children"))
    # By code of each service that applies: served, full, out, unknown, in millionths of a child.
    split_micro = models.JSONField(_("split by service"), default=dict)

    class Meta:
        verbose_name = _("result of a piece")
        verbose_name_plural = _("results of pieces")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zones", "band", "sex"], name="piece_once_per_group"
            )
        ]

    def __str__(self) -> str:
        """Return the leaf zones and the group."""
        return f"{' × '.join(self.zones)} {self.band} {self.sex}"


class Score(models.Model):
    """A zone's need, 0 to 100, high is worse, with the interval that missing data leaves open."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="scores", verbose_name=_("assessment")
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    children_micro = models.BigIntegerField(_("children"))
    need = models.FloatField(_("need"), null=True)
    lowest = models.FloatField(_("lowest the missing data allow"), null=True)
    highest = models.FloatField(_("highest the missing data allow"), null=True)
    known_weight = models.FloatField(_("share of the weights that is known"))
    rank = models.FloatField(_("rank"), null=True)
    ranked_of = models.PositiveIntegerField(_("zones ranked"))
    reason = models.CharField(_("why there is no score"), max_length=14, choices=Reason, blank=True)
    flags = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("flags"))

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "zone"], name="score_once_per_zone"),
            models.CheckConstraint(
                condition=(Q(need__isnull=True) & ~Q(reason=""))
                | (Q(need__isnull=False) & Q(reason="")),
                name="score_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return zone and need."""
        return f"{self.zone} {self.need}"


class Contribution(models.Model):
    """A component's share of a zone's score: they sum to the score."""

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="contributions",
        verbose_name=_("assessment"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    component = models.CharField(_("component"), max_length=40)
    gap = models.FloatField(_("gap, 0 to 1"), null=True)
    weight = models.FloatField(_("weight after rescaling"))
    points = models.FloatField(_("points of the score"), null=True)
    without = models.FloatField(_("what the score loses if this were solved"), null=True)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zone", "component"], name="contribution_once_per_component"
            ),
            models.CheckConstraint(
                condition=(Q(gap__isnull=True) & ~Q(reason=""))
                | (Q(gap__isnull=False) & Q(reason="")),
                name="contribution_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return zone and component."""
        return f"{self.zone} {self.component}"


class Completeness(models.Model):
    """How complete the layer behind a service looks in a zone, with what was seen."""

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="completeness",
        verbose_name=_("assessment"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    service = models.CharField(_("service"), max_length=40)
    grade = models.PositiveSmallIntegerField(_("grade, 0 poor to 3 complete"))
    is_incomplete = models.BooleanField(_("judged incomplete"))
    evidence = models.JSONField(_("what was seen"), default=dict)

    class Meta:
        verbose_name = _("completeness")
        verbose_name_plural = _("completeness")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zone", "service"], name="completeness_once_per_service"
            )
        ]

    def __str__(self) -> str:
        """Return zone, service and grade."""
        return f"{self.zone} {self.service} {self.grade}"


class AccessIndex(models.Model):
    """
    The access index of a service in a zone: the mean over its children of what arrives at them.

    It stands beside the split and never inside it.
    """

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="access_indices",
        verbose_name=_("assessment"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    service = models.CharField(_("service"), max_length=40)
    index = models.FloatField(_("access index"), null=True)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)

    class Meta:
        verbose_name = _("access index")
        verbose_name_plural = _("access indices")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zone", "service"], name="access_index_once_per_service"
            ),
            models.CheckConstraint(
                condition=(Q(index__isnull=True) & ~Q(reason=""))
                | (Q(index__isnull=False) & Q(reason="")),
                name="access_index_null_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Return zone and service."""
        return f"{self.zone} {self.service}"


class WalkReach(models.Model):
    """
    What a group of children reaches in a zone by a way of walking, beside any route.

    The safety gap is the share of those known about who reach the service by any route and not
    by this one. A service that is not walked to has no row, nor has a group that walks otherwise.
    """

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="walk_reaches",
        verbose_name=_("assessment"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    profile = models.CharField(_("way of walking"), max_length=20)
    service = models.CharField(_("service"), max_length=40)
    band = models.CharField(_("age band"), max_length=10)
    sex = models.CharField(_("sex"), max_length=4)
    reached_micro = models.BigIntegerField(_("reached"))
    any_route_micro = models.BigIntegerField(_("reached by any route"))
    gap = models.FloatField(_("safety gap, 0 to 1"), null=True)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)

    class Meta:
        verbose_name = _("reach by a way of walking")
        verbose_name_plural = _("reaches by ways of walking")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "zone", "profile", "service", "band", "sex"],
                name="walk_reach_once_per_zone_profile_group",
            ),
            models.CheckConstraint(
                condition=(Q(gap__isnull=True) & ~Q(reason=""))
                | (Q(gap__isnull=False) & Q(reason="")),
                name="walk_reach_null_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reached_micro__lte=F("any_route_micro")),
                name="walk_reach_no_more_than_any_route",
            ),
        ]

    def __str__(self) -> str:
        """Return zone, profile, service and group."""
        return f"{self.zone} {self.profile} {self.service} {self.band}/{self.sex}"


class PlacingWay(models.TextChoices):
    """How the points were found on which the children of a cell stand."""

    BUILDINGS = "buildings", _("at residential buildings")
    STREETS = "streets", _("along residential streets")
    POINT = "point", _("at one representative point")


class CellPlacement(models.Model):
    """Where the children of a cell were made to stand, and how they are known."""

    assessment = models.ForeignKey(
        Assessment,
        on_delete=models.CASCADE,
        related_name="placements",
        verbose_name=_("assessment"),
    )
    cell_code = models.CharField(_("cell"), max_length=60)
    way = models.CharField(_("placed"), max_length=9, choices=PlacingWay)
    points = models.PositiveIntegerField(_("points"))
    children_micro = models.BigIntegerField(_("children"))
    floor_m2_per_resident = models.FloatField(_("mapped floor area per resident"), null=True)

    class Meta:
        verbose_name = _("placement of a cell")
        verbose_name_plural = _("placements of cells")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "cell_code"], name="placement_once_per_cell"
            )
        ]

    def __str__(self) -> str:
        """Return the cell and the way."""
        return f"{self.cell_code} {self.get_way_display()}"
