"""Settings from the environment, each of which is right or stops the start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, *, default: str, kept: Path | None = None) -> str:
    """Return the text that `name` holds, else what the file `kept` holds, else `default`."""
    value = os.environ.get(name)
    if value is None and kept is not None and kept.is_file():
        value = kept.read_text(encoding="utf-8").strip()
    return default if value is None else value


def flag(name: str, *, default: bool) -> bool:
    """Return the yes or no that `name` holds."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value not in {"yes", "no"}:
        msg = f"{name}={value!r}: say 'yes' or 'no'"
        raise ImproperlyConfigured(msg)
    return value == "yes"


def number(name: str, *, default: int, least: int = 0) -> int:
    """Return the whole number that `name` holds, `least` or more."""
    value = os.environ.get(name)
    if value is None:
        return default
    # isdecimal() alone would let through digits of other scripts; those are for people.
    if not (value.isascii() and value.isdecimal() and int(value) >= least):
        msg = f"{name}={value!r}: say a whole number, {least} or more"
        raise ImproperlyConfigured(msg)
    return int(value)


def words(name: str, *, default: list[str]) -> list[str]:
    """Return the comma-separated words that `name` holds."""
    value = os.environ.get(name)
    if value is None:
        return default
    found = [word.strip() for word in value.split(",")]
    if not all(found):
        msg = f"{name}={value!r}: say words with one comma between two"
        raise ImproperlyConfigured(msg)
    return found


def secret(name: str, *, kept: Path | None = None) -> str:
    """Return the secret that `name`, the file `<name>_FILE` or the file `kept` holds."""
    value = os.environ.get(name)
    file = os.environ.get(f"{name}_FILE")
    if value is not None and file is not None:
        msg = f"{name} and {name}_FILE are both set: keep one"
        raise ImproperlyConfigured(msg)
    if value is None:
        value = _file_text(name, Path(file) if file else kept)
    if not value:
        msg = f"{name} is empty"
        raise ImproperlyConfigured(msg)
    return value


def _file_text(name: str, file: Path | None) -> str:
    if file is None:
        msg = f"set {name}, or name a file that holds it in {name}_FILE"
        raise ImproperlyConfigured(msg)
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        msg = f"{name} is not set and {file} does not open ({error.strerror}): start by ./run"
        raise ImproperlyConfigured(msg) from error


def folder(name: str, *, default: Path) -> Path:
    """Return the absolute folder that `name` holds; it need not exist yet."""
    value = os.environ.get(name)
    if value is None:
        return default
    path = Path(value)
    if not path.is_absolute():
        msg = f"{name}={value!r}: say the whole path, from /"
        raise ImproperlyConfigured(msg)
    return path


def database(url: str) -> dict[str, Any]:
    """
    Return Django's settings for the PostGIS database at `url`.

    Examples
    --------
    >>> found = database("postgis://atlas:p%40ss@db.example:5433/atlas")
    >>> found["HOST"], found["PORT"], found["USER"], found["PASSWORD"], found["NAME"]
    ('db.example', '5433', 'atlas', 'p@ss', 'atlas')
    >>> database("postgis:///atlas?host=/run/atlas")["HOST"]
    '/run/atlas'
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgis", "postgres", "postgresql"} or len(parts.path) <= 1:
        # The url may hold a password: it is not repeated.
        msg = "DATABASE_URL: say postgis://USER:PASSWORD@HOST:PORT/NAME"
        raise ImproperlyConfigured(msg)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }
