"""The append-only log."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models.city import City
from atlas.bodies.models.user import User


class Event(models.Model):
    """One line of the append-only log: a login, an export, a change of permission or of a layer."""

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    city = models.ForeignKey(
        City, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("city")
    )
    what = models.CharField(_("what"), max_length=60)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            # The log page of a city, newest first.
            models.Index(fields=["city", "-at"], name="event_city_newest")
        ]

    def __str__(self) -> str:
        """Return when and what."""
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"
