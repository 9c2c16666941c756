"""Cities."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models.named import Named, has_a_name


class Calendar(models.TextChoices):
    """The calendar in which a city's dates are shown; stored dates are Gregorian."""

    JALALI = "jalali", _("Jalali")
    GREGORIAN = "gregorian", _("Gregorian")


class City(Named):
    """A municipality with an atlas of its own. Every unique key in the database starts with it."""

    slug = models.CharField(
        _("slug"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$")],
    )
    srid = models.PositiveIntegerField(_("metric reference system (EPSG)"))
    timezone = models.CharField(_("time zone"), max_length=64)
    calendar = models.CharField(_("calendar"), max_length=10, choices=Calendar)
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("languages"))
    reference_date = models.DateField(_("date the data speaks of"))
    standard = models.CharField(
        _("requirement set its folder asks for"),
        max_length=40,
        blank=True,
        help_text=_("Adopted before the first assessment; later adoptions are decisions."),
    )
    is_invented = models.BooleanField(
        _("invented"), default=False, help_text=_("Every page says so.")
    )

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        constraints = [has_a_name(name="city_has_a_name")]
