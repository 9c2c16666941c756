"""Members of the policy council."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models.city import City
from atlas.bodies.models.named import Named, has_a_name


class Body(Named):
    """A member of the policy council: a unit of the municipality or an office outside it."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="bodies", verbose_name=_("city")
    )
    code = models.CharField(_("code"), max_length=60)
    is_internal = models.BooleanField(_("inside the municipality"))

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        constraints = [
            models.UniqueConstraint(fields=["city", "code"], name="body_code_unique_in_city"),
            has_a_name(name="body_has_a_name"),
        ]
