"""What an assessment is computed with: the same inputs give the same digits within one lock."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from pathlib import Path

import numba
import numpy as np
import scipy
import shapely

import atlas.assessments.inputs
import atlas.assessments.rows
import atlas.engine
from atlas.assessments import assessing, clustering, doubting, evenness, scoring, walking
from atlas.engine.network import BUILDER_VERSION

ARRANGING = (assessing, clustering, doubting, evenness, scoring, walking)
PACKAGES = (atlas.engine, atlas.assessments.inputs, atlas.assessments.rows)


@cache
def made_with() -> dict[str, str]:
    """
    Return the versions that an assessment records and its input hash covers.

    Returns
    -------
    versions
        By name. ``engine`` is a hash of the engine's own text and of what arranges its inputs and
        its answers: nobody can forget to raise it.
    """
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "scipy": scipy.__version__,
        "shapely": shapely.__version__,
        "geos": shapely.geos_version_string,
        "network_builder": str(BUILDER_VERSION),
        "engine": _text_hash(),
    }


def _text_hash() -> str:
    found = hashlib.sha256()
    for package in PACKAGES:
        folder = Path(package.__path__[0])
        for path in sorted(folder.rglob("*.py")):
            found.update(path.relative_to(folder).as_posix().encode())
            found.update(path.read_bytes())
    for module in ARRANGING:
        found.update(module.__name__.encode())
        found.update(Path(str(module.__file__)).read_bytes())
    return found.hexdigest()[:16]
