"""An adopted requirement set as the engine takes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from atlas.assessments.inputs.profiles import BandProfile, band_profiles
from atlas.assessments.models import Mode, Requirement
from atlas.assessments.standards.parameters import fraction
from atlas.engine.admission import ANY, Rules
from atlas.engine.decay import AccessForm, AccessSteps, Exponential, Gaussian, Linear, Table
from atlas.engine.demand import AgeBands, PlacingRule
from atlas.engine.doubt.draws import Weighting
from atlas.engine.inputs import (
    CITY_WIDE,
    NO_PROVISION,
    NOT_APPLICABLE,
    WALK,
    Requirements,
)
from atlas.engine.need import ScoreRule
from atlas.engine.types import MICRO, Bool, Float64
from atlas.engine.weights import component_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from atlas.assessments.models import ContextWeight, Domain, Service, StandardSet

SEXES = ("girl", "boy")
NOBODY_TAKES_PART = 0
CM = 100


class UnfitStandardError(ValueError):
    """A kept set asks for something this engine does not compute yet."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of the method, by code, each as the set gives it."""

    values: Mapping[str, Any]

    def number(self, code: str) -> float:
        """Return a number."""
        return float(self._entry(code)["value"])

    def numbers(self, code: str) -> tuple[float, ...]:
        """Return a list of numbers."""
        return tuple(float(one) for one in self._entry(code)["value"])

    def counts(self, code: str) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        return tuple(int(one) for one in self._entry(code)["value"])

    def per_cents(self, code: str) -> tuple[int, ...]:
        """Return a list of changes in whole per cents."""
        return tuple(int(100 * fraction(one)) for one in self._entry(code)["value"])

    def share(self, code: str) -> Fraction:
        """Return a share, exactly."""
        return fraction(self._entry(code)["value"])

    def words(self, code: str) -> tuple[str, ...]:
        """Return a list of words."""
        return tuple(str(one) for one in self._entry(code)["value"])

    def word(self, code: str) -> str:
        """Return a word."""
        return str(self._entry(code)["value"])

    def _entry(self, code: str) -> Mapping[str, Any]:
        """Return a parameter; sets kept by an earlier version may lack one."""
        if code not in self.values:
            cure = "adopt its new revision: ./run manage adopt CITY SET --by USER"
            msg = f"the set does not say {code!r}; {cure}"
            raise UnfitStandardError(msg)
        entry: Mapping[str, Any] = self.values[code]
        return entry


