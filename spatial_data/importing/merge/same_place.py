"""Decides which records are one place, by the declared precedence and match rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np
import shapely

from atlas.lib.fold import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from spatial_data.ground_plan import GroundPlan
    from spatial_data.importing.city_schema import MatchKeys, PlacesKeys
    from spatial_data.importing.findings import Findings
    from spatial_data.importing.layers import EarlierPlace, PlaceRow

MENTIONED = 10
# Two records of one publisher's map on one spot: a sign inside its own school's outline.
ALIKE = 0.8


@dataclass(slots=True)
class _Known:
    """A place so far: its row and its shape in metres."""

    row: PlaceRow
    shape_m: BaseGeometry
    taken_by: set[str] = field(default_factory=set)


def merge_places(
    files: Sequence[tuple[PlacesKeys, list[PlaceRow]]],
    stored: Mapping[tuple[str, str], str],
    plan: GroundPlan,
    findings: Findings,
) -> tuple[list[PlaceRow], list[str]]:
    """
    Return every place once, and the kinds whose list a publisher vouches for.

    Files are taken by precedence: a record that matches a place known already fills what is
    still empty of it; a record that matches none is a new place, unless the list of its kind is
    vouched for. What was stored of earlier matches stands over the rules.
    """
    merger = _Merger(stored, plan, findings)
    order = sorted(range(len(files)), key=lambda number: (files[number][0].precedence, number))
    for number in order:
        keys, rows = files[number]
        merger.add(keys, join_own_doubles(rows, findings))
    merged = [one.row for places in merger.known.values() for one in places]
    merged.sort(key=lambda row: (row.kind, row.source, row.record))
    return merged, sorted(merger.complete)


class _Merger:
    """Takes one file after the other into the places known so far."""

    def __init__(
        self, stored: Mapping[tuple[str, str], str], plan: GroundPlan, findings: Findings
    ) -> None:
        self.stored = stored
        self.plan = plan
        self.findings = findings
        self.known: dict[str, list[_Known]] = defaultdict(list)
        self.complete: set[str] = set()

    def add(self, keys: PlacesKeys, rows: Sequence[PlaceRow]) -> None:
        """Merge the records of one file."""
        left_out: list[str] = []
        joined = 0
        before = {kind: list(places) for kind, places in self.known.items()}
        for row, shape in zip(rows, _shapes_m(rows, self.plan), strict=True):
            match = self._best(row, shape, before.get(row.kind, []), keys)
            if match is not None:
                match.taken_by.add(keys.path)
                fill_from(match.row, row, "+".join(keys.match.by))
                joined += 1
            elif row.kind in self.complete:
                left_out.append(next(iter(row.names.values()), row.record))
            else:
                self.known[row.kind].append(_Known(row, shape))
        if keys.complete:
            self.complete |= {*keys.kinds, *(row.kind for row in rows)}
        self._note(keys.path, joined, left_out)

    def _note(self, file: str, joined: int, left_out: Sequence[str]) -> None:
        if joined:
            self.findings.note(file, "", f"{joined} records are places known from other files")
        if left_out:
            said = ", ".join(left_out[:MENTIONED])
            problem = f"{len(left_out)} places are not in the list vouched for: {said}"
            cure = "ask the keeper of the list; they are left out till then"
            self.findings.warning(file, "", problem, cure)

    def _best(
        self, row: PlaceRow, shape: BaseGeometry, places: Sequence[_Known], keys: PlacesKeys
    ) -> _Known | None:
        """Return the nearest place that agrees in all that the rule asks; ties by record."""
        own = self._code(row)
        found = [
            (shapely.distance(one.shape_m, shape), one.row.record, one)
            for one in places
            if keys.path not in one.taken_by and self._is_same(row, shape, one, keys.match, own)
        ]
        return min(found, key=lambda entry: entry[:2])[2] if found else None

    def _is_same(
        self, row: PlaceRow, shape: BaseGeometry, place: _Known, rule: MatchKeys, own: str
    ) -> bool:
        theirs = self._code(place.row)
        if own and theirs:
            return own == theirs
        return _agrees(row, shape, place, rule)

    def _code(self, row: PlaceRow) -> str:
        return self.stored.get((row.source, row.record), "")


def _shapes_m(rows: Sequence[PlaceRow], plan: GroundPlan) -> list[BaseGeometry]:
    shapes = np.array([row.outline or row.point for row in rows], object)
    return list(plan.metres(shapes)) if len(rows) else []


def _agrees(row: PlaceRow, shape: BaseGeometry, place: _Known, rule: MatchKeys) -> bool:
    if "distance" in rule.by and shapely.distance(place.shape_m, shape) > rule.within_m:
        return False
    if "code" in rule.by and not _codes(row) & _codes(place.row):
        return False
    return "name" not in rule.by or name_similarity(row, place.row) >= rule.name_similarity


def _codes(row: PlaceRow) -> set[str]:
    return {record.split(":", 1)[1] for _, record, _ in row.matches}


def name_similarity(one: PlaceRow, other: PlaceRow | EarlierPlace) -> float:
    """Return how alike the most alike names of two records are, 0 to 1; 0 without names."""
    return max(
        (
            SequenceMatcher(None, fold(first), fold(second), autojunk=False).ratio()
            for first in one.names.values()
            for second in other.names.values()
        ),
        default=0.0,
    )


def fill_from(place: PlaceRow, row: PlaceRow, rule: str) -> None:
    """Fill what is empty of a place from another record of it, and remember the match."""
    place.names = row.names | place.names
    for name in ("outline", "area_m2", "opened", "closed", "record_date"):
        if getattr(place, name) is None:
            setattr(place, name, getattr(row, name))
    place.details = row.details | place.details
    if all(_says_nothing(unit) for unit in place.units):
        place.units = row.units
    place.matches += [(source, record, rule) for source, record, _ in row.matches]


def _says_nothing(unit: object) -> bool:
    said = ("stage", "age_from", "age_to", "sector", "capacity", "pupils")
    return not any(getattr(unit, name) for name in said)


def join_own_doubles(rows: list[PlaceRow], findings: Findings) -> list[PlaceRow]:
    """Join points to the outline of the same kind they lie in, unless their names differ."""
    drawn = [(row, row.outline) for row in rows if row.outline is not None]
    outlines = [row for row, _ in drawn]
    points = [row for row in rows if row.outline is None]
    if not outlines or not points:
        return rows
    tree = shapely.STRtree([shape for _, shape in drawn])
    at, within = tree.query([row.point for row in points], predicate="within")
    joined: set[int] = set()
    for point, outline in sorted(zip(at.tolist(), within.tolist(), strict=True)):
        inner, outer = points[point], outlines[outline]
        if inner.kind == outer.kind and inner.source == outer.source and _may_be_one(inner, outer):
            fill_from(outer, inner, "within")
            joined.add(id(inner))
    if joined:
        said = f"{len(joined)} points lie in an outline of the same place and were joined to it"
        findings.note(rows[0].file, "", said)
    return [row for row in rows if id(row) not in joined]


def _may_be_one(inner: PlaceRow, outer: PlaceRow) -> bool:
    return not inner.names or not outer.names or name_similarity(inner, outer) >= ALIKE
