"""The files of an edition over HTTP: unchanging, in parts where asked, small where it helps."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import brotli
from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.http import require_safe

from atlas.web import edition as editions

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from atlas.web.edition import EditionFile

TYPES = {
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".csv": "text/csv; charset=utf-8",
    ".pmtiles": "application/vnd.pmtiles",
}
PACKED = {".json", ".geojson", ".csv"}
# A small file is packed as finely as can be, in less than a tenth of a second; a large one quickly.
SMALL_BYTES = 100_000
FINEST, QUICK = 11, 5
FOREVER = "public, max-age=31536000, immutable"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@require_safe
def edition_file(request: HttpRequest, slug: str, name: str, path: str) -> HttpResponseBase:
    """Answer one file of an edition, or the part of it that is asked for."""
    folder, file = _find(slug, name, path)
    response = _answer(request, folder / file.path, file)
    response["Content-Type"] = TYPES.get((folder / path).suffix, "application/octet-stream")
    response["ETag"] = f'"{file.sha256}"'
    response["Cache-Control"] = FOREVER
    response["Accept-Ranges"] = "bytes"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def manifest(_request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """Answer the manifest of an edition: where every other file of it is listed."""
    folder = _folder(slug, name)
    response = HttpResponse(
        (folder / "manifest.json").read_bytes(), content_type="application/json"
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _folder(slug: str, name: str) -> Path:
    # Only folders that exist are named: the address is compared, never joined unseen.
    for path in settings.ATLAS_EDITIONS.glob("*/*/manifest.json"):
        if (path.parent.parent.name, path.parent.name) == (slug, name):
            return path.parent
    raise Http404(name)


def _find(slug: str, name: str, path: str) -> tuple[Path, EditionFile]:
    folder = _folder(slug, name)
    for file in editions.open_folder(folder).files.values():
        if file.path == path:
            return folder, file
    raise Http404(path)


def _answer(request: HttpRequest, path: Path, file: EditionFile) -> HttpResponseBase:
    if request.headers.get("If-None-Match") == f'"{file.sha256}"':
        return HttpResponse(status=304)
    wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted and any(wanted.groups()):
        return _part(path, file.bytes, *wanted.groups())
    way = _way_to_pack(request) if path.suffix in PACKED else ""
    if way:
        return _packed(path, way)
    return FileResponse(path.open("rb"))


def _part(path: Path, size: int, first: str, last: str) -> HttpResponse:
    start = int(first) if first else max(0, size - int(last))
    end = min(size - 1, int(last)) if first and last else size - 1
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as opened:
        opened.seek(start)
        body = opened.read(end - start + 1)
    return HttpResponse(body, status=206, headers={"Content-Range": f"bytes {start}-{end}/{size}"})


def _way_to_pack(request: HttpRequest) -> str:
    """Return the best encoding that the reader's browser takes; browsers take Brotli over TLS."""
    taken = re.findall(r"[\w-]+", request.headers.get("Accept-Encoding", ""))
    return next((way for way in ("br", "gzip") if way in taken), "")


def _packed(path: Path, way: str) -> HttpResponse:
    pack = {"br": _brotli, "gzip": _gzip}[way]
    return HttpResponse(pack(path), headers={"Content-Encoding": way, "Vary": "Accept-Encoding"})


@lru_cache(maxsize=64)
def _brotli(path: Path) -> bytes:
    content = path.read_bytes()
    quality = FINEST if len(content) <= SMALL_BYTES else QUICK
    packed: bytes = brotli.compress(content, mode=brotli.MODE_TEXT, quality=quality)
    return packed


@lru_cache(maxsize=64)
def _gzip(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)