@dataclass(frozen=True, slots=True)
class Standard:
    """
    A requirement set, its codes in the order of the arrays.

    Attributes
    ----------
    code, content_hash
        Of the stored set.
    bands, band_ages
        Codes of the age bands and their half-open ages, youngest first (B).
    services, service_unit
        Codes of the services in the order of the set, and what their capacities count (S).
    kinds, stages
        Codes whose rows `rules` speaks of.
    rules, requirements
        For the engine.
    weighting, weights
        Domains, services and then context indicators as adopted, and what each of these weighs,
        shape (S + C,), summing to 1.
    parameters
        Every other choice.
    profiles
        How which bands walk, beside any route; one entry a profile and walking speed.
    indicators
        Codes of the context indicators that weigh (C).
    """

    code: str
    content_hash: str
    bands: tuple[str, ...]
    band_ages: tuple[tuple[int, int], ...]
    services: tuple[str, ...]
    service_unit: tuple[str, ...]
    kinds: tuple[str, ...]
    stages: tuple[str, ...]
    rules: Rules
    requirements: Requirements
    weighting: Weighting
    weights: Float64
    parameters: Parameters
    profiles: tuple[BandProfile, ...] = ()
    indicators: tuple[str, ...] = ()

    def with_kinds(self, served: Mapping[str, str]) -> Standard:
        """
        Return the set with a city's own kinds.

        Parameters
        ----------
        served
            Code of the service that each kind offers, by the kind's code.

        Returns
        -------
        standard
            Kinds the set knows already, and services it does not have, are left as they are. Where
            a unit of an own kind states no ages it admits everybody its service is required for.
        """
        rows = {code: row for row, code in enumerate(self.services)}
        new = [code for code in sorted(served) if code not in self.kinds and served[code] in rows]
        of = np.array([rows[served[code]] for code in new], np.int16)
        rules = self.rules
        any_of = np.full(len(new), ANY, np.int8)
        first = len(self.kinds)
        numbers = np.arange(first, first + len(new), dtype=np.int16)
        youngest, oldest = self.band_ages[0][0], self.band_ages[-1][1]
        return replace(
            self,
            kinds=(*self.kinds, *new),
            rules=replace(
                rules,
                kind=np.concatenate([rules.kind, numbers]),
                service=np.concatenate([rules.service, of]),
                stage=np.concatenate([rules.stage, any_of]),
                special=np.concatenate([rules.special, any_of]),
                kind_from=np.append(rules.kind_from, np.full(len(new), youngest, np.int16)),
                kind_to=np.append(rules.kind_to, np.full(len(new), oldest, np.int16)),
            ),
        )

    @property
    def applies(self) -> Bool:
        """Which services are required for which groups, shape (S, G)."""
        return np.asarray(self.requirements.reach_cm != NOT_APPLICABLE)

    @property
    def age_bands(self) -> AgeBands:
        """The bands for the engine."""
        return AgeBands(*zip(*self.band_ages, strict=True))

    @property
    def score_rule(self) -> ScoreRule:
        """The choices of the need score."""
        return ScoreRule(
            p=self.parameters.number("power"),
            missing_limit=float(self.parameters.share("missing_limit")),
            n_min=int(self.parameters.number("few_children")),
        )

    @property
    def placing_rule(self) -> PlacingRule:
        """The choices of where children stand."""
        return PlacingRule(
            least_m2=self.parameters.number("floor_area_per_resident_min"),
            most_m2=self.parameters.number("floor_area_per_resident_max"),
            spacing_m=self.parameters.number("street_point_step"),
            street_reach_m=self.parameters.number("street_point_distance"),
            levels_if_unknown=self.parameters.number("building_levels_unmapped"),
        )


def standard_of(stored: StandardSet) -> Standard:
    """
    Return a stored set as the engine takes it.

    Parameters
    ----------
    stored
        A kept revision.

    Returns
    -------
    standard
        Bands youngest first, services, kinds and domains in the order of the set's file.

    Raises
    ------
    UnfitStandardError
        If its requirements name more than one weight form, or one that is not computed.
    """
    bands = list(stored.bands.order_by("age_from"))
    services = list(stored.services.select_related("domain").order_by("position"))
    kinds = list(stored.place_kinds.order_by("position"))
    stages = list(stored.stages.order_by("age_from", "code"))
    band_codes = tuple(band.code for band in bands)
    indicators = list(stored.context_weights.order_by("position"))
    weighting = _weighting(list(stored.domains.order_by("position")), [*services, *indicators])
    return Standard(
        code=stored.code,
        content_hash=stored.content_hash,
        bands=band_codes,
        band_ages=tuple((band.age_from, band.age_to) for band in bands),
        services=tuple(service.code for service in services),
        service_unit=tuple(service.unit for service in services),
        kinds=tuple(kind.code for kind in kinds),
        stages=tuple(stage.code for stage in stages),
        rules=_rules(kinds, stages, services),
        requirements=_requirements(services, band_codes),
        weighting=weighting,
        weights=component_weights(weighting.domain_weight, weighting.domain, weighting.weight),
        parameters=Parameters(stored.parameters),
        profiles=band_profiles(stored, bands),
        indicators=tuple(indicator.code for indicator in indicators),
    )


def _rules(kinds: Sequence[Any], stages: Sequence[Any], services: Sequence[Service]) -> Rules:
    stage_row = {stage.code: row for row, stage in enumerate(stages)}
    service_row = {service.pk: row for row, service in enumerate(services)}
    rows = [
        (
            number,
            service_row[meets.service_id],
            stage_row[meets.stage] if meets.stage else ANY,
            ANY if meets.is_special is None else int(meets.is_special),
        )
        for number, kind in enumerate(kinds)
        for meets in kind.meets.order_by("service__position", "stage", "is_special")
    ]
    columns = np.array(rows, np.int16).reshape(-1, 4).T
    return Rules(
        kind=columns[0],
        service=columns[1],
        stage=columns[2].astype(np.int8),
        special=columns[3].astype(np.int8),
        kind_from=np.array([kind.age_from for kind in kinds], np.int16),
        kind_to=np.array([kind.age_to for kind in kinds], np.int16),
        stage_from=np.array([stage.age_from for stage in stages], np.int16),
        stage_to=np.array([stage.age_to for stage in stages], np.int16),
    )


