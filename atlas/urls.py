"""Every address of the project: each room brings its own."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from atlas.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("atlas.web.file_urls")),
    *i18n_patterns(path("admin/", admin.site.urls), path("", include("atlas.web.urls"))),
]
