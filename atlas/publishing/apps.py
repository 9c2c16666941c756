"""The app of the publishing room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    """The room that makes editions."""

    name = "atlas.publishing"
    label = "publishing"
    verbose_name = _("publishing")
