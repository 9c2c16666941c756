"""Accounts of adults."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An adult with an account: staff of a body, a planner, an analyst. Children never have one."""

    class Meta(AbstractUser.Meta):
        # The stubs give the abstract user's names as plain text.
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]
