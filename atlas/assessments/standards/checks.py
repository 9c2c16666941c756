"""What the keys of a requirement set must say about each other."""

from __future__ import annotations

import difflib
from collections import Counter
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any

from atlas.assessments.standards.parameters import PARAMETERS
from atlas.assessments.standards.profile_checks import check_profiles, check_speeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from atlas.assessments.standards.form import (
        NamedKeys,
        RequirementKeys,
        StandardKeys,
        WeightFormKeys,
    )
    from spatial_data.importing.declared_keys import TableReader
    from spatial_data.importing.toml_lines import KeyPath

SCHEMA = 1
OLDEST = 18
SEXES = ("girl", "boy")


def check(
    keys: StandardKeys,
    parameters: Mapping[str, Mapping[str, Any]],
    sources: Mapping[str, object],
    reader: TableReader,
) -> set[str]:
    """Note every contradiction in `reader`; return the keys of ``sources.csv`` that are used."""
    if keys.schema != SCHEMA:
        reader.fault(("schema",), f"schema = {keys.schema} is not known", f"write {SCHEMA}")
    _check_codes(keys, reader)
    _check_bands(keys, reader)
    _check_weights(keys, reader)
    _check_services(keys, reader)
    _check_indicators(keys, reader)
    _check_requirements(keys, reader)
    _check_forms(keys, reader)
    _check_parameters(keys, parameters, reader)
    check_speeds(keys, parameters, reader)
    check_profiles(keys, reader)
    return _check_basis(keys, sources, reader)


def _known(reader: TableReader, where: KeyPath, code: str, codes: Iterable[str], what: str) -> None:
    listed = list(codes)
    if code in listed:
        return
    near = difflib.get_close_matches(code, listed, n=1, cutoff=0.5)
    cure = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(listed) or 'none'}"
    reader.fault(where, f"{code!r} is not {what} of this set", cure)


def _codes(entries: Sequence[NamedKeys]) -> list[str]:
    return [entry.code for entry in entries]


def _check_codes(keys: StandardKeys, reader: TableReader) -> None:
    """No code comes twice, and everything has a name."""
    for part in ("bands", "sexes", "units", "domains", "services", "indicators", "stages", "kinds"):
        entries: Sequence[NamedKeys] = getattr(keys, part)
        for code, times in Counter(_codes(entries)).items():
            if times > 1:
                reader.fault((part,), f"the code {code!r} comes {times} times", "keep one")
        for number, entry in enumerate(entries):
            if not any(entry.names.values()):
                reader.fault((part, number), f"{entry.code!r} has no name", "names = { en = … }")
    if _codes(keys.sexes) != list(SEXES):
        reader.fault(("sexes",), "the sexes are not girl and boy", "list girl, then boy")


def _check_bands(keys: StandardKeys, reader: TableReader) -> None:
    """Bands follow each other without gap or overlap from birth to 18; ages are in order."""
    expected = 0
    for number, band in enumerate(keys.bands):
        where = ("bands", number, "ages")
        if not _in_order(band.ages, where, reader):
            return
        if band.ages[0] != expected:
            reader.fault(where, f"it starts at {band.ages[0]}", f"start at {expected}")
        expected = band.ages[1]
    if expected != OLDEST:
        reader.fault(("bands",), f"the bands end at {expected}", f"cover the ages up to {OLDEST}")
    for part in ("stages", "kinds"):
        for number, entry in enumerate(getattr(keys, part)):
            _in_order(entry.ages, (part, number, "ages"), reader)


def _in_order(ages: tuple[int, ...], where: KeyPath, reader: TableReader) -> bool:
    pair = 2
    good = len(ages) == pair and 0 <= ages[0] < ages[1]
    if not good:
        reader.fault(where, f"ages = {list(ages)} are not two ages in order", "write [from, to)")
    return good


def _check_weights(keys: StandardKeys, reader: TableReader) -> None:
    """Weights are whole millionths and sum to 1, over the domains and inside each."""
    _sum_to_one("domains", [domain.weight for domain in keys.domains], ("domains",), reader)
    for number, domain in enumerate(keys.domains):
        inside = [one.weight for one in keys.services if one.domain == domain.code]
        inside += [one.weight for one in keys.indicators if one.domain == domain.code]
        what = f"the services and indicators of {domain.code!r}"
        _sum_to_one(what, inside, ("domains", number), reader)


