"""One assessment, from prepared inputs to its outcome: arranged like the method, nothing added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.clustering import clusters_of
from atlas.assessments.contextual import context_of, told_of_context
from atlas.assessments.doubting import doubts_of, levels_tried
from atlas.assessments.evenness import evenness_of
from atlas.assessments.gradients import gradients_of
from atlas.assessments.inputs.completeness import graded
from atlas.assessments.inputs.context import weighed
from atlas.assessments.inputs.leaving_out import left_out
from atlas.assessments.inputs.supply import crowding_of, pools_of
from atlas.assessments.outcome import Outcome, PieceSplit, Placement, Split
from atlas.assessments.scoring import scores_of
from atlas.assessments.walking import Ground, walks_of
from atlas.engine.access import mean_access
from atlas.engine.carrying import Living
from atlas.engine.coverage import Assigned, Demand, city_of, covered
from atlas.engine.demand import fit_counts, locate, place_points, spread
from atlas.engine.depth import depth
from atlas.engine.ground import boundary_of, held_by, way_to_boundary_cm
from atlas.engine.judged import JudgedPoints
from atlas.engine.known import counts_known
from atlas.engine.lacking import lacking
from atlas.engine.ledger import assert_children, shortfall
from atlas.engine.margins import any_of, cut, gather, roll_up
from atlas.engine.types import MICRO
from atlas.lib.memory import free_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from atlas.assessments.inputs.city import CityInputs
    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.inputs.supply import Supply
    from atlas.engine.coverage import CoverageResult
    from atlas.engine.demand import FittedCounts, PlacedPoints
    from atlas.engine.margins import Pieces
    from atlas.engine.types import Float64, Int32, Int64


STEPS = (
    *("counts", "homes", "zones", "supply", "completeness"),
    *("reach and sharing", "walking", "trials", "scores"),
)
SEED = 1
"""Of what draws random numbers, where nobody gives another."""


def assess(
    inputs: CityInputs,
    standard: Standard,
    *,
    tell: Callable[[str], None],
    seed: int = SEED,
    threads: int | None = None,
) -> Outcome:
    """
    Assess a city.

    Parameters
    ----------
    inputs
        Its layers as arrays.
    standard
        The requirement set it is judged by.
    tell
        Called with each of `STEPS` as it begins.
    seed
        Of the trials behind doubt, and of the arrangements behind clusters.
    threads
        How many threads; changes no digit.

    Returns
    -------
    outcome
        Its ledgers asserted: served + full + out + unknown are the children of every zone of
        every tier, exactly, and contributions sum to their score to 1e-9.

    Raises
    ------
    EngineError
        If the layers contradict each other, or a ledger does not close.
    """
    standard = weighed(standard.with_kinds(inputs.places.own_kinds), inputs.context)
    tell("counts")
    fitted = fit_counts(
        len(inputs.cell_code),
        inputs.counts.published,
        shares=inputs.counts.shares,
        controls=inputs.counts.controls,
        bands=standard.age_bands,
    )
    tell("homes")
    placed = place_points(
        (inputs.cell_code, inputs.cell_shape),
        inputs.residents,
        inputs.homes,
        inputs.home_streets,
        standard.placing_rule,
    )
    children = spread(fitted.children_micro, placed)
    tell("zones")
    pieces = cut(_leaf_zones(inputs, standard, placed), inputs.zones.parent)
    counts = counts_known(fitted.quality, placed.cell, pieces)
    tell("supply")
    supply = pools_of(inputs, standard)
    tell("completeness")
    of_piece, of_zone = _summed(children, pieces)
    layers = graded(inputs, standard, supply, _people(inputs, placed, pieces))
    tell("reach and sharing")
    demand = _demand(inputs, standard, placed, (children, pieces))
    incomplete, assigned = layers.of_pieces(pieces), _assigned(supply, placed)
    city = city_of(
        inputs.network,
        demand,
        supply.places,
        supply.pools,
        standard.requirements,
        incomplete,
        assigned=assigned,
        threads=threads,
        memory_bytes=free_bytes(),
    )
    found = covered(city, incomplete, filled=True)
    split = _split(found, pieces, standard, of_zone)
    tell("walking")
    walks = walks_of(Ground(city, incomplete), standard, split, counts, pieces)
    tell("trials")
    tried = levels_tried(city, incomplete, standard, pieces)
    tell("scores")
    context = context_of(
        inputs.context,
        standard,
        inputs.zones,
        Living(pieces, of_piece.sum(axis=1), inputs.zones.parent),
        of_zone,
    )
    scores = scores_of(split, counts, inputs.zones, standard, of_zone, context)
    limit = float(standard.parameters.share("unknown_limit"))
    judged = JudgedPoints(found.points, children, incomplete, pieces)
    return Outcome(
        standard=standard,
        zones=inputs.zones,
        children=of_zone,
        counts=counts,
        split=split,
        pieces=PieceSplit(pieces.leaf, of_piece, _parts(found)),
        scores=scores,
        access=mean_access(judged, limit),
        depth=depth(judged, standard.requirements, limit),
        lacking=lacking(judged, standard.parameters.counts("services_lacked")),
        judgement=layers.shown(pieces),
        placement=_placement(inputs, fitted, placed),
        certain_full_micro=found.when_filled.certain_full_micro,
        place_code=inputs.places.code,
        crowding=crowding_of(inputs),
        left_out=left_out(inputs, (fitted, placed), demand, supply, found)
        | told_of_context(context, standard, inputs.zones),
        walks=walks,
        tried=tried,
        doubt=doubts_of(tried, scores, context, inputs.zones, standard, seed),
        clusters=clusters_of(scores, inputs.zones, inputs.zone_shape, standard, seed),
        evenness=evenness_of(judged, split, inputs.zones, counts, standard),
        context=context,
        gradients=gradients_of(
            tried, (split, scores), inputs.zones, context.deprivation, standard, seed
        ),
    )


def _leaf_zones(inputs: CityInputs, standard: Standard, placed: PlacedPoints) -> Int32:
    """Return the leaf zone of each point in each tree, -1 outside the city."""
    columns = []
    for tree in inputs.trees:
        found = locate(
            placed.xy_m,
            placed.cell,
            inputs.cell_shape,
            (inputs.zones.code[tree.leaf], tree.shape),
            inside_m=standard.parameters.number("zone_probe"),
            farthest_m=standard.parameters.number("zone_nearest"),
        )
        columns.append(np.where(found >= 0, tree.leaf[found], tree.unassigned))
    leaf = np.stack(columns, axis=1).astype(np.int32)
    leaf[inputs.cell_outside[placed.cell]] = -1
    return leaf


def _summed(children: Int64, pieces: Pieces) -> tuple[Int64, Int64]:
    """Return the children of every piece and of every zone."""
    of_piece = gather(children, pieces)
    return of_piece, roll_up(of_piece, pieces)


def _people(inputs: CityInputs, placed: PlacedPoints, pieces: Pieces) -> Float64:
    """Return the residents of every zone; those of a cell live where its children do."""
    known = np.nan_to_num(inputs.residents)
    micro = np.rint(known * MICRO).astype(np.int64)[:, None]
    return roll_up(gather(spread(micro, placed), pieces), pieces)[:, 0] / MICRO


def _demand(
    inputs: CityInputs, standard: Standard, placed: PlacedPoints, living: tuple[Int64, Pieces]
) -> Demand:
    """Return where children live; near the boundary only if nobody beyond it is counted."""
    children, pieces = living
    # Sea and boundary are drawn by two hands: a shore never meets the boundary exactly.
    shore_m = standard.parameters.number("shore")
    boundary = boundary_of(inputs.trees[0].shape, inputs.sea, shore_m)
    counts_beyond = bool(inputs.cell_outside.any())
    return Demand(
        code=placed.code,
        xy_m=placed.xy_m,
        children_micro=children,
        zone=pieces.of_point,
        edge=np.full(placed.code.size, not counts_beyond),
        boundary_cm=way_to_boundary_cm(placed.xy_m, boundary),
    )


def _assigned(supply: Supply, placed: PlacedPoints) -> Assigned:
    """Return who lives in whose catchment."""
    with_one = np.flatnonzero(supply.is_assigned)
    area, point = held_by(supply.catchment[with_one], placed.xy_m)
    return Assigned(supply.is_assigned, with_one[area].astype(np.int32), point)


def _split(found: CoverageResult, pieces: Pieces, standard: Standard, children: Int64) -> Split:
    """Return the split of every zone of every tier, its ledger asserted tier by tier."""
    up = {
        name: roll_up(getattr(found, name), pieces)
        for name in (
            *("children", "served", "full", "out", "unknown"),
            *("served_low", "edge", "unsnapped"),
        )
    }
    filled = found.when_filled
    up |= {f"filled_{name}": roll_up(getattr(filled, name), pieces) for name in ("served", "full")}
    applies = standard.applies.astype(np.int64)
    for served, full in (("served", "full"), ("filled_served", "filled_full")):
        parts = np.stack([up[name] for name in (served, full, "out", "unknown")])
        for z in range(pieces.zones):
            assert_children(parts[:, z : z + 1], up["children"][z : z + 1], children[z], applies)
    short = shortfall(standard.requirements.need(), up["full"] + up["out"])
    return Split(**up, short=short, flags=any_of(found.flags, pieces))


def _parts(found: CoverageResult) -> Int64:
    """Return served, full, out and unknown of every piece, shape (p, S, G, 4)."""
    return np.stack([found.served, found.full, found.out, found.unknown], axis=-1)


def _placement(inputs: CityInputs, fitted: FittedCounts, placed: PlacedPoints) -> Placement:
    return Placement(
        code=inputs.cell_code,
        way=placed.way,
        points=np.bincount(placed.cell, minlength=len(inputs.cell_code)),
        children_micro=fitted.children_micro.sum(axis=1),
        floor_m2_per_resident=placed.floor_m2_per_resident,
    )
