"""Admin pages of the layers: versions are looked at; places are set right by corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atlas.bodies.admin_base import NamedAdmin, ReadOnlyAdmin, ReadOnlyInline, SearchedAdmin, Unmade
from atlas.bodies.models import User
from spatial_data.models import (
    ActiveLayer,
    Building,
    Cell,
    ContextIndicator,
    ContextValue,
    Correction,
    Count,
    Custody,
    Entrance,
    GroundFeature,
    Kind,
    LayerDecision,
    LayerVersion,
    Place,
    PlaceMatch,
    PlaceVersion,
    PlaySpace,
    SchoolBuilding,
    Snapshot,
    Source,
    StreetPiece,
    Tier,
    Unit,
    Zone,
    ZoneVersion,
)

if TYPE_CHECKING:
    from typing import Any

    from django.db.models import QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    """Publishers' data sets, as the city folder declares them."""

    list_display = ("key", "name", "publisher", "licence", "sensitivity", "city")
    list_filter = ("city", "sensitivity")
    list_select_related = ("city",)
    search_fields = ("key", "folded_names", "publisher")


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    """Files as they came."""

    list_display = ("file_name", "source", "reference_date", "size_bytes", "taken_at")
    list_filter = ("source__city",)
    list_select_related = ("source",)
    search_fields = ("file_name", "sha256", "source__key")


@admin.register(LayerVersion)
class LayerVersionAdmin(ReadOnlyAdmin):
    """Layers built once."""

    list_display = ("layer", "city", "content_hash", "row_count", "built_at")
    list_filter = ("city", "layer")
    list_select_related = ("city",)
    search_fields = ("content_hash",)


@admin.register(ActiveLayer)
class ActiveLayerAdmin(ReadOnlyAdmin):
    """Which version is current."""

    list_display = ("city", "layer", "version")
    list_filter = ("city", "layer")
    list_select_related = ("city", "version")
    search_fields = ("city__slug", "version__content_hash")


@admin.register(LayerDecision)
class LayerDecisionAdmin(ReadOnlyAdmin):
    """Who made which version current, when and why."""

    list_display = ("decided_at", "city", "layer", "version", "decided_by")
    list_filter = ("city", "layer")
    list_select_related = ("city", "version", "decided_by")
    search_fields = ("why", "version__content_hash")


@admin.register(Tier)
class TierAdmin(ReadOnlyAdmin):
    """Depths of the area trees."""

    list_display = ("code", "name", "city", "tree", "depth")
    list_filter = ("city", "tree")
    list_select_related = ("city",)
    search_fields = ("code", "folded_names")


@admin.register(Zone)
class ZoneAdmin(ReadOnlyAdmin):
    """Reporting areas, for ever."""

    list_display = ("code", "city")
    list_filter = ("city",)
    list_select_related = ("city",)
    search_fields = ("code",)


@admin.register(ZoneVersion)
class ZoneVersionAdmin(ReadOnlyAdmin):
    """Zones as a layer version draws them."""

    list_display = ("zone", "name", "tier", "parent", "layer_version")
    list_filter = ("tier",)
    list_select_related = ("zone", "tier", "parent", "layer_version")
    search_fields = ("zone__code", "folded_names")


@admin.register(Cell)
class CellAdmin(ReadOnlyAdmin):
    """The smallest areas with counts."""

    list_display = ("code", "layer_version", "outside")
    list_filter = ("layer_version__city", "outside")
    list_select_related = ("layer_version",)
    search_fields = ("code",)


@admin.register(Count)
class CountAdmin(ReadOnlyAdmin):
    """Published numbers of persons."""

    list_display = ("area_code", "role", "age_from", "age_to", "sex", "persons", "state")
    list_filter = ("layer_version__city", "role", "sex", "state")
    search_fields = ("area_code",)


class ContextValueInline(ReadOnlyInline):
    """An indicator in each zone."""

    model = ContextValue


@admin.register(ContextIndicator)
class ContextIndicatorAdmin(ReadOnlyAdmin):
    """What is measured of zones beside their services."""

    list_display = ("code", "name", "tier", "weight_micro", "is_deprivation", "is_public")
    list_filter = ("layer_version__city", "is_deprivation", "is_public")
    list_select_related = ("tier",)
    search_fields = ("code", "folded_names")
    inlines: ClassVar = [ContextValueInline]


@admin.register(Building)
class BuildingAdmin(ReadOnlyAdmin):
    """Mapped buildings."""

    list_display = ("code", "footprint_m2", "levels", "is_residential")
    list_filter = ("layer_version__city", "is_residential")
    search_fields = ("code",)


@admin.register(StreetPiece)
class StreetPieceAdmin(ReadOnlyAdmin):
    """Walkable streets."""

    list_display = ("code", "name", "street_class", "length_m")
    list_filter = ("layer_version__city", "street_class")
    search_fields = ("code", "folded_names")


@admin.register(GroundFeature)
class GroundFeatureAdmin(ReadOnlyAdmin):
    """What lies under the zones."""

    list_display = ("code", "name", "kind")
    list_filter = ("layer_version__city", "kind")
    search_fields = ("code", "folded_names")


