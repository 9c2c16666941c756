"""Which requirement set a city has adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atlas.assessments.models import Adoption, StandardSet

if TYPE_CHECKING:
    from datetime import date, datetime

    from atlas.bodies.models import City, User


class NoStandardError(LookupError):
    """The set asked for is not kept, or the city has adopted none."""


def adopt(city: City, code: str, *, on: date, at: datetime, by: User | None = None) -> Adoption:
    """
    Adopt the newest revision of a set for a city, from a day on.

    Parameters
    ----------
    city
        Who adopts.
    code
        Code of the set, such as ``iran-a``.
    on
        First day it holds.
    at, by
        When it was decided, and by whom; nobody when a city folder says so.

    Returns
    -------
    adoption
        The one that stands already, if it is of this revision.

    Raises
    ------
    NoStandardError
        If no set of that code is kept.
    """
    standard = StandardSet.objects.filter(code=code).order_by("-revision").first()
    if standard is None:
        kept = sorted(set(StandardSet.objects.values_list("code", flat=True)))
        msg = f"there is no requirement set {code!r}; kept are: {', '.join(kept) or 'none'}"
        raise NoStandardError(msg)
    standing = Adoption.objects.filter(city=city).order_by("-since", "-id").first()
    # What only a folder has asked for becomes a person's decision when a person makes it.
    decides = by is not None and standing is not None and standing.decided_by_id is None
    if standing is not None and standing.standard_id == standard.pk and not decides:
        return standing
    return Adoption.objects.create(
        city=city, standard=standard, since=on, decided_by=by, decided_at=at
    )


def adopted(city: City, *, on: date) -> StandardSet:
    """
    Return the set a city follows on a day.

    Parameters
    ----------
    city, on
        Whose, and when. A city whose first adoption lies later follows that one: a load may
        speak of a year before the atlas existed.

    Returns
    -------
    standard
        Of two adoptions of one day, the later.

    Raises
    ------
    NoStandardError
        If the city has adopted none.
    """
    adoptions = Adoption.objects.filter(city=city).select_related("standard")
    standing = adoptions.filter(since__lte=on).order_by("-since", "-id").first()
    standing = standing or adoptions.order_by("since", "-id").first()
    if standing is None:
        msg = f"{city.slug} has adopted no requirement set"
        raise NoStandardError(msg)
    return standing.standard
