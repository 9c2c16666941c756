"""The need of every zone of every tier, ready to be scored again where something changes."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.doubt.trials import LevelTable, missing_levels, trial_steps
from atlas.engine.errors import ShapeError
from atlas.engine.kernels.split import CHILDREN, FULL, OUT, UNKNOWN, UNSNAPPED
from atlas.engine.known import with_causes
from atlas.engine.margins import roll_up
from atlas.engine.need import Levels, Scores, gap, ranks, score
from atlas.engine.scenario.inputs import Groups
from atlas.engine.scenario.ranking import Ranking, ranking_of, reranked
from atlas.engine.values import Reason

if TYPE_CHECKING:
    from atlas.engine.doubt.draws import Draws
    from atlas.engine.doubt.ranks import RankDoubt
    from atlas.engine.margins import Pieces
    from atlas.engine.need import ScoreRule
    from atlas.engine.types import Bool, Float64, Int32, Int64, StrArray

COUNTED = (FULL, OUT, CHILDREN, UNKNOWN, UNSNAPPED)
"""The amounts that a gap is made of."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """
    How a city's zones are scored and ranked.

    Parameters
    ----------
    pieces
        What the zones are made of; the leaf zones of the inputs are its pieces.
    zone_code
        Stable code of each zone, shape (n,), unique.
    family
        Which zones are scored and ranked together, shape (n,), numbered from 0: a tier of a tree.
    is_ranked
        Which zones take part in ranks, shape (n,): not those for what lies in no other.
    children
        Whole children of each zone, shape (n,).
    is_missing
        Where the children of every group of a service are missing, shape (n, s).
    context
        Levels that no place changes, shape (n, c).
    code
        Stable code of each component, services first, then context, shape (s + c,).
    weights
        Of the components, shape (s + c,).
    rule
        Exponent, limit of what may be missing, least number of children.
    unknown_limit
        Share of unknown children above which a gap is missing.
    draws
        Weights and exponents, the same before and after; reach, provision and the rest stay as
        adopted.
    seed
        Of the draws; it names the missing levels' streams.
    worst
        Numbers k of worst zones to ask about.
    quantiles
        Which ranks to observe.
    """

    pieces: Pieces
    zone_code: StrArray
    family: Int32
    is_ranked: Bool
    children: Int64
    is_missing: Bool
    context: Levels
    code: StrArray
    weights: Float64
    rule: ScoreRule
    unknown_limit: float
    draws: Draws
    seed: int
    worst: tuple[int, ...]
    quantiles: tuple[float, ...] = (0.05, 0.5, 0.95)

    def check(self, pieces: int, services: int) -> None:
        """
        Refuse what does not fit a city.

        Parameters
        ----------
        pieces, services
            How many leaf zones and services the city has.

        Raises
        ------
        ShapeError
            Naming the array at fault.
        """
        zones, components = self.pieces.zones, services + self.context.x.shape[1]
        shapes = {
            "pieces": ((self.pieces.pieces,), (pieces,)),
            "zone_code": (self.zone_code.shape, (zones,)),
            "family": (self.family.shape, (zones,)),
            "is_ranked": (self.is_ranked.shape, (zones,)),
            "children": (self.children.shape, (zones,)),
            "is_missing": (self.is_missing.shape, (zones, services)),
            "context": (self.context.x.shape[:1], (zones,)),
            "code": (self.code.shape, (components,)),
            "weights": (self.weights.shape, (components,)),
            "draws": (self.draws.weights.shape[1:], (components,)),
        }
        for name, (shape, wanted) in shapes.items():
            if shape != wanted:
                msg = f"{name} of the scoring has {shape}, not {wanted}"
                raise ShapeError(msg)


@dataclass(frozen=True, slots=True)
class Family:
    """
    Zones scored and ranked together.

    Attributes
    ----------
    row
        Which zones, shape (f,).
    levels
        Of their components, shape (f, K).
    scores
        Of those zones.
    ranking
        Their ranks in every draw.
    """

    row: Int64
    levels: Levels
    scores: Scores
    ranking: Ranking


@dataclass(frozen=True, slots=True)
class Scored:
    """
    A city's scores before any change.

    Attributes
    ----------
    scoring
        How they come about.
    counted
        Children by `COUNTED`, summed over groups, shape (n, 5, s).
    zones_of
        The zones that hold each piece.
    families
        In the order of their numbers.
    """

    scoring: Scoring
    counted: Int64
    zones_of: Groups
    families: tuple[Family, ...]


@dataclass(frozen=True, slots=True)
class Rescored:
    """
    Zones of one family as a scenario leaves them.

    Attributes
    ----------
    row
        Which zones, shape (f,).
    touched
        Which of them have other levels than before, rows of `row`.
    levels, scores
        Of all of them.
    doubt
        How sure each rank is, over the same draws as before; zones that are not ranked included.
    """

    row: Int64
    touched: Int64
    levels: Levels
    scores: Scores
    doubt: RankDoubt


def scored(scoring: Scoring, amount: Int64, *, threads: int) -> Scored:
    """
    Score a city before any change.

    Parameters
    ----------
    scoring
        How.
    amount
        Millionths of children of each piece, shape (9, pieces, s, g).
    threads
        How many chunks of draws run at once.

    Returns
    -------
    scored
        Holds for each family 12 bytes a draw and zone.

    Raises
    ------
    ShapeError, InputError
        If the scoring does not fit the city.
    """
    scoring.check(amount.shape[1], amount.shape[2])
    counted = roll_up(amount[list(COUNTED)].sum(axis=3).swapaxes(0, 1), scoring.pieces)
    families = []
    for number in range(int(scoring.family.max(initial=-1)) + 1):
        row = np.flatnonzero(scoring.family == number)
        levels = _levels(scoring, counted[row], row)
        scores = _with_ranks(scoring, _score(scoring, levels, row), row)
        ranking = ranking_of(
            _steps(scoring, levels, scores.need, row, threads),
            worst=scoring.worst,
            quantiles=scoring.quantiles,
            threads=threads,
        )
        families.append(Family(row, levels, scores, ranking))
    zones_of = Groups.of(scoring.pieces.piece, scoring.pieces.pieces)
    return Scored(scoring, counted, zones_of, tuple(families))


def rescored(base: Scored, piece: Int64, change: Int64, *, threads: int) -> tuple[Rescored, ...]:
    """
    Score again the zones that changes touch, and rank all zones again.

    Parameters
    ----------
    base
        The city before.
    piece
        The pieces that something changes in, shape (y,).
    change
        Millionths of children, shape (y, 9, s, g).
    threads
        How many chunks of draws run at once.

    Returns
    -------
    rescored
        Every family, bit for bit as `scored` would give it.
    """
    scoring = base.scoring
    zone, counted = _counted_anew(base, piece, change)
    answers = []
    for family in base.families:
        at = np.searchsorted(family.row, zone)
        at = np.minimum(at, family.row.size - 1)
        is_mine = family.row[at] == zone
        touched = at[is_mine]
        anew = _levels(scoring, counted[is_mine], family.row[touched])
        answers.append(_rescored(scoring, family, touched, anew, threads))
    return tuple(answers)


def _counted_anew(base: Scored, piece: Int64, change: Int64) -> tuple[Int64, Int64]:
    """Return the zones that hold some pieces, rising, and their children counted anew."""
    rows = [base.zones_of.rows_of(one) for one in piece.tolist()]
    which = np.repeat(np.arange(piece.size), [row.size for row in rows])
    holder = base.scoring.pieces.zone[np.concatenate([np.zeros(0, np.int32), *rows])]
    zone, slot = np.unique(holder, return_inverse=True)
    counted = base.counted[zone]
    np.add.at(counted, slot, change[:, COUNTED].sum(axis=3)[which])
    return zone.astype(np.int64), counted


def _rescored(
    scoring: Scoring, family: Family, touched: Int64, anew: Levels, threads: int
) -> Rescored:
    """Return a family with some of its zones' levels anew."""
    old = Levels(family.levels.x[touched], family.levels.reason[touched])
    differs = ~(
        ((anew.x == old.x) | (np.isnan(anew.x) & np.isnan(old.x))) & (anew.reason == old.reason)
    ).all(axis=1)
    touched, anew = touched[differs], Levels(anew.x[differs], anew.reason[differs])
    if not touched.size:
        return Rescored(family.row, touched, family.levels, family.scores, family.ranking.doubt)
    levels = Levels(family.levels.x.copy(), family.levels.reason.copy())
    levels.x[touched], levels.reason[touched] = anew.x, anew.reason
    row = family.row[touched]
    mine = _score(scoring, anew, row)
    scores = _with_ranks(scoring, _patched(family.scores, touched, mine), family.row)
    steps = _steps(scoring, anew, mine.need, row, threads)
    doubt = reranked(family.ranking, touched, steps, threads=threads)
    return Rescored(family.row, touched, levels, scores, doubt)


