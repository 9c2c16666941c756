"""Admin pages of cities, bodies and people."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from atlas.bodies.admin_base import NamedAdmin, ReadOnlyAdmin, SearchedAdmin, Unmade
from atlas.bodies.models import Body, City, Event, Membership, User

admin.site.register(User, UserAdmin)


@admin.register(City)
class CityAdmin(Unmade, NamedAdmin):
    """Cities come from their folders; their names may be set right here."""

    list_display = ("slug", "name", "calendar", "reference_date", "is_invented")
    search_fields = ("slug", "folded_names")
    readonly_fields = ("slug", "srid", "reference_date", "is_invented")


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg] # generic for checkers only
    """Who serves a body."""

    model = Membership
    autocomplete_fields: ClassVar = ["user"]
    extra = 0


@admin.register(Body)
class BodyAdmin(NamedAdmin):
    """Bodies of the policy council, with who serves them."""

    list_display = ("code", "name", "city", "is_internal")
    list_filter = ("city", "is_internal")
    list_select_related = ("city",)
    search_fields = ("code", "folded_names")
    inlines: ClassVar = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(SearchedAdmin):
    """Who serves whom, in which role, for how long."""

    list_display = ("user", "body", "role", "during")
    list_filter = ("role", "body__city")
    list_select_related = ("user", "body")
    search_fields = ("user__username", "body__code", "body__folded_names")
    autocomplete_fields: ClassVar = ["user", "body"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The append-only log."""

    list_display = ("at", "what", "actor", "city")
    list_filter = ("what", "city")
    list_select_related = ("actor", "city")
    search_fields = ("what", "actor__username")
    date_hierarchy = "at"
