"""A base as plain arrays, for a folder of ``.npy`` files that processes share."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from atlas.engine.columns import Block
from atlas.engine.decay import AccessSteps, Exponential, Gaussian, Linear, Table
from atlas.engine.doubt.draws import Draws
from atlas.engine.doubt.ranks import RankDoubt
from atlas.engine.errors import InputError
from atlas.engine.inputs import Assigned, Demand, Places, Pools, Requirements
from atlas.engine.kernels.search import Doors, Graph, Standing
from atlas.engine.ledger import CapacityLedger
from atlas.engine.margins import Pieces
from atlas.engine.need import Levels, ScoreRule, Scores
from atlas.engine.positions import Points, graph_of
from atlas.engine.profiles import Profile
from atlas.engine.scenario.base import Base, directory_of, rooms_for
from atlas.engine.scenario.filled import FilledPart, Filling
from atlas.engine.scenario.ground import Ground
from atlas.engine.scenario.holding import Held
from atlas.engine.scenario.inputs import Groups, Inputs
from atlas.engine.scenario.ranking import Ranking
from atlas.engine.scenario.scoring import Family, Scored, Scoring
from atlas.engine.sharing import Terrain
from atlas.engine.snapping import Snap
from atlas.engine.walks import Walk
from atlas.engine.workers import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from atlas.engine.network import Network
    from atlas.engine.types import AnyArray

BASE_VERSION = 2
"""Raise it whenever `prepare` would answer differently, or keep it otherwise."""

VERSION = "base_version"


class _Many(NamedTuple):
    """A field that holds several records."""

    of: type


class _OneOf(NamedTuple):
    """A field that holds a record of one of several kinds."""

    of: tuple[type, ...]


_PARTS: dict[type, dict[str, type | _Many | _OneOf]] = {
    Inputs: {
        "demand": Demand,
        "places": Places,
        "pools": Pools,
        "requirements": Requirements,
        "assigned": Assigned,
        "profile": Profile,
        "walk": Walk,
    },
    Requirements: {"access": _OneOf((AccessSteps, Linear, Exponential, Gaussian, Table))},
    Filling: {"parts": _Many(FilledPart)},
    FilledPart: {"block": Block},
    Walk: {"graph": Graph},
    Ground: {"terrain": Terrain, "entrances": Points},
    Terrain: {"points": Points, "doors": Doors},
    Points: {"snap": Snap, "standing": Standing},
    Held: {"block": Block},
    Scored: {"scoring": Scoring, "zones_of": Groups, "families": _Many(Family)},
    Scoring: {"pieces": Pieces, "context": Levels, "rule": ScoreRule, "draws": Draws},
    Family: {"levels": Levels, "scores": Scores, "ranking": Ranking},
    Ranking: {"doubt": RankDoubt},
}
_NOT_STORED = {
    Inputs: ("network",),
    Terrain: ("graph", "threads"),
}
"""The network has files of its own."""

_SINGLE = "-number"
"""Ends the name of an array that holds one number, so that it comes back as a number."""

_KIND = "-kind"
"""Ends the name of an array that says which kind of record follows."""

_ROW = "-row"
"""Ends the name of an array that was a row of numbers."""


def arrays(base: Base) -> dict[str, AnyArray]:
    """
    Return every array of a base by name.

    Parameters
    ----------
    base
        To be stored.

    Returns
    -------
    arrays
        What `from_arrays` takes beside the network; its version included.
    """
    named = dict(_named("inputs", base.inputs))
    named |= dict(_named("ground", base.ground))
    for number, held in enumerate(base.held):
        named |= dict(_named(f"held.{number}", held))
    named |= dict(_named("capacity", base.capacity))
    named |= {"amount": base.amount, "flags": base.flags, VERSION: np.array([BASE_VERSION])}
    if base.filling is not None:
        named |= dict(_named("filling", base.filling))
    if base.scored is not None:
        named |= dict(_named("scored", base.scored))
    return named


def from_arrays(stored: dict[str, AnyArray], network: Network) -> Base:
    """
    Return the base that arrays were taken from.

    Parameters
    ----------
    stored
        As `arrays` gave them. Memory-mapped files are best opened copy-on-write
        (``mmap_mode="c"``): read-only arrays make numba compile every kernel once more.
    network
        The one the base was prepared on.

    Returns
    -------
    base
        Sharing memory with `stored`.

    Raises
    ------
    InputError
        If an array is missing or another version made them.
    """
    if VERSION not in stored or int(stored[VERSION][0]) != BASE_VERSION:
        msg = "the stored base was made by another version: prepare it again"
        raise InputError(msg)
    shelf = _Shelf(stored)
    inputs: Inputs = shelf.record(Inputs, "inputs", network=network)
    graph = graph_of(network) if inputs.walk is None else inputs.walk.graph
    terrain = shelf.record(Terrain, "ground.terrain", graph=graph, threads=usable_cores())
    ground: Ground = shelf.record(Ground, "ground", terrain=terrain)
    return Base(
        directory=directory_of(inputs),
        ground=ground,
        held=shelf.records(Held, "held"),
        amount=shelf.array("amount"),
        flags=shelf.array("flags"),
        capacity=shelf.record(CapacityLedger, "capacity"),
        filling=shelf.record(Filling, "filling") if shelf.has("filling") else None,
        scored=shelf.record(Scored, "scored") if shelf.has("scored") else None,
        rooms=rooms_for(inputs, ground),
    )


def _fields_of(kind: type) -> tuple[str, ...]:
    """Return the names of a record's fields."""
    if is_dataclass(kind):
        return tuple(field.name for field in fields(kind))
    return tuple(kind._fields)  # type: ignore[attr-defined]