def _levels(scoring: Scoring, counted: Int64, row: Int64) -> Levels:
    """Return the levels of some zones: the gap of each service, then the context."""
    full, out, children, unknown, unsnapped = counted.swapaxes(0, 1)
    limit = scoring.unknown_limit
    found = gap(full, out, children, unknown, limit)
    found = with_causes(found, unsnapped, children, scoring.is_missing[row], limit)
    context = scoring.context
    return Levels(
        np.hstack((found.x, context.x[row])), np.hstack((found.reason, context.reason[row]))
    )


def _score(scoring: Scoring, levels: Levels, row: Int64) -> Scores:
    """Return the scores of some zones; their ranks among themselves mean nothing."""
    return score(levels, scoring.weights, scoring.rule, scoring.children[row])


def _with_ranks(scoring: Scoring, scores: Scores, row: Int64) -> Scores:
    """Return the scores of a whole family with its ranks."""
    takes_part = scoring.is_ranked[row] & (scoring.children[row] >= scoring.rule.n_min)
    rank = ranks(scores.need, takes_part)
    return replace(scores, rank=rank, ranked_of=int((rank > 0).sum()))


def _patched(scores: Scores, touched: Int64, anew: Scores) -> Scores:
    """Return scores with those of some zones anew."""
    columns = {}
    for name in (field.name for field in fields(Scores) if field.name != "ranked_of"):
        columns[name] = getattr(scores, name).copy()
        columns[name][touched] = getattr(anew, name)
    return Scores(**columns, ranked_of=scores.ranked_of)


def _steps(scoring: Scoring, levels: Levels, need: Float64, row: Int64, threads: int) -> Int64:
    """Return the scores of some zones in every draw, shape (d, f); -1 where one is not ranked."""
    takes_part = scoring.is_ranked[row] & (scoring.children[row] >= scoring.rule.n_min)
    table = LevelTable(
        code=scoring.code,
        zone_code=scoring.zone_code[row],
        x=np.ascontiguousarray(np.where(levels.reason == Reason.NONE, levels.x, 0.0).T),
        reason=levels.reason,
        scored=takes_part & ~np.isnan(need),
    )
    draws = scoring.draws
    component = np.broadcast_to(np.arange(scoring.code.size), draws.weights.shape)
    missing = missing_levels(scoring.seed, draws.power.size, table)
    return trial_steps(table, component, draws, missing, threads=threads)
