"""What the profiles and walking speeds of a requirement set must say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from atlas.assessments.standards.form import PROFILES
from atlas.assessments.standards.parameters import speed_code
from spatial_data.frames.streets import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atlas.assessments.standards.form import ProfileKeys, StandardKeys, StreetRuleKeys
    from spatial_data.importing.declared_keys import TableReader
    from spatial_data.importing.toml_lines import KeyPath

NOT_BY_SPEED = 2
"""Two steps that no bound makes: unknown speed, and above the last bound."""


def check_speeds(
    keys: StandardKeys, parameters: Mapping[str, Mapping[str, Any]], reader: TableReader
) -> None:
    """Every age band has a walking speed above 0."""
    for band in keys.bands:
        code = speed_code(band.code)
        value = parameters.get(code, {}).get("value")
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            problem = (
                f"{code} = {value!r} is no walking speed"
                if value is not None
                else (f"the parameter {code!r} is missing")
            )
            reader.fault(("parameters",), problem, "add a number of m/s above 0")


def check_profiles(keys: StandardKeys, reader: TableReader) -> None:
    """Each profile rules every class of street once, by figures that can be walked by."""
    bands = [band.code for band in keys.bands]
    for code, profile in keys.profiles.items():
        where = ("profiles", code)
        if code not in PROFILES:
            known = ", ".join(PROFILES)
            reader.fault(where, f"{code!r} is no profile known here", f"known are: {known}")
        for band in sorted(set(profile.bands) - set(bands)):
            reader.fault((*where, "bands"), f"{band!r} is not an age band", "name one of the set's")
        steps = list(profile.speed_steps_kmh)
        if steps != sorted(set(steps)) or min(steps, default=1) < 1:
            problem = f"speed_steps_kmh = {steps} do not rise"
            reader.fault((*where, "speed_steps_kmh"), problem, "write [30, 50, 60]")
        if min(profile.barrier_s, profile.crossing_aside_m) < 0:
            reader.fault(where, "barrier_s or crossing_aside_m is below 0", "write 0 or more")
        _check_streets(profile, where, reader)


def _check_streets(profile: ProfileKeys, where: KeyPath, reader: TableReader) -> None:
    ruled = Counter(one for rule in profile.streets for one in rule.classes)
    for one, times in ruled.items():
        if one not in CLASSES:
            known = ", ".join(CLASSES)
            reader.fault((*where, "streets"), f"{one!r} is no street class", f"known: {known}")
        elif times > 1:
            reader.fault((*where, "streets"), f"{one!r} has {times} rules", "keep one")
    for one in sorted(set(CLASSES) - set(ruled)):
        reader.fault((*where, "streets"), f"{one!r} has no rule", "add it to a rule's classes")
    for number, rule in enumerate(profile.streets):
        _check_rule(rule, len(profile.speed_steps_kmh), (*where, "streets", number), reader)


def _check_rule(rule: StreetRuleKeys, bounds: int, where: KeyPath, reader: TableReader) -> None:
    for name in ("factor", "crossing_s", "forbidden"):
        count = len(getattr(rule, name))
        if count not in {1, bounds + NOT_BY_SPEED}:
            reader.fault(
                (*where, name),
                f"{name} has {count} figures for {bounds} bounds of speed",
                f"write one, or {bounds + NOT_BY_SPEED}: unknown speed, each step, and above",
            )
    if min(rule.factor, default=1) < 1:
        reader.fault((*where, "factor"), "a factor is below 1", "no street is shorter than it is")
    if min(rule.crossing_s, default=0) < 0:
        reader.fault((*where, "crossing_s"), "a crossing costs less than 0", "write 0 or more")
