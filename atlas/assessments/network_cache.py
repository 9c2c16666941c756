"""Built networks, kept as folders of memory-mapped arrays."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.memory import build_bytes, refuse_beyond
from atlas.engine.network import BUILDER_VERSION, Network, build
from atlas.lib.memory import free_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from atlas.engine.streets import StreetPieces

FOLDER = "networks"


def network_name(streets_hash: str, srid: int) -> str:
    """
    Return the name under which the network of some streets is kept.

    Parameters
    ----------
    streets_hash
        Content hash of the streets' layer version: of the snapshots and the tag rules it was
        built by.
    srid
        The metric reference system of its coordinates.

    Returns
    -------
    name
        Changes with the streets, the reference system and the version of the builder.
    """
    text = f"{streets_hash} {srid} {BUILDER_VERSION}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def cached_network(cache: Path, name: str, pieces: Callable[[], StreetPieces]) -> Network:
    """
    Return a network from the cache, built and kept first where it is not there.

    Parameters
    ----------
    cache
        The cache folder; need not exist.
    name
        From `network_name`.
    pieces
        Called only if the network has to be built.

    Returns
    -------
    network
        Memory-mapped, copy on write: nothing written to it reaches the files.

    Raises
    ------
    InputError
        If the machine cannot hold the network while it is built.

    Notes
    -----
    A folder is written aside and renamed, so that another process sees all of it or nothing. One
    that cannot be read (a disk that was full, another builder) is made anew.
    """
    folder = cache / FOLDER / name
    network = _opened(folder)
    if network is None:
        streets = pieces()
        refuse_beyond(build_bytes(streets), free_bytes(), "the network of this city")
        _keep(folder, build(streets))
        network = _opened(folder)
    if network is None:
        msg = f"the network just kept in {folder} does not open"
        raise OSError(msg)
    return network


def _opened(folder: Path) -> Network | None:
    if not folder.is_dir():
        return None
    try:
        arrays = {
            path.stem: np.load(path, mmap_mode="c", allow_pickle=False)
            for path in sorted(folder.glob("*.npy"))
        }
        return Network.from_arrays(arrays)
    except (OSError, ValueError, EOFError, InputError):
        return None


def _keep(folder: Path, network: Network) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        for key, array in network.arrays().items():
            np.save(aside / f"{key}.npy", array, allow_pickle=False)
        # Another process may have kept the same network meanwhile; a broken one gives way.
        if _opened(folder) is None:
            shutil.rmtree(folder, ignore_errors=True)
            aside.rename(folder)
    except OSError:
        if _opened(folder) is None:
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
