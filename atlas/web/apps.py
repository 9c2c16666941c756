"""The pages, as Django knows them."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room of pages; it has no models."""

    name = "atlas.web"
    label = "web"
