"""The app of the assessments room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    """The room of standards and assessments."""

    name = "atlas.assessments"
    label = "assessments"
    verbose_name = _("assessments")
