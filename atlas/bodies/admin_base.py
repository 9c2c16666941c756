"""What the admin pages of every room share: rows that nobody edits, and maps without tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.gis.db.models import GeometryField
from leaflet.admin import LeafletGeoAdminMixin

from atlas.lib.fold import fold, fold_names

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest, HttpResponse

    from atlas.bodies.models import Named

    _ModelAdmin = admin.ModelAdmin[Any]
    _Inline = admin.TabularInline[Any, Any]
else:
    _ModelAdmin, _Inline = admin.ModelAdmin, admin.TabularInline

_READING = {"GET", "HEAD", "OPTIONS"}
_NO_BUTTONS = {
    "show_save": False,
    "show_save_and_continue": False,
    "show_save_and_add_another": False,
    "show_delete": False,
}


class SearchedAdmin(_ModelAdmin):
    """Rows that may be many: searched rather than leafed through."""

    list_per_page = 50
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find codes as typed, and names however their letters and digits are typed."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        folded = fold(search_term)
        if not folded or folded == search_term:
            return found, may_repeat
        also, also_repeats = super().get_search_results(request, queryset, folded)
        return found | also, may_repeat or also_repeats


class NamedAdmin(SearchedAdmin):
    """Things with names, which search finds folded."""

    def save_model(
        self, request: HttpRequest, obj: Named, form: ModelForm[Any], change: bool
    ) -> None:
        """Keep the names as search finds them."""
        obj.folded_names = fold_names(obj.names)
        super().save_model(request, obj, form, change)


class Unmade:
    """Rows that are made and ended by operations, never by hand."""

    def has_add_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse."""
        return False


class ReadOnlyInline(Unmade, LeafletGeoAdminMixin, _Inline):  # type: ignore[misc] # untyped
    """
    Parts of a row, shown beneath it.

    They are never edited, and yet their form's widgets load what they need: Leaflet's stay home.
    """

    extra = 0

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse."""
        return False


class ReadOnlyAdmin(Unmade, LeafletGeoAdminMixin, SearchedAdmin):  # type: ignore[misc] # untyped
    """
    Rows that are looked at and never edited: what was loaded, computed or logged stays as it is.

    Shapes are drawn on a map without a ground. Its widget needs a form, so looking counts as
    changing, while every form that is sent back is refused.
    """

    modifiable = False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those who may see it open the page, and nobody send it back."""
        return request.method in _READING and self.has_view_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Show everything as text but shapes, which the map shows."""
        options = self.model._meta  # noqa: SLF001 - Django's public door
        fields = [
            field.name
            for field in (*options.concrete_fields, *options.many_to_many)
            if not field.auto_created and not isinstance(field, GeometryField)
        ]
        return [*super().get_readonly_fields(request, obj), *fields]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Leave the buttons out: there is nothing to save."""
        context = {**(extra_context or {}), **_NO_BUTTONS}
        found: HttpResponse = super().changeform_view(request, object_id, form_url, context)
        return found
