"""
The published figures as rows, read through the role that sees nothing else.

For faces: take the edition a page shows by `edition_named` (its manifest names label and revision),
then ask for its rows. Every reading function goes through the database alias ``published`` unless
told otherwise; rows that passed disclosure control are all that it can see. Publishing itself
reads through ``default``, because its rows are not committed yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from atlas.assessments.models import (
    Edition,
    PublishedCompleteness,
    PublishedContext,
    PublishedFigure,
    PublishedGradient,
    PublishedScore,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

PUBLISHED = "published"
ALL = "all"
CHILDREN_AS_SUCH = ""
WHOLE_CITY = ""
SUPPRESSED = "suppressed"
# Why nothing is told of a split: its zone's division crosses the main one.
CROSSING = "crossing"


class Figure(NamedTuple):
    """One split of children as published; None wherever `reason` says why there is no value."""

    zone_code: str
    service: str
    band: str
    sex: str
    children: int | None
    served: int | None
    full: int | None
    out: int | None
    unknown: int | None
    short: float | None
    reason: str
    quality: str
    flags: list[str]


def edition_named(city_slug: str, label: str, revision: int) -> Edition:
    """
    Return the edition whose folder is ``<city>/<label>.<revision>``.

    Parameters
    ----------
    city_slug, label, revision
        As the manifest gives them.

    Returns
    -------
    edition
        With its city at hand.

    Raises
    ------
    Edition.DoesNotExist
        If it was never published on this database.
    """
    return Edition.objects.select_related("city").get(
        city__slug=city_slug, label=label, revision=revision
    )


def figures(
    edition: Edition,
    tier_code: str,
    *,
    service: str | None = None,
    group: tuple[str, str] | None = None,
    using: str = PUBLISHED,
) -> list[Figure]:
    """
    Return the splits of a tier's zones, in the order of the zones' codes.

    Parameters
    ----------
    edition
        Whose figures.
    tier_code
        Code of the tier; `WHOLE_CITY` gives the one row of the city itself.
    service
        Code of the service; `CHILDREN_AS_SUCH` gives children without a service, None all.
    group
        Age band and sex, each a code or `ALL`; None gives every group.
    using
        Database alias.

    Returns
    -------
    figures
        Whole children; sorted by zone, service, band and sex, in code points. Of a division that
        crosses the main one no service is told, however many children there are (decision 0014):
        that is the reason `CROSSING`.

    Raises
    ------
    ProgrammingError
        If the database's reader role was not granted (see docs/settings.md).
    """
    asked = PublishedFigure.objects.using(using).filter(edition_id=edition.pk, tier_code=tier_code)
    if service is not None:
        asked = asked.filter(service=service)
    if group is not None:
        asked = asked.filter(band=group[0], sex=group[1])
    # Sorted here: servers sort text in their own ways, and files must come out the same.
    found = sorted(Figure(*row) for row in asked.values_list(*Figure._fields))
    return [_crossing(row) for row in found] if _crosses(edition, tier_code) else found


def _crosses(edition: Edition, tier_code: str) -> bool:
    """Say whether a tier belongs to another division than the main one, which comes first."""
    tree = {tier["code"]: tier["tree"] for tier in edition.about["tiers"]}
    return tier_code in tree and tree[tier_code] != edition.about["tiers"][0]["tree"]


def _crossing(figure: Figure) -> Figure:
    is_split = figure.service != CHILDREN_AS_SUCH and figure.reason == SUPPRESSED
    return figure._replace(reason=CROSSING) if is_split else figure


def scores(edition: Edition, tier_code: str, *, using: str = PUBLISHED) -> list[PublishedScore]:
    """
    Return the published scores of a tier, in the order of the zones' codes.

    Parameters
    ----------
    edition, tier_code, using
        See `figures`.

    Returns
    -------
    scores
        One a zone; `need` is None where `reason` says why, and then a class may still be there.

    Raises
    ------
    ProgrammingError
        See `figures`.
    """
    return _by_zone(
        PublishedScore.objects.using(using).filter(edition_id=edition.pk, tier_code=tier_code)
    )


def completeness(
    edition: Edition, tier_code: str, *, using: str = PUBLISHED
) -> list[PublishedCompleteness]:
    """
    Return how complete each service's layer looked in each zone of a tier.

    Parameters
    ----------
    edition, tier_code, using
        See `figures`.

    Returns
    -------
    completeness
        One a zone and service, in the order of their codes.

    Raises
    ------
    ProgrammingError
        See `figures`.
    """
    asked = PublishedCompleteness.objects.using(using).filter(
        edition_id=edition.pk, tier_code=tier_code
    )
    return sorted(asked, key=lambda row: (row.zone_code, row.service))


def context(edition: Edition, tier_code: str, *, using: str = PUBLISHED) -> list[PublishedContext]:
    """
    Return the public context indicators of a tier's zones.

    Parameters
    ----------
    edition, tier_code, using
        See `figures`.

    Returns
    -------
    context
        One an indicator and zone, in the order of their codes.

    Raises
    ------
    ProgrammingError
        See `figures`.
    """
    asked = PublishedContext.objects.using(using).filter(edition_id=edition.pk, tier_code=tier_code)
    return sorted(asked, key=lambda row: (row.indicator, row.zone_code))


def gradients(edition: Edition, *, using: str = PUBLISHED) -> list[PublishedGradient]:
    """
    Return coverage along deprivation of every tier and service.

    Parameters
    ----------
    edition, using
        See `figures`.

    Returns
    -------
    gradients
        In the order of tiers' and services' codes.

    Raises
    ------
    ProgrammingError
        See `figures`.
    """
    asked = PublishedGradient.objects.using(using).filter(edition_id=edition.pk)
    return sorted(asked, key=lambda row: (row.tier_code, row.service))


def _by_zone(asked: QuerySet[PublishedScore]) -> list[PublishedScore]:
    return sorted(asked, key=lambda row: row.zone_code)
