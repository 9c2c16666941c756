"""Who may see a thing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sensitivity(models.TextChoices):
    """Who may see a thing."""

    PUBLIC = "public", _("public")
    COUNCIL = "council", _("policy council")
    CUSTODIAN = "custodian", _("custodian only")
