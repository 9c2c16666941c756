"""Who serves which body, when."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models.body import Body
from atlas.bodies.models.user import User


class Role(models.TextChoices):
    """What a person does for a body."""

    STEWARD = "steward", _("steward")
    PLANNER = "planner", _("planner")
    ANALYST = "analyst", _("analyst")
    OFFICE = "office", _("Child Friendly City office")


class Membership(models.Model):
    """A person serves a body in a role for a time."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    body = models.ForeignKey(
        Body, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("body")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    during = DateRangeField(
        _("during"), help_text=_("From the first day up to, not including, the last.")
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("body", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        """Return who serves whom as what."""
        return f"{self.user} · {self.body} · {self.get_role_display()}"
