"""Cuts the walkable ways of an extract into pieces between junctions and marked nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Geod

from spatial_data.importing.read import walkable
from spatial_data.sources.osm_streets import GATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spatial_data.importing.read.osm_file import OsmExtract, OsmWay, Tags

WGS84 = Geod(ellps="WGS84")


@dataclass(slots=True)
class Streets:
    """Street pieces, one row each, in the order of way id and number along the way."""

    code: list[str]
    tags: list[Tags]
    start_node: NDArray[np.int64]
    end_node: NDArray[np.int64]
    start_mark: NDArray[np.int16]
    end_mark: NDArray[np.int16]
    length_m: NDArray[np.float64]
    line: NDArray[np.object_]
    gates: NDArray[np.float64]
    broken_ways: int

    def __len__(self) -> int:
        """Count the pieces."""
        return len(self.code)

    def keep(self, kept: NDArray[np.bool_]) -> Streets:
        """Return the pieces that are kept; the gates stay."""
        index = np.flatnonzero(kept)
        return Streets(
            code=[self.code[number] for number in index],
            tags=[self.tags[number] for number in index],
            start_node=self.start_node[kept],
            end_node=self.end_node[kept],
            start_mark=self.start_mark[kept],
            end_mark=self.end_mark[kept],
            length_m=self.length_m[kept],
            line=self.line[kept],
            gates=self.gates,
            broken_ways=self.broken_ways,
        )


@dataclass(slots=True)
class _Chains:
    """All walkable ways one after another: nodes, and where each way begins."""

    number: list[int]
    tags: list[Tags]
    node: NDArray[np.int64]
    offset: NDArray[np.int64]
    broken: int


def read_streets(extract: OsmExtract) -> Streets:
    """Return every piece of every walkable way, however far away."""
    chains = _chains(extract)
    marks = {number: walkable.node_mark(node.tags) for number, node in extract.nodes.items()}
    marked = {number: mark for number, mark in marks.items() if mark}
    mark_id = np.fromiter(marked, np.int64, len(marked))
    mark_flags = np.fromiter(marked.values(), np.int16, len(marked))
    starts, ends = _cuts(chains, mark_id)
    lonlat = extract.coordinates(chains.node)
    way = np.searchsorted(chains.offset, starts, side="right") - 1
    first = np.flatnonzero(np.r_[True, way[1:] != way[:-1]]) if len(way) else way
    nth = np.arange(len(way)) - np.repeat(first, np.diff(np.r_[first, len(way)])) + 1
    start_node, end_node = chains.node[starts], chains.node[ends]
    return Streets(
        code=[f"way/{chains.number[w]}:{n}" for w, n in zip(way, nth, strict=True)],
        tags=[chains.tags[w] for w in way],
        start_node=start_node,
        end_node=end_node,
        start_mark=_mark_of(start_node, mark_id, mark_flags),
        end_mark=_mark_of(end_node, mark_id, mark_flags),
        length_m=_lengths(lonlat, starts, ends),
        line=_lines(lonlat, starts, ends),
        gates=_gates(extract, marked),
        broken_ways=chains.broken,
    )


def _chains(extract: OsmExtract) -> _Chains:
    number, tags, nodes, broken = [], [], [], 0
    for way_id, way in extract.ways.items():
        if not walkable.is_walkable(way.tags):
            continue
        chain = _whole_chain(extract, way)
        broken += len(chain) < len(way.nodes)
        if len(chain) > 1:
            number.append(way_id)
            tags.append(way.tags)
            nodes.append(chain)
    offset = np.cumsum([0, *(len(chain) for chain in nodes)]).astype(np.int64)
    node = np.concatenate(nodes) if nodes else np.empty(0, np.int64)
    return _Chains(number, tags, node, offset, broken)


def _whole_chain(extract: OsmExtract, way: OsmWay) -> NDArray[np.int64]:
    """Return the longest run of a way's nodes that the file holds, without repeats in a row."""
    nodes = way.nodes
    known = ~np.isnan(extract.coordinates(nodes)[:, 0])
    if not known.all():
        runs = np.split(np.arange(len(nodes)), np.flatnonzero(np.diff(known)) + 1)
        inside = [run for run in runs if known[run[0]]]
        nodes = nodes[max(inside, key=len)] if inside else nodes[:0]
    return nodes[np.r_[True, nodes[1:] != nodes[:-1]]] if len(nodes) else nodes


def _cuts(
    chains: _Chains, mark_id: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where pieces start and end: at ways' ends, at shared nodes and at marked ones."""
    if not len(chains.node):
        return chains.node, chains.node
    _, inverse, times = np.unique(chains.node, return_inverse=True, return_counts=True)
    is_cut = (times[inverse] > 1) | np.isin(chains.node, mark_id)
    first, last = chains.offset[:-1], chains.offset[1:] - 1
    is_cut[first] = is_cut[last] = True
    cut = np.flatnonzero(is_cut)
    is_start = ~np.isin(cut, last)
    return cut[is_start], cut[np.flatnonzero(is_start) + 1]


def _mark_of(
    node: NDArray[np.int64], mark_id: NDArray[np.int64], flags: NDArray[np.int16]
) -> NDArray[np.int16]:
    if not len(mark_id):
        return np.zeros(len(node), np.int16)
    index = np.minimum(np.searchsorted(mark_id, node), len(mark_id) - 1)
    return np.where(mark_id[index] == node, flags[index], 0).astype(np.int16)


def _lengths(
    lonlat: NDArray[np.float64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the geodesic length of every piece, in metres."""
    if not len(starts):
        return np.empty(0)
    before, after = lonlat[:-1], lonlat[1:]
    _, _, step = WGS84.inv(before[:, 0], before[:, 1], after[:, 0], after[:, 1])
    # Summed piece by piece: a running total over the city would cost digits.
    return np.array([step[a:b].sum() for a, b in zip(starts, ends, strict=True)])


def _lines(
    lonlat: NDArray[np.float64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.object_]:
    if not len(starts):
        return np.empty(0, object)
    size = ends - starts + 1
    piece = np.repeat(np.arange(len(starts)), size)
    inside = np.arange(len(piece)) - np.repeat(np.cumsum(size) - size, size)
    lines: NDArray[np.object_] = shapely.linestrings(lonlat[starts[piece] + inside], indices=piece)
    return lines


def _gates(extract: OsmExtract, marked: dict[int, int]) -> NDArray[np.float64]:
    gates = [number for number, mark in marked.items() if mark & GATE]
    found = extract.coordinates(np.array(gates, np.int64))
    return found[~np.isnan(found[:, 0])]
