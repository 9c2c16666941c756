"""What a page shows, as its address says it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atlas.web.edition import Edition

ALL = "all"
NEED = "need"
# A map of more areas than this reads as noise at the start; the finer tier is one press away.
MOST_ZONES_AT_START = 150
_POSITION = re.compile(r"\d{1,2}(\.\d+)?/-?\d{1,2}(\.\d+)?/-?\d{1,3}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class State:
    """
    The choices behind a page: each is a part of its address, and nothing else is.

    A person's own position is none of them. `at` is the map's place: zoom/latitude/longitude.
    """

    tier: str
    service: str = NEED
    band: str = ALL
    sex: str = ALL
    zone: str = ""
    layers: tuple[str, ...] = ()
    edition: str = ""
    sort: str = ""
    at: str = ""

    @property
    def group(self) -> str:
        """The group's code in the files of an edition."""
        return f"{self.band}/{self.sex}"

    @property
    def is_need(self) -> bool:
        """Whether the page shows the need over all services."""
        return self.service == NEED

    def query(self, *, start: str, **changes: str) -> str:
        """Return the query string of this state with `changes`; what is usual is left out."""
        state = replace(self, **changes)  # type: ignore[arg-type]
        if state.is_need:
            state = replace(state, band=ALL, sex=ALL)
        usual = State(tier=start)
        named = {
            name: getattr(state, name)
            for name in ("tier", "service", "band", "sex", "zone", "edition", "sort", "at")
        }
        kept = {name: value for name, value in named.items() if value != getattr(usual, name)}
        if state.layers:
            kept["layers"] = ",".join(state.layers)
        return f"?{urlencode(kept, safe='/,')}" if kept else ""


def starting_tier(edition: Edition) -> str:
    """Return the tier shown first: the finest that a person can still read as a map."""
    readable = [t for t in edition.tiers if t.zones <= MOST_ZONES_AT_START]
    return max(readable or edition.tiers[:1], key=lambda t: t.zones).code


def parse(query: Mapping[str, str], edition: Edition) -> State:
    """Return the state that the query names; what the edition does not know stays usual."""
    service = _one_of(query.get("service"), [s.code for s in edition.services], NEED)
    need = service == NEED
    kinds = {k.code for k in edition.kinds}
    at = query.get("at", "")
    return State(
        tier=_one_of(query.get("tier"), [t.code for t in edition.tiers], starting_tier(edition)),
        service=service,
        band=ALL if need else _one_of(query.get("band"), [b.code for b in edition.bands], ALL),
        sex=ALL if need else _one_of(query.get("sex"), [s.code for s in edition.sexes], ALL),
        zone=query.get("zone", ""),
        layers=tuple(k for k in query.get("layers", "").split(",") if k in kinds),
        edition=edition.label if query.get("edition") else "",
        sort=query.get("sort", ""),
        at=at if _POSITION.fullmatch(at) else "",
    )


def _one_of(value: str | None, known: list[str], usual: str) -> str:
    return value if value in known else usual
