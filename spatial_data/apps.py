"""The app of the layers."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpatialDataConfig(AppConfig):
    """The room of the layers."""

    name = "spatial_data"
    label = "spatial_data"
    verbose_name = _("layers")
