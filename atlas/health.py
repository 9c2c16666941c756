"""Whether the atlas can answer: asked by a load balancer, a monitor or ./run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from atlas.assessments.models import Edition

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  every request gets the same answer
    """Answer 200 when pages can be shown, else 503 and the name of what fails."""
    try:
        waiting = _unapplied_migrations()
        edition = None if waiting else _home_edition()
    except DatabaseError:
        return JsonResponse({"status": "database does not answer"}, status=503)
    if waiting:
        return JsonResponse({"status": "migrations not applied", "count": waiting}, status=503)
    if edition and not (settings.ATLAS_EDITIONS / edition / "manifest.json").is_file():
        return JsonResponse({"status": "edition has no files", "edition": edition}, status=503)
    return JsonResponse({"status": "ok", "edition": edition})


def _unapplied_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _home_edition() -> str | None:
    """Return the folder of the home city's newest edition, or None before the first."""
    newest = (
        Edition.objects.filter(city__slug=settings.ATLAS_HOME)
        .select_related("city")
        .order_by("-published_at", "-revision")
        .first()
    )
    if newest is None:
        return None
    return f"{newest.city.slug}/{newest.label}.{newest.revision}"