def _sum_to_one(what: str, weights: list[float], where: KeyPath, reader: TableReader) -> None:
    total = sum((Fraction(str(weight)) for weight in weights), Fraction(0))
    if total != 1 or min(weights, default=0) < 0:
        reader.fault(where, f"the weights of {what} sum to {float(total):g}", "make them sum to 1")


def _check_services(keys: StandardKeys, reader: TableReader) -> None:
    met = {row.service for kind in keys.kinds for row in kind.serves}
    for number, service in enumerate(keys.services):
        where = ("services", number)
        _known(reader, (*where, "domain"), service.domain, _codes(keys.domains), "a domain")
        _known(reader, (*where, "unit"), service.unit, _codes(keys.units), "a unit")
        if service.code not in met:
            reader.fault(where, f"no kind serves {service.code!r}", "add it to a kind's serves")
    for number, kind in enumerate(keys.kinds):
        for row in kind.serves:
            spot = ("kinds", number, "serves")
            _known(reader, spot, row.service, _codes(keys.services), "a service")
            if row.when.stage:
                _known(reader, spot, row.when.stage, _codes(keys.stages), "a stage")


def _check_indicators(keys: StandardKeys, reader: TableReader) -> None:
    services = _codes(keys.services)
    for number, indicator in enumerate(keys.indicators):
        where = ("indicators", number)
        _known(reader, (*where, "domain"), indicator.domain, _codes(keys.domains), "a domain")
        if indicator.code in services:
            problem = f"{indicator.code!r} is a service and an indicator"
            reader.fault((*where, "code"), problem, "give the indicator its own code")


def _check_requirements(keys: StandardKeys, reader: TableReader) -> None:
    modes = {service.code: service.mode for service in keys.services}
    seen: Counter[tuple[str, str, str]] = Counter()
    for number, row in enumerate(keys.requirements):
        where = ("requirements", number)
        _known(reader, where, row.service, modes, "a service")
        _known(reader, where, row.band, _codes(keys.bands), "an age band")
        _known(reader, where, row.sex, _codes(keys.sexes), "a sex")
        _known(reader, where, row.weight_form, keys.weight_forms, "a weight form")
        seen[row.service, row.band, row.sex] += 1
        _check_figures(row, modes.get(row.service, ""), where, reader)
    for group, times in seen.items():
        if times > 1:
            reader.fault(("requirements",), f"{' '.join(group)} comes {times} times", "keep one")
    for service in sorted(set(modes) - {row.service for row in keys.requirements}):
        reader.fault(("requirements",), f"nobody is owed {service!r}", "add a row, or drop it")


def _check_figures(row: RequirementKeys, mode: str, where: KeyPath, reader: TableReader) -> None:
    """See that a walk has a reach and that figures lie where they can."""
    name = f"{row.service} {row.band} {row.sex}"
    _check_reach(row, mode, where, reader)
    if row.provision is not None and (row.provision <= 0 or not row.unit):
        reader.fault(where, f"{name}: a provision needs a unit and is above 0", "write both")
    if not 0 < row.participation <= 1:
        reader.fault(where, f"{name}: participation = {row.participation:g}", "above 0, up to 1")


def _check_reach(row: RequirementKeys, mode: str, where: KeyPath, reader: TableReader) -> None:
    """See that a walk has one reach, above 0, in metres or in seconds."""
    name = f"{row.service} {row.band} {row.sex}"
    told = {key: getattr(row, key) for key in ("reach_m", "reach_s")}
    given = {key: reach for key, reach in told.items() if reach is not None}
    if mode == "walk" and not given:
        reader.fault(where, f"{name} is walked to and has no reach", "add reach_m")
    if mode == "city_wide" and given:
        reader.fault(where, f"{name} is city-wide and has a reach", f"take {min(given)} out")
    if len(given) > 1:
        reader.fault(where, f"{name} has a reach in metres and in seconds", "keep one")
    for key, reach in given.items():
        if reach <= 0:
            reader.fault(where, f"{name}: {key} = {reach:g}", "write a figure above 0")


