"""The app of the reports room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """The room of tables and reports."""

    name = "atlas.reports"
    label = "reports"
    verbose_name = _("reports")
