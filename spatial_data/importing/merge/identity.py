"""Gives every place the code it has had, or mints one: publishers renumber, places stay."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import numpy as np
import shapely

from spatial_data.importing.merge.same_place import ALIKE, name_similarity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spatial_data.ground_plan import GroundPlan
    from spatial_data.importing.layers import EarlierPlace, KnownPlaces, PlaceRow

# A renumbered place is found again when nothing else of its kind is nearer than this.
RENUMBERED_WITHIN_M = 30.0
LETTERS = 6


def give_codes(rows: Sequence[PlaceRow], known: KnownPlaces, plan: GroundPlan) -> None:
    """
    Set the code of every place.

    A stored match decides; then an earlier place of the same source and kind whose number is gone
    and that stands on the same spot under a like name; else a code is minted from the
    publisher's number, the same on every machine.
    """
    taken: set[str] = set()
    for row in rows:
        stored = [known.matches.get((source, record), "") for source, record, _ in row.matches]
        row.code = next((code for code in stored if code and code not in taken), "")
        taken.add(row.code)
    _find_renumbered([row for row in rows if not row.code], rows, known, taken, plan)
    codes = taken | set(known.matches.values())
    for row in rows:
        if not row.code:
            row.code = _mint(row, codes)
            codes.add(row.code)


def _mint(row: PlaceRow, codes: set[str]) -> str:
    nth = 0
    while True:
        seed = f"{row.source}:{row.record}:{nth}".encode()
        digest = base64.b32encode(hashlib.blake2s(seed, digest_size=8).digest())
        code = f"{row.kind}-{digest[:LETTERS].decode().lower()}".replace("_", "-")
        if code not in codes:
            return code
        nth += 1


def _find_renumbered(
    new: Sequence[PlaceRow],
    rows: Sequence[PlaceRow],
    known: KnownPlaces,
    taken: set[str],
    plan: GroundPlan,
) -> None:
    here = {(source, record) for row in rows for source, record, _ in row.matches}
    gone = [one for one in known.earlier if (one.source, one.record) not in here]
    gone = [one for one in gone if one.code not in taken]
    if not gone or not new:
        return
    old_m = plan.metres(np.array([one.point for one in gone], object))
    new_m = plan.metres(np.array([row.point for row in new], object))
    at, found = shapely.STRtree(old_m).query(
        new_m, predicate="dwithin", distance=RENUMBERED_WITHIN_M
    )
    metres = shapely.distance(new_m[at], old_m[found])
    order = np.lexsort((found, at, metres))
    for row, one in ((new[at[pair]], gone[found[pair]]) for pair in order):
        if not row.code and one.code not in taken and _is_alike(row, one):
            row.code = one.code
            row.matches[0] = (*row.matches[0][:2], "renumbered")
            taken.add(one.code)


def _is_alike(row: PlaceRow, earlier: EarlierPlace) -> bool:
    if (row.kind, row.source) != (earlier.kind, earlier.source):
        return False
    if not row.names and not earlier.names:
        return True
    return name_similarity(row, earlier) >= ALIKE