def _named(name: str, record: object) -> Iterator[tuple[str, AnyArray]]:
    """Yield the arrays of a record, those of its parts included."""
    kind = type(record)
    parts = _PARTS.get(kind, {})
    for field in _fields_of(kind):
        value, own = getattr(record, field), f"{name}.{field}"
        if value is None or field in _NOT_STORED.get(kind, ()):
            continue
        part = parts.get(field)
        if isinstance(part, _Many):
            for number, one in enumerate(value):
                yield from _named(f"{own}.{number}", one)
        elif isinstance(part, _OneOf):
            yield own + _KIND, np.array([part.of.index(type(value))])
            yield from _named(own, value)
        elif part is not None:
            yield from _named(own, value)
        else:
            yield _plain(own, value)


def _plain(name: str, value: object) -> tuple[str, AnyArray]:
    """Return a value that is no record, and the name that tells what it was."""
    if isinstance(value, np.ndarray):
        return name, value
    if isinstance(value, tuple):
        return name + _ROW, np.array(value)
    return name + _SINGLE, np.array([value])


class _Shelf:
    """Stored arrays, out of which records are put together."""

    def __init__(self, stored: dict[str, AnyArray]) -> None:
        self._stored = stored

    def has(self, name: str) -> bool:
        """Say whether anything of a record is stored."""
        return any(key.startswith(f"{name}.") for key in self._stored)

    def array(self, name: str) -> AnyArray:
        """Return one array."""
        if name not in self._stored:
            msg = f"the stored base lacks {name}"
            raise InputError(msg)
        return np.asarray(self._stored[name])

    def records(self, kind: type, name: str) -> tuple[Any, ...]:
        """Return records numbered from 0."""
        found: list[Any] = []
        while self.has(f"{name}.{len(found)}"):
            found.append(self.record(kind, f"{name}.{len(found)}"))
        return tuple(found)

    def record(self, kind: Callable[..., Any], name: str, **given: object) -> Any:  # noqa: ANN401
        """Return one record; what is given is not looked for."""
        parts = _PARTS.get(kind, {})  # type: ignore[call-overload]
        values, left_out = dict(given), _NOT_STORED.get(kind, ())  # type: ignore[call-overload]
        for field in _fields_of(kind):  # type: ignore[arg-type]
            if field not in values and field not in left_out:
                values[field] = self._value(f"{name}.{field}", parts.get(field))
        return kind(**values)

    def _value(self, name: str, part: type | _Many | _OneOf | None) -> Any:  # noqa: ANN401
        """Return one field's value; None where nothing was stored."""
        if isinstance(part, _Many):
            return self.records(part.of, name)
        if isinstance(part, _OneOf):
            return self.record(part.of[self._stored[name + _KIND][0]], name)
        if part is not None:
            return self.record(part, name) if self.has(name) else None
        return self._plain(name)

    def _plain(self, name: str) -> Any:  # noqa: ANN401
        """Return a value that is no record; None where nothing was stored."""
        if name + _SINGLE in self._stored:
            return self._stored[name + _SINGLE][0].item()
        if name + _ROW in self._stored:
            return tuple(self._stored[name + _ROW].tolist())
        return self.array(name) if not _may_lack(name) or name in self._stored else None


def _may_lack(name: str) -> bool:
    """Say whether a field may be None."""
    may_lack = ("demand.boundary_cm", "street_code", "street_features", "access", "label")
    return name.endswith(may_lack)
