"""What ``${ATLAS_REAL_DATA}`` stands for at the start of a path in ``city.toml``."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from atlas.lib import env


def data_roots() -> dict[str, Path]:
    """Return the folders that paths may start from, by the name of their setting."""
    default = Path(settings.BASE_DIR).parent / "shared" / "data"
    return {"ATLAS_REAL_DATA": env.folder("ATLAS_REAL_DATA", default=default)}
