"""Kinds of place as they are listed: under the services that they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from django.utils.translation import gettext

from atlas.web import words
from atlas.web.icons import kind_icon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atlas.web.edition import Edition, Named, Service

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Under(Generic[T]):
    """What is listed under one heading; the heading is empty where it would say a kind twice."""

    heading: str
    items: tuple[T, ...]


def icon_of(edition: Edition, kind: str) -> str:
    """Return the icon of a kind; a city's own wears that of its service."""
    return kind_icon(kind, [s.code for s in edition.services if kind in s.kinds])


def under_services(edition: Edition, items: Mapping[str, T]) -> list[Under[T]]:
    """
    Return the items of some kinds under the services that the kinds are for.

    Parameters
    ----------
    edition
        With its services in their order, and its kinds.
    items
        By the kind's code.

    Returns
    -------
    under
        Kinds that are for the same services stand together, in the order of the services; those
        that are for none come last.
    """
    found: dict[tuple[int, ...], list[Named]] = {}
    for kind in edition.kinds:
        if kind.code in items:
            own = (i for i, s in enumerate(edition.services) if kind.code in s.kinds)
            found.setdefault(tuple(own), []).append(kind)
    return [
        Under(
            _heading([edition.services[i] for i in own], found[own]),
            tuple(items[kind.code] for kind in found[own]),
        )
        for own in sorted(found, key=lambda own: own or (len(edition.services),))
    ]


def _heading(services: list[Service], kinds: list[Named]) -> str:
    if not services:
        return gettext("Counted for no service")
    names = [words.name_of(service.names) for service in services]
    if names == [words.name_of(kind.names) for kind in kinds]:
        return ""
    return " · ".join(names)
