"""How safely children walk to what they reach, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from atlas.web import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atlas.web.edition import Edition

TEN = 10
# The ends stand for what lies beyond them too.
FEWEST, MOST = 1, 9


def tenths_at(figures: Mapping[str, Any], row: int) -> int | None:
    """Return of ten children who reach a service how many do safely; None where it is not told."""
    told = figures.get("safe_route")
    return None if told is None else told["tenths"][row]


def safe_route(figures: Mapping[str, Any], row: int, edition: Edition) -> str:
    """
    Return the sentence on safe routes to a service; empty where nothing is told.

    Parameters
    ----------
    figures
        The file of the service.
    row
        Whose.
    edition
        With the ages of the bands.
    """
    tenths = tenths_at(figures, row)
    ages = words.ages_of(figures["safe_route"]["bands"], edition) if tenths else None
    if tenths is None or ages is None:
        return ""
    if tenths <= FEWEST:
        text = gettext("Ages %(years)s who reach it: %(n)s in %(ten)s or fewer by a safe route.")
    elif tenths >= MOST:
        text = gettext("Ages %(years)s who reach it: %(n)s in %(ten)s or more by a safe route.")
    else:
        text = gettext("Ages %(years)s who reach it: about %(n)s in %(ten)s by a safe route.")
    return text % {"years": words.years(ages), "n": words.number(tenths), "ten": words.number(TEN)}
