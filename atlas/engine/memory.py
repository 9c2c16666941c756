"""How much memory a city needs at most, known before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atlas.engine.columns import blocks
from atlas.engine.errors import InputError
from atlas.engine.nearest import LANES
from atlas.engine.sharing import MOST_CHUNKS

if TYPE_CHECKING:
    from atlas.engine.inputs import Demand, Places, Pools, Requirements
    from atlas.engine.network import Network
    from atlas.engine.streets import StreetPieces

GIB = 1 << 30

BUILD_PIECE_BYTES, BUILD_VERTEX_BYTES = 1_200, 120
"""A network while it is built. Its hierarchy is the most of it: 640 to 950 bytes a piece on grids,
whose shortcuts are many, under 350 on the streets of a city."""

NODE_BYTES = 16 + 8 * LANES
"""Of each thread: the costs of a search, and the labels of one group of lanes."""

POINT_BYTES = 240
"""A point once: where it meets the streets, twice over, and in which order it stands."""

POINT_GROUP_BYTES = 24
"""Children of a group at a point: in the order of the streets, in columns, in zones."""

KEPT_COLUMN_BYTES = 29
"""What a column finds at a point and keeps: shares, places, the nearest."""

BLOCK_COLUMN_BYTES = 48
"""What a column of the block under way holds at a point beside that."""

THREAD_COLUMN_BYTES = 37
"""What each chunk of places hands out to a column at a point."""

FILLED_COLUMN_BYTES = 32
ENTRANCE_BYTES, POOL_BYTES = 80, 64

PAIR_BYTES = 24
"""A pair of place and point where pairs are kept: filled places, 3SFCA, doubt."""


def build_bytes(pieces: StreetPieces) -> int:
    """
    Return how much memory `network.build` needs at most, beside its input.

    Parameters
    ----------
    pieces
        The streets.

    Returns
    -------
    bytes
        A bound, not an estimate: 1,200 a piece and 120 a vertex.
    """
    vertices = int(pieces.xy_m.shape[0])
    return BUILD_PIECE_BYTES * pieces.code.size + BUILD_VERTEX_BYTES * vertices


def coverage_bytes(
    network: Network,
    demand: Demand,
    places: Places,
    pools: Pools,
    requirements: Requirements,
    *,
    threads: int,
) -> int:
    """
    Return how much memory `coverage` needs at most, beside its inputs.

    Parameters
    ----------
    network, demand, places, pools, requirements, threads
        As `coverage` takes them.

    Returns
    -------
    bytes
        A bound, not an estimate, places filled or not. The pairs that filled places, 3SFCA and
        doubt keep come on top: `PAIR_BYTES` each, counted before they are kept, and refused beyond
        `pairs.MOST_PAIRS`.

    Raises
    ------
    InputError
        If the pools cannot be worked on in blocks.
    """
    columns = [int(block.service.size) for block in blocks(pools, requirements)]
    widest, kept = max(columns, default=0), sum(columns)
    chunks = min(threads, MOST_CHUNKS)
    at_point = POINT_BYTES + POINT_GROUP_BYTES * requirements.shape[1] + KEPT_COLUMN_BYTES * kept
    at_point += (BLOCK_COLUMN_BYTES + THREAD_COLUMN_BYTES * chunks) * widest
    at_point += FILLED_COLUMN_BYTES * kept
    admitted = requirements.shape[0] * requirements.shape[1] + widest * (2 + 8 * chunks)
    return (
        NODE_BYTES * threads * network.nodes
        + at_point * demand.code.size
        + ENTRANCE_BYTES * places.entrance_place.size
        + (POOL_BYTES + admitted) * pools.code.size
    )


def refuse_beyond(needed: int, available: int, what: str) -> None:
    """
    Refuse work that the machine cannot hold, before it is begun.

    Parameters
    ----------
    needed
        Bytes, from a bound above.
    available
        Bytes the work may take.
    what
        What is to be done, as a person would say it.

    Raises
    ------
    InputError
        With both figures and the cure, if `needed` is more than `available`.

    Examples
    --------
    >>> refuse_beyond(3 << 30, 2 << 30, "the network of this city")
    Traceback (most recent call last):
    atlas.engine.errors.InputError: the network of this city needs up to 3.0 GiB of memory and 2.0 \
GiB are free: use a larger machine, fewer threads, or streets and points of a smaller area
    """
    if needed > available:
        msg = (
            f"{what} needs up to {needed / GIB:.1f} GiB of memory and {available / GIB:.1f} GiB "
            "are free: use a larger machine, fewer threads, or streets and points of a smaller area"
        )
        raise InputError(msg)
