"""The one question of rights."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from atlas.bodies.models import Membership, Role

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AnonymousUser

    from atlas.bodies.models import City, User


class Action(StrEnum):
    """What somebody may be allowed to do in a city."""

    SEE_COUNCIL = "see_council"
    LOAD = "load"
    ASSESS = "assess"
    PUBLISH = "publish"


_ROLES_FOR: dict[Action, frozenset[str]] = {
    Action.SEE_COUNCIL: frozenset(Role.values),
    Action.LOAD: frozenset({Role.STEWARD, Role.OFFICE}),
    Action.ASSESS: frozenset({Role.ANALYST, Role.OFFICE}),
    Action.PUBLISH: frozenset({Role.OFFICE}),
}


def may(user: User | AnonymousUser, action: Action, city: City, *, on: date) -> bool:
    """Return whether `user` may do `action` in `city` on the day `on`."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser:
        return True
    return Membership.objects.filter(
        user=user, body__city=city, role__in=_ROLES_FOR[action], during__contains=on
    ).exists()
