"""The app of the bodies room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BodiesConfig(AppConfig):
    """The room of cities, bodies and people with accounts."""

    name = "atlas.bodies"
    label = "bodies"
    verbose_name = _("cities and bodies")
