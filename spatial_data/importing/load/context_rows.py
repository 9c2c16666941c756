"""Writes context indicators and their values."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from spatial_data.importing.load.copying import copy_rows
from spatial_data.importing.load.records import named
from spatial_data.models import ContextIndicator, ContextValue, Zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spatial_data.importing.layers import IndicatorRow
    from spatial_data.importing.load.records import CityRecords
    from spatial_data.models import LayerVersion, Snapshot

MICRO = 1_000_000


def write_context(
    version: LayerVersion,
    rows: Sequence[IndicatorRow],
    records: CityRecords,
    snapshots: Mapping[str, Snapshot],
) -> int:
    """Write indicators with a value for every zone of their tier; return how many values."""
    ids = dict(Zone.objects.filter(city=records.city).values_list("code", "id"))
    count = 0
    for row in rows:
        indicator = _indicator(version, row, records, snapshots[row.file])
        count += copy_rows(
            ContextValue,
            ("indicator", "zone", "number", "standard_error", "reason"),
            (
                (indicator.pk, ids[one.zone], one.number, one.standard_error, one.reason)
                for one in row.values
            ),
        )
    return count


def _indicator(
    version: LayerVersion, row: IndicatorRow, records: CityRecords, snapshot: Snapshot
) -> ContextIndicator:
    keys = row.keys
    return ContextIndicator.objects.create(
        layer_version=version,
        snapshot=snapshot,
        code=keys.code,
        **named(keys.names),
        tier=records.tiers[row.tier],
        units=keys.units,
        good=keys.good,
        bad=keys.bad,
        normalisation=keys.normalisation,
        domain=keys.domain,
        weight_micro=round(Fraction(str(keys.weight)) * MICRO),
        is_deprivation=keys.deprivation,
        is_public=keys.public,
        reference_date=row.reference_date,
    )
