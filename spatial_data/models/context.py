"""What is measured of zones beside their services: poverty, crowding of homes, rent."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models import Named, has_a_name
from spatial_data.models.layers import LayerVersion
from spatial_data.models.sources import Snapshot
from spatial_data.models.zones import Tier, Zone

# Beyond it squares are no numbers any more; PostgreSQL sorts NaN above every number.
MOST_NUMBER = 1e100


class Normalising(models.TextChoices):
    """How a value becomes a level from 0 to 1."""

    GOALPOSTS = "goalposts", _("between fixed goalposts")
    Z_SCORE = "z_score", _("by its distance from the mean")
    RANK = "rank", _("by its rank")
    MIN_MAX = "min_max", _("between the best and the worst zone")


class NoNumber(models.TextChoices):
    """Why an indicator has no number in a zone. Zero is a number."""

    MISSING = "missing", _("missing")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class ContextIndicator(Named):
    """A context indicator of one layer version: what it measures, and what part it takes."""

    layer_version = models.ForeignKey(
        LayerVersion, on_delete=models.CASCADE, related_name="+", verbose_name=_("layer version")
    )
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="+", verbose_name=_("snapshot")
    )
    code = models.CharField(_("code"), max_length=40)
    tier = models.ForeignKey(
        Tier,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("tier"),
        help_text=_("Whose zones its values are of."),
    )
    units = models.JSONField(_("unit by language"), default=dict)
    good = models.FloatField(_("value of no need"))
    bad = models.FloatField(_("value of the greatest need"))
    normalisation = models.CharField(
        _("how a value becomes a level"), max_length=9, choices=Normalising
    )
    domain = models.CharField(_("domain"), max_length=40)
    weight_micro = models.PositiveIntegerField(
        _("weight in millionths of the score"),
        default=0,
        help_text=_("Holds where the adopted set does not weigh the indicator itself."),
    )
    is_deprivation = models.BooleanField(
        _("ranks zones by deprivation"),
        help_text=_("Coverage is compared along it; one indicator of a city."),
    )
    is_public = models.BooleanField(
        _("public"), help_text=_("Its values are published; others only take part.")
    )
    reference_date = models.DateField(_("reference date"))

    class Meta:
        verbose_name = _("context indicator")
        verbose_name_plural = _("context indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["layer_version", "code"], name="context_code_unique_in_version"
            ),
            models.UniqueConstraint(
                fields=["layer_version"],
                condition=Q(is_deprivation=True),
                name="context_one_deprivation_per_version",
            ),
            models.CheckConstraint(
                condition=~Q(good=F("bad"))
                & Q(good__gte=-MOST_NUMBER, good__lte=MOST_NUMBER)
                & Q(bad__gte=-MOST_NUMBER, bad__lte=MOST_NUMBER),
                name="context_goalposts_finite_and_apart",
            ),
            models.CheckConstraint(
                condition=Q(weight_micro__lt=1_000_000), name="context_weight_below_1"
            ),
            has_a_name(name="context_has_a_name"),
        ]


class ContextValue(models.Model):
    """A context indicator in one zone, as published: never split, never averaged here."""

    indicator = models.ForeignKey(
        ContextIndicator,
        on_delete=models.CASCADE,
        related_name="values",
        verbose_name=_("context indicator"),
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    number = models.FloatField(_("number in the indicator's unit"), null=True)
    standard_error = models.FloatField(
        _("standard sampling error"), null=True, help_text=_("Empty: none is stated.")
    )
    reason = models.CharField(
        _("why there is no number"), max_length=14, choices=NoNumber, blank=True
    )

    class Meta:
        verbose_name = _("context value")
        verbose_name_plural = _("context values")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "zone"], name="context_value_once_per_zone"
            ),
            models.CheckConstraint(
                condition=(Q(number__isnull=True) & ~Q(reason=""))
                | (Q(number__isnull=False) & Q(reason="")),
                name="context_null_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True)
                | Q(number__gte=-MOST_NUMBER, number__lte=MOST_NUMBER),
                name="context_number_is_finite",
            ),
            models.CheckConstraint(
                condition=Q(standard_error__isnull=True)
                | Q(
                    number__isnull=False,
                    standard_error__gte=0,
                    standard_error__lte=MOST_NUMBER,
                ),
                name="context_error_of_a_number_not_negative",
            ),
        ]

    def __str__(self) -> str:
        """Return zone and indicator."""
        return f"{self.zone} {self.indicator}"
