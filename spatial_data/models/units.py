"""What places offer, and the details of play spaces and schools."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _

from spatial_data.models.cells import Sex
from spatial_data.models.places import PlaceVersion


class Stage(models.TextChoices):
    """The stage of schooling a unit teaches."""

    PRE_SCHOOL = "pre_school", _("pre-school year")
    PRIMARY = "primary", _("primary")
    LOWER_SECONDARY = "lower_secondary", _("lower secondary")
    UPPER_SECONDARY = "upper_secondary", _("upper secondary")


class Shift(models.TextChoices):
    """When a unit uses the building."""

    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")
    WHOLE_DAY = "whole_day", _("whole day")


class Sector(models.TextChoices):
    """Who runs it."""

    PUBLIC = "public", _("public")
    PRIVATE = "private", _("non-governmental")


class CapacityUnit(models.TextChoices):
    """What a capacity counts."""

    SEAT = "seat", _("seats")
    SQUARE_METRE = "m2", _("m²")
    VISIT = "visit", _("visits")


class Unit(models.Model):
    """What a place offers to whom: a school of one sex, stage and shift; a reading room."""

    place_version = models.ForeignKey(
        PlaceVersion,
        on_delete=models.CASCADE,
        related_name="units",
        verbose_name=_("place version"),
    )
    code = models.CharField(_("code"), max_length=60)
    sex = models.CharField(_("sex"), max_length=4, choices=Sex, default=Sex.ALL)
    stage = models.CharField(_("stage"), max_length=15, choices=Stage, blank=True)
    shift = models.CharField(_("shift"), max_length=9, choices=Shift, default=Shift.WHOLE_DAY)
    # Null: no limit of age is known, the kind's own ages hold.
    age_from = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("up to, not including, age"), null=True, blank=True)
    sector = models.CharField(_("sector"), max_length=7, choices=Sector, blank=True)
    is_special = models.BooleanField(_("special education"), default=False)
    capacity = models.DecimalField(
        _("capacity"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: unknown. 0 is 0."),
    )
    capacity_unit = models.CharField(
        _("counted in"), max_length=5, choices=CapacityUnit, default=CapacityUnit.SEAT
    )
    pupils = models.PositiveIntegerField(_("pupils or users"), null=True, blank=True)
    catchment = models.MultiPolygonField(_("catchment"), null=True, blank=True, spatial_index=False)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(
                fields=["place_version", "code"], name="unit_code_unique_in_place"
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__isnull=True) | models.Q(capacity__gte=0),
                name="unit_capacity_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(age_from__isnull=True, age_to__isnull=True)
                | models.Q(age_from__lt=models.F("age_to")),
                name="unit_ages_in_order",
            ),
        ]

    def __str__(self) -> str:
        """Return its code."""
        return self.code


class PlaySpace(models.Model):
    """What is known of a play space beyond its place. Empty means unknown, which is not no."""

    place_version = models.OneToOneField(
        PlaceVersion,
        on_delete=models.CASCADE,
        related_name="play_space",
        verbose_name=_("place version"),
    )
    equipment = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("equipment")
    )
    surface = models.CharField(_("surface"), max_length=40, blank=True)
    has_shade = models.BooleanField(_("shade"), null=True)
    is_fenced = models.BooleanField(_("fence"), null=True)
    has_water = models.BooleanField(_("drinking water"), null=True)
    has_toilet = models.BooleanField(_("toilet"), null=True)
    wheelchair = models.BooleanField(_("usable with a wheelchair"), null=True)
    stroller = models.BooleanField(_("reached with a stroller"), null=True)
    age_from = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("up to, not including, age"), null=True, blank=True)

    class Meta:
        verbose_name = _("play space")
        verbose_name_plural = _("play spaces")

    def __str__(self) -> str:
        """Return the place."""
        return str(self.place_version)


class SchoolBuilding(models.Model):
    """The building that school units share: crowding is judged on it, not on the shift."""

    place_version = models.OneToOneField(
        PlaceVersion,
        on_delete=models.CASCADE,
        related_name="school_building",
        verbose_name=_("place version"),
    )
    classrooms = models.PositiveSmallIntegerField(_("classrooms"), null=True)
    built_m2 = models.FloatField(_("built area in m²"), null=True)
    yard_m2 = models.FloatField(_("yard in m²"), null=True)

    class Meta:
        verbose_name = _("school building")
        verbose_name_plural = _("school buildings")

    def __str__(self) -> str:
        """Return the place."""
        return str(self.place_version)
