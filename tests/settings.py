"""What the tests set otherwise."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("ATLAS_SECRET_KEY", "for tests only, guards nothing")
os.environ.setdefault("ATLAS_LOG_LEVEL", "WARNING")
if not (Path(__file__).parent.parent / ".local" / "database_url").exists():
    # Checks without a database still start; nothing falls back to some other server.
    os.environ.setdefault("DATABASE_URL", "postgis:///atlas?host=/nowhere")

from atlas.lib import env
from atlas.settings import *

for database in DATABASES.values():
    database["OPTIONS"].pop("pool")
DATABASES["default"]["TEST"] = {"NAME": env.text("ATLAS_TEST_DATABASE", default="test_atlas")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
AXES_ENABLED = False
