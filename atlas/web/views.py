"""The public pages: parse the address, ask once, render."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from csp.decorators import csp_replace
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language_from_request
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from atlas.web import downloads, queries
from atlas.web.addresses import Addresses
from atlas.web.config import first_files, map_config, page_config
from atlas.web.edition import NoCityError, NoEditionError, NoFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from atlas.web.queries import Shown

    View = Callable[..., HttpResponse]

FRESH_S = 60
# What the reader sees when the edition has not what the address names.
MISSING = {
    NoCityError: "no_city",
    NoEditionError: "no_edition",
    queries.NoZoneError: "no_zone",
    NoFileError: "no_edition",
}


def public(view: View) -> Callable[..., HttpResponseBase]:
    """Make a page that anyone may read, cache for a minute, and show inside a page of their own."""

    @wraps(view)
    def answer(request: HttpRequest, slug: str | None = None, **parts: str) -> HttpResponse:
        try:
            response = view(request, queries.look(slug, request.GET), **parts)
        except tuple(MISSING) as error:
            page = f"pages/{MISSING[type(error)]}.html"
            return render(request, page, {"asked": str(error), "slug": slug}, status=404)
        patch_cache_control(response, public=True, max_age=FRESH_S)
        return response

    framed = xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(answer))
    return require_safe(gzip_page(framed))


@public
def map_page(request: HttpRequest, shown: Shown) -> HttpResponse:
    """Show the map."""
    page = queries.map_page(shown)
    own = {"config": map_config(page), "first_files": first_files(shown)}
    return render(request, "pages/map.html", _context(shown, page) | own)


@public
def zone_panel(request: HttpRequest, shown: Shown) -> HttpResponse:
    """Answer the inside of the map's panel: one zone, or the start."""
    page = queries.map_page(shown)
    return render(request, "parts/panel.html", _context(shown, page))


@public
def table_page(request: HttpRequest, shown: Shown) -> HttpResponse:
    """Show the same figures as a table."""
    return render(request, "pages/table.html", _context(shown, queries.table_page(shown)))


@public
def zone_page(request: HttpRequest, shown: Shown, code: str) -> HttpResponse:
    """Show one zone."""
    return render(request, "pages/zone.html", _context(shown, queries.zone_page(shown, code)))


@public
def data_page(request: HttpRequest, shown: Shown) -> HttpResponse:
    """Show every file of the edition with its licence."""
    return render(request, "pages/data.html", _context(shown, queries.data_page(shown)))


FORMATS: dict[str, tuple[Callable[..., str], str]] = {
    "csv": (downloads.as_csv, "text/csv; charset=utf-8"),
    "geojson": (downloads.as_geojson, "application/geo+json"),
}


@public
def figures(_request: HttpRequest, shown: Shown, ending: str) -> HttpResponse:
    """Answer the figures shown, as a file."""
    write, content_type = FORMATS[ending]
    name = downloads.file_name(shown.edition, shown.state, ending)
    return HttpResponse(
        write(shown.edition, shown.state),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """Send a reader to the page in the language their browser asks for."""
    response = HttpResponseRedirect(f"/{get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _context(shown: Shown, page: object) -> dict[str, Any]:
    return {
        "page": page,
        "edition": shown.edition,
        "state": shown.state,
        "links": Addresses(shown),
        "small_config": page_config(),
    }