@admin.register(Kind)
class KindAdmin(Unmade, NamedAdmin):
    """Kinds of place; their names may be set right here."""

    list_display = ("code", "name", "family", "city")
    list_filter = ("city", "family")
    list_select_related = ("city",)
    search_fields = ("code", "folded_names")
    readonly_fields = ("city", "code", "family")


class CorrectionInline(ReadOnlyInline):
    """What people set right at a place."""

    model = Correction
    fields = ("field", "before", "after", "made_by", "made_at", "why", "withdrawn_by")


@admin.register(Place)
class PlaceAdmin(ReadOnlyAdmin):
    """Places, for ever, with their corrections."""

    list_display = ("code", "city")
    list_filter = ("city",)
    list_select_related = ("city",)
    search_fields = ("code", "versions__folded_names")
    inlines: ClassVar = [CorrectionInline]


@admin.register(PlaceMatch)
class PlaceMatchAdmin(ReadOnlyAdmin):
    """Which publisher's record is which place."""

    list_display = ("place", "source", "source_record", "rule", "decided_by")
    list_filter = ("source__city", "rule")
    list_select_related = ("place", "source", "decided_by")
    search_fields = ("place__code", "source_record")


class UnitInline(ReadOnlyInline):
    """What a place offers to whom."""

    model = Unit
    exclude = ("catchment",)


class EntranceInline(ReadOnlyInline):
    """Where one walks in."""

    model = Entrance


class PlaySpaceInline(ReadOnlyInline):
    """What is known of a play space."""

    model = PlaySpace


class SchoolBuildingInline(ReadOnlyInline):
    """The building that school units share."""

    model = SchoolBuilding


@admin.register(PlaceVersion)
class PlaceVersionAdmin(ReadOnlyAdmin):
    """Places as a layer version knows them, with what they offer."""

    list_display = ("place", "name", "kind", "status", "valid", "layer_version")
    list_filter = ("layer_version__city", "kind", "status")
    list_select_related = ("place", "kind", "layer_version")
    search_fields = ("place__code", "folded_names")
    inlines: ClassVar = [PlaySpaceInline, SchoolBuildingInline, UnitInline, EntranceInline]


@admin.register(Correction)
class CorrectionAdmin(SearchedAdmin):
    """
    One field of one place set right by hand; it holds from the next layer version on.

    A standing correction may be reworded; ending one is withdrawing it, and both leave a line in
    the log of the admin.
    """

    list_display = ("place", "field", "before", "after", "made_by", "made_at", "withdrawn_at")
    list_filter = ("city", ("withdrawn_at", admin.EmptyFieldListFilter))
    list_select_related = ("place", "made_by")
    search_fields = ("place__code", "place__versions__folded_names", "field", "why")
    autocomplete_fields: ClassVar = ["place"]
    fields = (
        "place",
        "field",
        "before",
        "after",
        "why",
        *("made_by", "made_at", "withdrawn_by", "withdrawn_at"),
    )
    actions = ("withdraw",)

    def get_readonly_fields(
        self, _request: HttpRequest, obj: Correction | None = None
    ) -> tuple[str, ...]:
        """Keep what a correction is about; a withdrawn one is history altogether."""
        by = ("made_by", "made_at", "withdrawn_by", "withdrawn_at")
        if obj is None:
            return by
        if obj.withdrawn_at is not None:
            return self.fields
        return ("place", "field", "before", *by)

    def has_delete_permission(self, _request: HttpRequest, _obj: Correction | None = None) -> bool:
        """Refuse: a correction is withdrawn."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Correction, form: ModelForm[Correction], change: bool
    ) -> None:
        """Write down who says so and when."""
        obj.city = obj.place.city
        obj.made_by = _person(request)
        obj.made_at = timezone.now()  # noqa: TID251 - a form is the edge
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Withdraw the chosen corrections"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Correction]) -> None:
        """End the chosen corrections; what the publishers say holds from the next load on."""
        now = timezone.now()  # noqa: TID251 - a form is the edge
        for correction in queryset.filter(withdrawn_at__isnull=True):
            correction.withdrawn_by = _person(request)
            correction.withdrawn_at = now
            correction.save(update_fields=["withdrawn_by", "withdrawn_at"])
            self.log_change(request, correction, _said(correction))


def _person(request: HttpRequest) -> User:
    """Return who asks; only people with an account get here."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _said(correction: Correction) -> list[dict[str, Any]]:
    """Return the log's line of a withdrawal, in Django's form."""
    return [{"changed": {"fields": ["withdrawn_by", "withdrawn_at"], "object": str(correction)}}]


@admin.register(Custody)
class CustodyAdmin(SearchedAdmin):
    """Which body keeps which layer, for how long."""

    list_display = ("body", "city", "layer", "kind_code", "during")
    list_filter = ("city", "layer")
    list_select_related = ("body", "city")
    search_fields = ("body__code", "body__folded_names", "kind_code")
    autocomplete_fields: ClassVar = ["body"]
