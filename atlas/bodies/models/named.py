"""Names in several languages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def has_a_name(*, name: str) -> models.CheckConstraint:
    """Return the check that a row carries a name in at least one language."""
    return models.CheckConstraint(condition=~models.Q(names={}), name=name)


def name_in(names: dict[str, str], language: str) -> str:
    """Return the name in `language`, else in English, else the first one there is."""
    base = language.split("-", maxsplit=1)[0]
    for choice in (base, "en"):
        if names.get(choice):
            return names[choice]
    return next(iter(names.values()), "")


class Named(models.Model):
    """Something with names in several languages: a Spanish city is neither Persian nor English."""

    names = models.JSONField(
        _("names"), default=dict, help_text=_('By language: {"fa": "…", "en": "…"}')
    )
    # All names folded (ي/ی, ك/ک, ZWNJ, digits, case) in one line: what search looks through.
    folded_names = models.TextField(_("names for search"), blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Return the name in the reader's language."""
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return name_in(self.names, get_language() or "en")