def _check_forms(keys: StandardKeys, reader: TableReader) -> None:
    farthest_m = max((row.reach_m or 0 for row in keys.requirements), default=0)
    for code, form in keys.weight_forms.items():
        where = ("weight_forms", code)
        if form.kind in {"steps", "table"}:
            _check_edges(form, farthest_m, where, reader)
        elif form.edges or form.weights:
            reader.fault(where, f"a {form.kind} form has no edges", "take edges and weights out")
        for kind, key, value in (
            ("exponential", "rate", form.rate),
            ("gaussian", "bandwidth", form.bandwidth),
        ):
            if (form.kind == kind) != (value is not None):
                reader.fault((*where, key), f"{key} belongs to {kind} alone", f"{key} there only")
            elif value is not None and not (isfinite(value) and value > 0):
                reader.fault((*where, key), f"{key} = {value:g}", "write a number above 0")


def _check_edges(
    form: WeightFormKeys, farthest_m: float, where: KeyPath, reader: TableReader
) -> None:
    """See that edges rise as far as a reach does, and that weights fall."""
    try:
        edges = [Fraction(edge) for edge in form.edges]
    except (ValueError, ZeroDivisionError):
        reader.fault((*where, "edges"), "an edge is not a fraction", 'write ["1/3", "2/3", "1"]')
        return
    rising = bool(edges) and edges == sorted(set(edges)) and edges[0] > 0
    if form.kind == "table":
        whole, last = bool(edges) and edges[-1] >= Fraction(str(farthest_m)), "the farthest reach"
        example = 'edges = ["250", "500", "1000"], weights = [1.00, 0.68, 0.22]'
    else:
        whole, last = edges[-1:] == [Fraction(1)], "1"
        example = 'edges = ["1/3", "2/3", "1"], weights = [1.00, 0.68, 0.22]'
    falling = list(form.weights) == sorted(form.weights, reverse=True)
    between = bool(form.weights) and form.weights[-1] > 0 and form.weights[0] <= 1
    if not (rising and whole and falling and between and len(edges) == len(form.weights)):
        reader.fault(
            where,
            f"edges must rise to {last}, weights fall from at most 1 and stay above 0, one an edge",
            example,
        )


def _check_parameters(
    keys: StandardKeys, parameters: Mapping[str, Mapping[str, Any]], reader: TableReader
) -> None:
    """Every parameter the method reads is there, in the form it is read in."""
    for code, form in PARAMETERS.items():
        if code not in parameters:
            reader.fault(("parameters",), f"the parameter {code!r} is missing", f"add {form.what}")
        elif not form.fits(parameters[code]["value"]):
            value = parameters[code]["value"]
            reader.fault(("parameters",), f"{code} = {value!r} is not {form.what}", "correct it")
    for entry in parameters.values():
        _known(reader, ("parameters",), entry["basis"], keys.basis, "a basis")


def _check_basis(
    keys: StandardKeys, sources: Mapping[str, object], reader: TableReader
) -> set[str]:
    for where, basis in _basis_named(keys):
        _known(reader, where, basis, keys.basis, "a basis")
    used: set[str] = set()
    for code, entry in keys.basis.items():
        used |= set(entry.rows)
        for key in sorted(set(entry.rows) - set(sources)):
            reader.fault(
                ("basis", code, "rows"),
                f"sources.csv has no row {key!r}",
                "correct the key, or add the row",
            )
    return used & set(sources)


def _basis_named(keys: StandardKeys) -> Iterator[tuple[KeyPath, str]]:
    """Go through every place that names a basis."""
    for part in ("domains", "services", "indicators"):
        for number, entry in enumerate(getattr(keys, part)):
            yield (part, number, "basis"), entry.basis
    for code, form in keys.weight_forms.items():
        yield ("weight_forms", code, "basis"), form.basis
    for code, profile in keys.profiles.items():
        yield ("profiles", code, "basis"), profile.basis
    for number, row in enumerate(keys.requirements):
        for basis in (row.reach_basis, row.provision_basis, row.participation_basis):
            if basis:
                yield ("requirements", number), basis
