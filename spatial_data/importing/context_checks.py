"""What the keys of ``[[context]]`` must say about each other and about the tiers."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING

from spatial_data.importing.declared_keys import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spatial_data.importing.city_schema import CityTomlKeys
    from spatial_data.importing.context_schema import IndicatorKeys
    from spatial_data.importing.declared_keys import TableReader
    from spatial_data.importing.toml_lines import KeyPath

CODE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
MOST_NUMBER = 1e100
MICRO = 1_000_000


def check_context(keys: CityTomlKeys, reader: TableReader) -> None:
    """Gather every fault of the tables of context that lies between keys."""
    _check_tables(keys, reader)
    listed = list(_indicators(keys))
    for path, one in listed:
        _check_code(one, path, reader)
        _check_goalposts(one, path, reader)
        _check_weight(one, path, reader)
    _check_once(listed, reader)
    _check_sum(listed, reader)


def _indicators(keys: CityTomlKeys) -> Iterator[tuple[KeyPath, IndicatorKeys]]:
    for number, table in enumerate(keys.context):
        for nth, one in enumerate(table.indicators):
            yield ("context", number, "indicators", nth), one


def _check_tables(keys: CityTomlKeys, reader: TableReader) -> None:
    tiers = [tier.code for tier in keys.tiers]
    for number, table in enumerate(keys.context):
        path: KeyPath = ("context", number)
        if table.level not in tiers:
            problem = f"{dotted(path)} is about {table.level!r}, which is no tier"
            reader.fault((*path, "level"), problem, f"say one of: {', '.join(sorted(tiers))}")
        if not table.indicators:
            cure = "write [[context.indicators]] with code, names, column, good and bad"
            reader.fault(path, f"{dotted(path)} names no indicator", cure)
        both = sorted({*table.missing} & {*table.not_applicable})
        for text in both:
            problem = f"{text!r} stands for missing and for not applicable"
            reader.fault((*path, "not_applicable"), problem, "list it once")


def _check_code(one: IndicatorKeys, path: KeyPath, reader: TableReader) -> None:
    if not CODE.match(one.code):
        problem = f"the indicator's code {one.code!r} is not a word"
        reader.fault((*path, "code"), problem, "use up to 40 of a-z, 0-9 and _")
    if not any(one.names.values()):
        reader.fault((*path, "names"), f"{one.code} has no name", 'write names = { en = "…" }')


def _check_goalposts(one: IndicatorKeys, path: KeyPath, reader: TableReader) -> None:
    for name in ("good", "bad"):
        value = getattr(one, name)
        if not (isfinite(value) and abs(value) <= MOST_NUMBER):
            reader.fault((*path, name), f"{one.code}: {name} = {value:g}", "write a finite number")
            return
    if abs(one.good - one.bad) < 1 / MOST_NUMBER:
        problem = f"{one.code}: good and bad are both {one.good:g}"
        reader.fault((*path, "bad"), problem, "write two numbers; they also say which way is worse")


def _check_weight(one: IndicatorKeys, path: KeyPath, reader: TableReader) -> None:
    if not (isfinite(one.weight) and 0 <= one.weight < 1):
        problem = f"{one.code}: weight = {one.weight:g}"
        reader.fault((*path, "weight"), problem, "write a share of the score, 0 to below 1")
    elif one.weight and round(one.weight * MICRO) == 0:
        problem = f"{one.code}: weight = {one.weight:g} is below a millionth"
        reader.fault((*path, "weight"), problem, "write 0, or a millionth or more")
    if not CODE.match(one.domain):
        problem = f"{one.code}: {one.domain!r} is not the code of a domain"
        reader.fault((*path, "domain"), problem, "write context, or one of the adopted set")


def _check_once(listed: list[tuple[KeyPath, IndicatorKeys]], reader: TableReader) -> None:
    """No code comes twice, and zones are ranked by one deprivation."""
    times = Counter(one.code for _, one in listed)
    seen: set[str] = set()
    deprivation = ""
    for path, one in listed:
        if one.code in seen:
            problem = f"the indicator {one.code!r} comes {times[one.code]} times"
            reader.fault((*path, "code"), problem, "give each its own code")
        seen.add(one.code)
        if one.deprivation and deprivation:
            problem = f"{one.code} and {deprivation} both rank zones by deprivation"
            reader.fault((*path, "deprivation"), problem, "say it of one")
        deprivation = deprivation or (one.code if one.deprivation else "")


def _check_sum(listed: list[tuple[KeyPath, IndicatorKeys]], reader: TableReader) -> None:
    finite = [one.weight for _, one in listed if isfinite(one.weight)]
    whole = sum((Fraction(str(weight)) for weight in finite), Fraction(0))
    if whole >= 1 and all(0 <= weight < 1 for weight in finite):
        problem = f"the indicators weigh {float(whole):g}, and services nothing"
        reader.fault(("context",), problem, "let the weights sum to less than 1")
