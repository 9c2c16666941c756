"""Who takes part: cities, bodies, memberships, accounts and the log of events."""

from __future__ import annotations

from atlas.bodies.models.body import Body
from atlas.bodies.models.city import Calendar, City
from atlas.bodies.models.event import Event
from atlas.bodies.models.membership import Membership, Role
from atlas.bodies.models.named import Named, has_a_name
from atlas.bodies.models.sensitivity import Sensitivity
from atlas.bodies.models.user import User

__all__ = [
    "Body",
    "Calendar",
    "City",
    "Event",
    "Membership",
    "Named",
    "Role",
    "Sensitivity",
    "User",
    "has_a_name",
]
