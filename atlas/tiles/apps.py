"""The app of the tiles room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TilesConfig(AppConfig):
    """The room of map data: zones, places and the base map."""

    name = "atlas.tiles"
    label = "tiles"
    verbose_name = _("map data")
