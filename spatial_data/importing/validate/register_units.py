"""Judges what the places of a register offer: one row a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spatial_data.importing.layers import UnitRow
from spatial_data.importing.read import fields as field
from spatial_data.importing.read.fields import FieldError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from spatial_data.importing.city_schema import PlacesKeys
    from spatial_data.importing.layers import PlaceRow
    from spatial_data.importing.validate.registers import RegisterRow

SEXES = ("all", "girl", "boy")
STAGES = ("pre_school", "primary", "lower_secondary", "upper_secondary")
SHIFTS = ("morning", "afternoon", "whole_day")
SECTORS = ("public", "private")
# Which column a capacity stands in says what it counts.
CAPACITIES = (("seats", "seat"), ("visits", "visit"), ("area_m2", "m2"))
BY_AREA = frozenset({"playground", "park"})


class UnitReader:
    """Reads units and hangs them on their places."""

    def __init__(self, keys: PlacesKeys, file: str, fault: Callable[[str, str, str], None]) -> None:
        self.keys = keys
        self.units = keys.units
        self.file = file
        self.fault = fault

    def add_all(self, rows: Sequence[RegisterRow], places: Mapping[str, PlaceRow]) -> None:
        """Hang every row of a second sheet or file on the place whose code it names."""
        if self.units is None:
            return
        for row in rows:
            fields = field.cut(row.fields, self.keys.patterns)
            code = field.fill(self.units.columns.place, fields)
            if code not in places:
                problem = f"the unit names the place {code!r}, which is not in the register"
                self.fault(f"units, {row.spot}", problem, "correct the code")
            else:
                self.add(f"units, {row.spot}", fields, places[code])

    def add(self, spot: str, fields: Mapping[str, str], place: PlaceRow) -> None:
        """Hang one row on its place."""
        if self.units is None:
            return
        try:
            unit = self._unit(fields, place)
        except FieldError as error:
            self.fault(spot, str(error), "correct the field")
            return
        if any(other.code == unit.code for other in place.units):
            problem = f"the place has two units {unit.code!r}"
            self.fault(spot, problem, "give every unit its own code")
        place.units.append(unit)

    def _unit(self, fields: Mapping[str, str], place: PlaceRow) -> UnitRow:
        columns = self.units.columns if self.units else None
        said = {
            name: field.fill(getattr(columns, name), fields)
            for name in (columns.__slots__ if columns else ())
        }
        capacity, unit = self._capacity(said, place)
        ages = (field.whole(said["ages_from"]), field.whole(said["ages_to"]))
        if None not in ages and ages[0] >= ages[1]:  # type: ignore[operator]
            msg = f"it admits ages from {ages[0]} to before {ages[1]}"
            raise FieldError(msg)
        row = UnitRow(
            code="",
            sex=self._word(said, "sex", SEXES) or "all",
            stage=self._word(said, "stage", STAGES),
            shift=self._word(said, "shift", SHIFTS) or "whole_day",
            sector=self._word(said, "sector", SECTORS),
            age_from=ages[0],
            age_to=ages[1],
            is_special=bool(field.yes_or_no(said["special"], self._words("special"))),
            capacity=capacity,
            capacity_unit=unit,
            pupils=field.whole(said["pupils"]),
        )
        row.code = said["code"] or _code(row)
        return row

    def _capacity(self, said: Mapping[str, str], place: PlaceRow) -> tuple[float | None, str]:
        for column, unit in CAPACITIES:
            found = field.number(said[column])
            if found is not None and found < 0:
                msg = f"{column} = {said[column]} is negative"
                raise FieldError(msg)
            if found is not None:
                return found, unit
        return None, "m2" if place.kind in BY_AREA else "seat"

    def _word(self, said: Mapping[str, str], name: str, known: Sequence[str]) -> str:
        return field.word(said[name], self._words(name), known)

    def _words(self, name: str) -> Mapping[str, str]:
        return self.units.values.get(name, {}) if self.units else {}

    def give_the_rest(self, places: Mapping[str, PlaceRow]) -> None:
        """Give places without a unit one of which nothing is known."""
        for place in places.values():
            if not place.units:
                by_area = place.kind in BY_AREA
                place.units = [UnitRow("1", capacity_unit="m2" if by_area else "seat")]


def _code(unit: UnitRow) -> str:
    """Name a unit by what makes it one: sex, stage and shift."""
    parts = [unit.stage, unit.sex if unit.sex != "all" else "", unit.shift]
    return "-".join(part for part in parts if part and part != "whole_day") or "1"
