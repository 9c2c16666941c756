"""Addresses of the editions' files; they name no language."""

from __future__ import annotations

from django.urls import path

from atlas.web import files, views

app_name = "files"

urlpatterns = [
    path("", views.front_door, name="front-door"),
    path("editions/<slug:slug>/<str:name>/manifest.json", files.manifest, name="manifest"),
    path("editions/<slug:slug>/<str:name>/<path:path>", files.edition_file, name="edition-file"),
]
