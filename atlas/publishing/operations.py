"""What is done with editions as a whole: publish one, and put its folder back."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from atlas.assessments.models import Assessment, AssessmentLayer, Edition
from atlas.assessments.standards.adoption import NoStandardError, adopted
from atlas.lib.dates import year_of
from atlas.publishing.about import about
from atlas.publishing.folder import aside, current, make_current, put_in_place
from atlas.publishing.freezing import frozen_rows
from atlas.publishing.manifest import MANIFEST, write_manifest
from atlas.publishing.rows import write_rows
from atlas.reports import edition_files as reports
from atlas.tiles import edition_files as tiles
from atlas.web import edition_files as web
from spatial_data.models import ActiveLayer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from atlas.bodies.models import City
    from atlas.publishing.rows import PublishedRows
    from spatial_data.models import LayerVersion

STEPS = ("figures", "rows", "files")
# Two publications of one city wait for each other; the second number keeps other locks apart.
_LOCK = 0x0E0D


class NothingAssessedError(LookupError):
    """The city has no assessment to publish."""


class RebuildError(RuntimeError):
    """An edition's files came out otherwise than when it was published."""


def quietly(_step: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Content:
    """Everything an edition's bytes depend on, but for its number and time."""

    assessment: Assessment
    layers: Mapping[str, LayerVersion]
    about: dict[str, Any]
    rows: PublishedRows

    @property
    def hash(self) -> str:
        """The hash of all of it."""
        meant = {
            "about": self.about,
            "layers": {layer: version.content_hash for layer, version in self.layers.items()},
            "rows": self.rows,
        }
        text = json.dumps(meant, ensure_ascii=False, allow_nan=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def publish(
    city: City,
    *,
    at: datetime,
    assessment: Assessment | None = None,
    label: str | None = None,
    tell: Callable[[str], None] = quietly,
) -> Edition:
    """
    Freeze an assessment into an edition: rows that never change, and files made from them.

    Parameters
    ----------
    city
        Whose edition.
    at
        The time to write down.
    assessment
        What is frozen; None takes that of the layers and the set the city has now, which is then
        shown, also where it was published before another; failing that, the latest.
    label
        How readers call it; None takes the year it speaks of in the city's calendar.
    tell
        Called with each of `STEPS` as it begins.

    Returns
    -------
    edition
        The kept one, if the same was published before; then nothing changes, but a folder that is
        missing is put back. Other content under the same label is its next revision.

    Raises
    ------
    NothingAssessedError
        If there is no assessment.
    BasemapError, OSError
        If a file could not be written; then there are no rows either.
    RebuildError
        If a missing folder comes out otherwise than it was.
    """
    folder = Path(settings.ATLAS_EDITIONS)
    chosen = assessment or _latest(city)
    name = label or str(year_of(chosen.reference_date, city.calendar))  # type: ignore[arg-type]
    with _alone(city):
        tell("figures")
        content = _content(chosen)
        kept = Edition.objects.filter(city=city, label=name, content_hash=content.hash).first()
        if kept is None:
            return _publish_new(name, content, folder, (at, tell))
        if not (folder / city.slug / str(kept) / MANIFEST).is_file():
            tell("files")
            rebuild(kept, folder)
        if assessment is None or _is_newest(kept):
            _show(kept, folder)
        return kept


def rebuild(edition: Edition, editions: Path) -> Path:
    """
    Make an edition's folder anew from its rows, byte for byte.

    Parameters
    ----------
    edition
        Published before.
    editions
        The folder of all editions.

    Returns
    -------
    folder
        In its place again.

    Raises
    ------
    RebuildError
        If the manifest's hash is not the one it was published with; then nothing is put in place.
    """
    slug, name = edition.city.slug, str(edition)
    with aside(editions, slug, name) as folder:
        manifest = write_files(edition, folder)
        if manifest != edition.manifest_sha256:
            msg = (
                f"{slug} {name} was published with the manifest {edition.manifest_sha256[:12]} and "
                f"comes out as {manifest[:12]}: other programs or other code wrote it"
            )
            raise RebuildError(msg)
        return put_in_place(folder, editions, slug, name)


def write_files(edition: Edition, folder: Path) -> str:
    """
    Have each face write its files, and the manifest last.

    Parameters
    ----------
    edition
        With its rows, committed or not.
    folder
        An empty folder.

    Returns
    -------
    sha256
        Of the manifest.
    """
    files = [
        written for face in (web, tiles, reports) for written in face.write_edition(edition, folder)
    ]
    return write_manifest(edition, files, folder).sha256


def _latest(city: City) -> Assessment:
    """Return the latest assessment of what the city has now; if there is none, of anything."""
    kept = Assessment.objects.filter(city=city).order_by("-created_at", "-pk")
    active = ActiveLayer.objects.filter(city=city).values("version")
    other = AssessmentLayer.objects.filter(assessment__city=city).exclude(version__in=active)
    of_now = kept.exclude(pk__in=other.values("assessment"))
    with suppress(NoStandardError):
        of_now = of_now.filter(standard=adopted(city, on=city.reference_date))
    found = of_now.first() or kept.first()
    if found is None:
        msg = f"{city.slug} has no assessment yet: ./run manage assess {city.slug}"
        raise NothingAssessedError(msg)
    return found


def _content(assessment: Assessment) -> _Content:
    layers = {read.layer: read.version for read in assessment.layers.select_related("version")}
    # What the assessment did not read is drawn as it is now: water and green change no figure.
    for active in ActiveLayer.objects.filter(city=assessment.city).select_related("version"):
        layers.setdefault(active.layer, active.version)
    told = about(assessment, layers)
    rows = frozen_rows(assessment, layers["zones"], told)
    return _Content(assessment, layers, told | {"totals": _totals(rows)}, rows)


def _totals(rows: PublishedRows) -> dict[str, int | None]:
    """Return the city's children: all, girls, boys, and each band."""
    city = [row for row in rows.figures if not row.tier_code and not row.service]
    totals: dict[str, int | None] = {}
    for row in city:
        if row.sex == "all":
            totals["children" if row.band == "all" else row.band] = row.children
        elif row.band == "all":
            totals[f"{row.sex}s"] = row.children
    return totals


def _is_newest(edition: Edition) -> bool:
    return not Edition.objects.filter(city=edition.city, pk__gt=edition.pk).exists()


def _show(edition: Edition, editions: Path) -> None:
    """Make the edition current, also where an earlier try was killed just before it did."""
    slug, name = edition.city.slug, str(edition)
    if current(editions, slug) != name:
        make_current(editions, slug, name)


@contextmanager
def _alone(city: City) -> Iterator[None]:
    """Let one publication of a city wait for the other; a killed one waits for nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCK, city.pk])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, city.pk])


def _publish_new(
    label: str,
    content: _Content,
    editions: Path,
    when: tuple[datetime, Callable[[str], None]],
) -> Edition:
    """
    Store a new revision: rows and files in one transaction, then the folder in its place.

    Never the other way round: rows without a folder come whole again by `rebuild`; a folder without
    rows would show figures that nobody published.
    """
    at, tell = when
    slug = content.assessment.city.slug
    with aside(editions, slug, label) as folder:
        with transaction.atomic():
            tell("rows")
            edition = _stored(label, content, at)
            tell("files")
            edition.manifest_sha256 = write_files(edition, folder)
            edition.save(update_fields=["manifest_sha256"])
        put_in_place(folder, editions, slug, str(edition))
    _show(edition, editions)
    return edition


def _stored(label: str, content: _Content, at: datetime) -> Edition:
    city = content.assessment.city
    newest = Edition.objects.filter(city=city, label=label).aggregate(newest=Max("revision"))
    edition = Edition.objects.create(
        city=city,
        label=label,
        revision=(newest["newest"] or 0) + 1,
        assessment=content.assessment,
        content_hash=content.hash,
        published_at=at,
        about=content.about,
    )
    edition.layers.set(content.layers.values())
    write_rows(edition, content.rows)
    return edition
