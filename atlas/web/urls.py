"""Addresses of the public pages: the home city's, and every other city's by its name."""

from __future__ import annotations

from django.urls import include, path, re_path

from atlas.web import views

app_name = "web"

pages = [
    path("", views.map_page, name="map"),
    path("panel/", views.zone_panel, name="panel"),
    path("table/", views.table_page, name="table"),
    path("zones/<str:code>/", views.zone_page, name="zone"),
    path("data/", views.data_page, name="data"),
    re_path(r"^figures\.(?P<ending>csv|geojson)$", views.figures, name="figures"),
]

urlpatterns = [*pages, path("cities/<slug:slug>/", include((pages, "city")))]
