"""The records behind the sentences “why has my neighbourhood this colour?”."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from atlas.assessments.published import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from atlas.publishing.rows import FigureRow

CAUSES = 2
# Said only where most children have the service; else it would comfort falsely.
WELL_SERVED = 0.75


class Telling(NamedTuple):
    """A service in one zone, as far as it is published."""

    service: str
    weight: float
    row: FigureRow

    @property
    def lacking(self) -> float:
        """The share of the children known about that is not served, weighed."""
        known = self.of - (self.row.unknown or 0)
        return self.weight * ((self.row.full or 0) + (self.row.out or 0)) / known if known else 0.0

    @property
    def of(self) -> int:
        """The children the service is for."""
        return self.row.children or 0


def why_records(
    rows: Iterable[FigureRow],
    contributions: Mapping[str, float | None],
    services: Sequence[Mapping[str, Any]],
    unknown_limit: float,
) -> list[dict[str, Any]]:
    """
    Return up to two causes of a zone's need, what is not known, and what is well.

    Parameters
    ----------
    rows
        The zone's published figures of all children, one a service. What is withheld is null
        there and so cannot be told.
    contributions
        Published points of the score, by service; empty where withheld.
    services
        As the edition tells them: code, weight, requirements.
    unknown_limit
        Share of unknown children above which a service is not judged.

    Returns
    -------
    records
        Kind (out, full, unknown, served), service, group, count, of, and reach in metres where
        one holds for all.
    """
    about = {service["code"]: service for service in services}
    told = [
        Telling(row.service, about[row.service]["weight"], row)
        for row in rows
        if not row.reason and row.children
    ]
    judged = [t for t in told if (t.row.unknown or 0) <= unknown_limit * t.of]
    by_need = sorted(
        judged, key=lambda t: (-(contributions.get(t.service) or t.lacking), t.service)
    )
    causes = [_cause(t, about[t.service]) for t in by_need if t.lacking > 0][:CAUSES]
    blind = sorted((t for t in told if t not in judged), key=lambda t: (-t.weight, t.service))
    named = {record["service"] for record in causes}
    well = sorted(
        (t for t in judged if t.service not in named and _share(t) >= WELL_SERVED),
        key=lambda t: (-_share(t), -t.weight, t.service),
    )
    unknown = [_record("unknown", t, t.row.unknown or 0, about[t.service]) for t in blind[:1]]
    good = [_record("served", t, t.row.served or 0, about[t.service]) for t in well[:1]]
    return causes + unknown + good


def _share(telling: Telling) -> float:
    return (telling.row.served or 0) / telling.of


def _cause(telling: Telling, service: Mapping[str, Any]) -> dict[str, Any]:
    out, full = telling.row.out or 0, telling.row.full or 0
    kind, count = ("out", out) if out >= full else ("full", full)
    return _record(kind, telling, count, service)


def _record(kind: str, telling: Telling, count: int, service: Mapping[str, Any]) -> dict[str, Any]:
    asked = service["requirements"]
    bands = sorted({requirement["band"] for requirement in asked})
    reaches = {requirement["reach_m"] for requirement in asked}
    return {
        "kind": kind,
        "service": telling.service,
        "group": f"{bands[0] if len(bands) == 1 else ALL}/{ALL}",
        "count": count,
        "of": telling.of,
        "reach_m": reaches.pop() if len(reaches) == 1 else None,
    }
