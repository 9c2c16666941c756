"""Passes every figure of an edition through disclosure control and makes its rows."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.published import ALL, CHILDREN_AS_SUCH, WHOLE_CITY
from atlas.engine.disclosure import Rules, Table, disclose
from atlas.engine.values import Quality, flag_names, reason_name
from atlas.publishing.rows import FigureRow
from atlas.publishing.tally import FULL, OUT, SERVED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.engine.disclosure import Disclosed
    from atlas.engine.types import Bool
    from atlas.publishing.figures import Figures
    from atlas.publishing.tally import Axes
    from atlas.publishing.zone_trees import ZoneTrees

_SUPPRESSED = "suppressed"
_QUALITY = {quality.value: quality.name.lower() for quality in Quality}
_NO_PARENT = -1


def disclosed_of(figures: Figures, zones: ZoneTrees, applies: Bool, k: int) -> Disclosed:
    """
    Return which figures may be shown.

    Parameters
    ----------
    figures
        Whole children of every zone and of the city.
    zones
        The rows of `figures` but for the last, the city.
    applies
        Shape (s, b, x), which services are required for which groups.
    k
        The adopted least count, beside 0.

    Returns
    -------
    disclosed
        Masks over the figures.

    Raises
    ------
    InputError
        If the figures do not add up: then nothing could be promised of them.
    """
    n = len(zones.code)
    above = np.where(zones.parent == _NO_PARENT, n, zones.parent)
    table = Table(
        parent=np.append(above, _NO_PARENT).astype(np.int32),
        tree=np.append(zones.tree, 0).astype(np.int32),
        children=figures.whole.children,
        parts=figures.whole.parts,
        applies=applies,
        pieces=figures.whole.pieces,
    )
    return disclose(table, Rules(k=k))


def figure_rows(
    figures: Figures, disclosed: Disclosed, zones: ZoneTrees, axes: Axes
) -> Iterator[FigureRow]:
    """
    Yield every figure as published: shown, or null with its reason.

    Parameters
    ----------
    figures, disclosed
        The figures and what may be shown of them.
    zones, axes
        Codes of the rows and columns.

    Yields
    ------
    row
        Zone after zone; the city's own have no tier and no zone.
    """
    bands, sexes = (ALL, *axes.bands), (ALL, *axes.sexes)
    where = [*zip(zones.tier, zones.code, strict=True), (WHOLE_CITY, WHOLE_CITY)]
    groups = list(product(enumerate(bands), enumerate(sexes)))
    for z, (tier, zone) in enumerate(where):
        for (b, band), (x, sex) in groups:
            key = (tier, zone, CHILDREN_AS_SUCH, band, sex)
            yield _children_row(key, figures, disclosed, (z, b, x))
        for s, service in enumerate(axes.services):
            for (b, band), (x, sex) in groups:
                key = (tier, zone, service, band, sex)
                yield _split_row(key, figures, disclosed, (z, s, b, x))


_Key = tuple[str, str, str, str, str]


def _children_row(
    key: _Key, figures: Figures, disclosed: Disclosed, at: tuple[int, int, int]
) -> FigureRow:
    z, b, x = at
    shown = bool(disclosed.children[at])
    return FigureRow(
        *key,
        children=int(figures.children[at]) if shown else None,
        served=None,
        full=None,
        out=None,
        unknown=None,
        short=None,
        reason="" if shown else _SUPPRESSED,
        quality=_QUALITY[int(figures.quality[z, :, b, x].max())],
        flags=[],
    )


def _split_row(
    key: _Key, figures: Figures, disclosed: Disclosed, at: tuple[int, int, int, int]
) -> FigureRow:
    """
    Return one split. Where only *served* and *unknown* may be shown, full and out are null.

    Together the two are still what remains of the children: the gap may be known, not its causes.
    """
    may = [bool(shown) for shown in disclosed.parts[at]]
    reason = reason_name(int(figures.reason[at])) or ("" if all(may) else _SUPPRESSED)
    has_value = reason in {"", _SUPPRESSED}
    parts = [
        int(count) if shown and has_value else None
        for count, shown in zip(figures.parts[at], may, strict=True)
    ]
    short = float(figures.short[at])
    return FigureRow(
        *key,
        children=int(figures.parts[at].sum()) if may[SERVED] else None,
        served=parts[SERVED],
        full=parts[FULL],
        out=parts[OUT],
        unknown=parts[UNKNOWN],
        short=None if reason or np.isnan(short) else short,
        reason=reason,
        quality=_QUALITY[int(figures.quality[at])],
        flags=flag_names(int(figures.flags[at])),
    )
