"""Places with their kinds, matches and entrances."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models import City, Named, User, has_a_name
from spatial_data.models.layers import LayerVersion
from spatial_data.models.sources import Snapshot, Source


class Family(models.TextChoices):
    """Which of the plain layers a kind belongs to."""

    PLAY_SPACE = "play_space", _("play spaces")
    SCHOOL = "school", _("schools")
    CHILD_SERVICE = "child_service", _("child services")


class Status(models.TextChoices):
    """Whether a place offers anything: a planned one counts only in scenarios."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    PLANNED = "planned", _("planned")


class EntranceOrigin(models.TextChoices):
    """How an entrance was found."""

    GATE = "gate", _("mapped gate or door")
    CROSSING = "crossing", _("a walkable way crosses the boundary")
    BOUNDARY = "boundary", _("boundary near a walkable way")
    POINT = "point", _("the place's own point")


class Kind(Named):
    """What sort of place it is. A city may add kinds of its own."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    code = models.CharField(_("code"), max_length=40)
    family = models.CharField(_("family"), max_length=13, choices=Family)

    class Meta:
        verbose_name = _("kind of place")
        verbose_name_plural = _("kinds of place")
        constraints = [
            models.UniqueConstraint(fields=["city", "code"], name="kind_code_unique_in_city"),
            has_a_name(name="kind_has_a_name"),
        ]


class Place(models.Model):
    """A place, for ever. Its code is minted here and outlives the publishers' numbers."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    code = models.CharField(_("code"), max_length=60)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(fields=["city", "code"], name="place_code_unique_in_city")
        ]

    def __str__(self) -> str:
        """Return its code."""
        return self.code


class PlaceMatch(models.Model):
    """A publisher's record is this place: by rule, or decided by a person."""

    place = models.ForeignKey(
        Place, on_delete=models.CASCADE, related_name="matches", verbose_name=_("place")
    )
    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="+", verbose_name=_("source")
    )
    source_record = models.CharField(_("publisher's number"), max_length=100)
    rule = models.CharField(_("matched by"), max_length=20)
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    decided_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_record"], name="match_one_place_per_record"
            )
        ]

    def __str__(self) -> str:
        """Return the place and the publisher's number."""
        return f"{self.place} ← {self.source_record}"


class PlaceVersion(Named):
    """
    A place as one layer version knows it, valid for a half-open range of days.

    Names may be empty: most mapped playgrounds have none and are called by their kind.
    """

    place = models.ForeignKey(
        Place, on_delete=models.CASCADE, related_name="versions", verbose_name=_("place")
    )
    layer_version = models.ForeignKey(
        LayerVersion, on_delete=models.CASCADE, related_name="+", verbose_name=_("layer version")
    )
    kind = models.ForeignKey(
        Kind, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind")
    )
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="+", verbose_name=_("snapshot")
    )
    location = models.PointField(_("location"), spatial_index=False)
    outline = models.MultiPolygonField(_("outline"), null=True, blank=True, spatial_index=False)
    area_m2 = models.FloatField(_("area in m²"), null=True, blank=True)
    # The outer place gives this one's area away: a playground in a park is not counted twice.
    inside = models.ForeignKey(
        Place,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("lies inside"),
    )
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.OPEN)
    valid = DateRangeField(
        _("valid"), help_text=_("From the first day up to, not including, the last.")
    )
    record_date = models.DateField(_("last change of the record"), null=True, blank=True)

    class Meta:
        verbose_name = _("place version")
        verbose_name_plural = _("place versions")
        constraints = [
            ExclusionConstraint(
                name="place_version_one_at_a_time",
                expressions=[
                    ("layer_version", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(area_m2__isnull=True) | models.Q(area_m2__gt=0),
                name="place_area_positive",
            ),
        ]
        indexes = [
            # Places in a map window and the nearest ones to a point.
            GistIndex(fields=["location"], name="place_location_near")
        ]


class Entrance(models.Model):
    """A point where one walks in: walking is measured to the nearest, never to the centroid."""

    place_version = models.ForeignKey(
        PlaceVersion,
        on_delete=models.CASCADE,
        related_name="entrances",
        verbose_name=_("place version"),
    )
    location = models.PointField(_("location"), spatial_index=False)
    origin = models.CharField(_("found as"), max_length=8, choices=EntranceOrigin)

    class Meta:
        verbose_name = _("entrance")
        verbose_name_plural = _("entrances")

    def __str__(self) -> str:
        """Return how it was found."""
        return self.get_origin_display()