def _requirements(services: Sequence[Service], bands: tuple[str, ...]) -> Requirements:
    shape = (len(services), len(bands) * len(SEXES))
    reach = np.full(shape, NOT_APPLICABLE, np.int32)
    provision = np.full(shape, NO_PROVISION, np.int64)
    participation = np.full(shape, NOBODY_TAKES_PART, np.int64)
    row_of = {service.pk: row for row, service in enumerate(services)}
    stored = Requirement.objects.filter(service__in=services).select_related("band")
    forms: dict[str, dict[str, Any]] = {}
    for one in stored:
        at = row_of[one.service_id], group_of(bands, one.band.code, one.sex)
        # A city-wide service applies and is not judged by its reach.
        reach[at] = one.reach_cm or 0
        provision[at] = NO_PROVISION if one.provision_micro is None else one.provision_micro
        participation[at] = one.participation_micro
        forms[one.weight_form["code"]] = one.weight_form
    form = _the_form(forms)
    mode = [CITY_WIDE if service.mode == Mode.CITY_WIDE else WALK for service in services]
    return Requirements(
        service=np.array([service.code for service in services], np.str_),
        reach_cm=reach,
        provision_micro=provision,
        participation_micro=participation,
        mode=np.array(mode, np.uint8),
        access=_access_form(form),
        three_step=bool(form.get("three_step", False)),
    )


def group_of(bands: tuple[str, ...], band: str, sex: str) -> int:
    """
    Return the column of a group: bands youngest first, girls before boys.

    Examples
    --------
    >>> group_of(("0-2", "3-5"), "3-5", "boy")
    3
    """
    return len(SEXES) * bands.index(band) + SEXES.index(sex)


def _the_form(forms: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the one weight form that the requirements of a set name."""
    if len(forms) != 1:
        msg = f"one weight form a set is computed, this one names {', '.join(sorted(forms))}"
        raise UnfitStandardError(msg)
    (form,) = forms.values()
    return form


def _access_form(form: dict[str, Any]) -> AccessForm:
    """Return a stored weight form for the engine."""
    make = _FORMS.get(form["kind"])
    if make is None:
        msg = f"the weight form {form['kind']!r} is not computed"
        raise UnfitStandardError(msg)
    return make(form)


def _steps(form: dict[str, Any]) -> AccessSteps:
    edges = [Fraction(edge) for edge in form["edges"]]
    denominator = lcm(*(edge.denominator for edge in edges))
    return AccessSteps(
        numerator=np.array([int(edge * denominator) for edge in edges], np.int64),
        denominator=denominator,
        weight_micro=np.array(form["weights_micro"], np.int64),
    )


def _table(form: dict[str, Any]) -> Table:
    upper_cm = [int(Fraction(edge) * CM) for edge in form["edges"]]
    return Table(np.array(upper_cm, np.int64), np.array(form["weights_micro"], np.int64))


_FORMS: dict[str, Callable[[dict[str, Any]], AccessForm]] = {
    "steps": _steps,
    "table": _table,
    "linear": lambda _: Linear(),
    "exponential": lambda form: Exponential(float(form["rate"])),
    "gaussian": lambda form: Gaussian(float(form["bandwidth"])),
}


def _weighting(
    domains: Sequence[Domain], components: Sequence[Service | ContextWeight]
) -> Weighting:
    row = {domain.pk: number for number, domain in enumerate(domains)}
    return Weighting(
        domain_code=np.array([domain.code for domain in domains], np.str_),
        domain_weight=np.array([domain.weight_micro for domain in domains], np.float64) / MICRO,
        code=np.array([one.code for one in components], np.str_),
        domain=np.array([row[one.domain_id] for one in components], np.int64),
        weight=np.array([one.weight_micro for one in components], np.float64) / MICRO,
    )
