"""The smallest areas, their published counts and the buildings in them."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from spatial_data.models.layers import LayerVersion
from spatial_data.models.sources import Snapshot


class Sex(models.TextChoices):
    """Whom a count, a unit or a requirement speaks of."""

    GIRL = "girl", _("girls")
    BOY = "boy", _("boys")
    ALL = "all", _("girls and boys")


class CountRole(models.TextChoices):
    """What a published count is used for."""

    COUNT = "count", _("count of a cell")
    SHARE = "share", _("only shapes the split")
    CONTROL = "control", _("total of a larger area")


class CountState(models.TextChoices):
    """Whether the publisher gave the number."""

    MEASURED = "measured", _("measured")
    MISSING = "missing", _("missing")


class Cell(models.Model):
    """The smallest area with counts: a census block or section."""

    layer_version = models.ForeignKey(
        LayerVersion, on_delete=models.CASCADE, related_name="+", verbose_name=_("layer version")
    )
    code = models.CharField(_("code"), max_length=60)
    outline = models.MultiPolygonField(_("outline"), spatial_index=False)
    outside = models.BooleanField(
        _("outside the city"), default=False, help_text=_("Takes part, is not reported.")
    )

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        constraints = [
            models.UniqueConstraint(
                fields=["layer_version", "code"], name="cell_code_unique_in_version"
            )
        ]
        indexes = [
            # The cell under a point: buildings and streets are given to cells through it.
            GistIndex(fields=["outline"], name="cell_outline_holds_point")
        ]

    def __str__(self) -> str:
        """Return its code."""
        return self.code


class Count(models.Model):
    """One published number of persons, as published: never split, never summed here."""

    layer_version = models.ForeignKey(
        LayerVersion, on_delete=models.CASCADE, related_name="+", verbose_name=_("layer version")
    )
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="+", verbose_name=_("snapshot")
    )
    role = models.CharField(_("role"), max_length=8, choices=CountRole)
    area_code = models.CharField(
        _("area"),
        max_length=60,
        blank=True,
        help_text=_("A cell's or zone's code; empty: the whole city."),
    )
    age_from = models.PositiveSmallIntegerField(_("from age"))
    age_to = models.PositiveSmallIntegerField(_("up to, not including, age"))
    sex = models.CharField(_("sex"), max_length=4, choices=Sex)
    persons = models.PositiveIntegerField(_("persons"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=CountState)
    reference_date = models.DateField(_("reference date"))

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "layer_version",
                    "role",
                    "area_code",
                    "age_from",
                    "age_to",
                    "sex",
                    "reference_date",
                ],
                name="count_once_per_area_age_sex",
            ),
            models.CheckConstraint(
                condition=models.Q(age_from__lt=models.F("age_to")), name="count_ages_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(persons__isnull=True) ^ models.Q(state="measured"),
                name="count_missing_means_null",
            ),
        ]

    def __str__(self) -> str:
        """Return area, ages and sex."""
        return f"{self.area_code} {self.age_from}–{self.age_to} {self.sex}"


class Building(models.Model):
    """A mapped building: where children may live, and what tells mapped land from unmapped."""

    layer_version = models.ForeignKey(
        LayerVersion, on_delete=models.CASCADE, related_name="+", verbose_name=_("layer version")
    )
    code = models.CharField(_("code"), max_length=60)
    outline = models.PolygonField(_("outline"), spatial_index=False)
    footprint_m2 = models.FloatField(_("footprint in m²"))
    levels = models.PositiveSmallIntegerField(_("levels"), null=True)
    is_residential = models.BooleanField(
        _("residential"), null=True, help_text=_("Empty: not said.")
    )

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        constraints = [
            models.UniqueConstraint(
                fields=["layer_version", "code"], name="building_code_unique_in_version"
            ),
            models.CheckConstraint(
                condition=models.Q(footprint_m2__gt=0), name="building_has_area"
            ),
        ]

    def __str__(self) -> str:
        """Return its code."""
        return self.code
