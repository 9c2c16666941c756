"""Every key of a requirement set's file; docs/standards.md tells people the same."""

# ruff: noqa: RUF009 - holds() declares a field, as dataclasses.field() does

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - get_type_hints reads it

from spatial_data.importing.declared_keys import holds

MODES = ("walk", "city_wide")
FAMILIES = ("play_space", "school", "child_service")
CONFIDENCES = ("V", "V2", "M", "P")
FORM_KINDS = ("steps", "table", "linear", "exponential", "gaussian")
PROFILES = ("safe_route", "wheels")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKeys:
    """``[set]``."""

    code: str = holds("short name of the set, the same in every version")
    revision: int = holds("number of the revision; a kept one is never overwritten")
    names: dict[str, str] = holds("name by language")
    descriptions: dict[str, str] = holds("what it is, by language", default={})
    prepared: date | None = holds("the day it was put together", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedKeys:
    """``[[sexes]]`` and ``[[units]]``."""

    code: str = holds("short name")
    names: dict[str, str] = holds("name by language")


@dataclass(frozen=True, slots=True, kw_only=True)
class BandKeys(NamedKeys):
    """``[[bands]]``."""

    ages: tuple[int, ...] = holds("[from, to): first age in it and first age no longer in it")
    walks_alone: bool = holds("true where children of this age walk alone", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainKeys(NamedKeys):
    """``[[domains]]``."""

    weight: float = holds("weight of the domain; all of them sum to 1")
    basis: str = holds("key of [basis.…]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceKeys(NamedKeys):
    """``[[services]]``."""

    domain: str = holds("code of its domain")
    weight: float = holds("weight inside the domain; those of a domain sum to 1")
    basis: str = holds("key of [basis.…]")
    mode: str = holds("how it is judged", one_of=MODES)
    unit: str = holds("what its capacities count, a code of [[units]]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextWeightKeys(NamedKeys):
    """``[[indicators]]``: a context indicator that weighs in the score where a city has it."""

    domain: str = holds("code of its domain")
    weight: float = holds("weight inside the domain, beside its services")
    basis: str = holds("key of [basis.…]")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageKeys(NamedKeys):
    """``[[stages]]``."""

    ages: tuple[int, ...] = holds("[from, to): ages of a unit of this stage that states none")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenKeys:
    """``when`` of a service a kind meets."""

    stage: str = holds("only units of this stage, or of none stated", default="")
    special: bool | None = holds("only special education (true) or only other", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServesKeys:
    """``serves`` of a kind."""

    service: str = holds("code of the service it meets")
    when: WhenKeys = holds("what must hold of the unit", default=WhenKeys())


@dataclass(frozen=True, slots=True, kw_only=True)
class KindKeys(NamedKeys):
    """``[[kinds]]``."""

    family: str = holds("which plain layer it belongs to", one_of=FAMILIES)
    ages: tuple[int, ...] = holds("[from, to): ages admitted where a unit states none")
    serves: tuple[ServesKeys, ...] = holds("the services it meets; none: it is only shown")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementKeys:
    """One row of ``requirements``."""

    service: str = holds("code of the service")
    band: str = holds("code of the age band")
    sex: str = holds("code of the sex")
    reach_m: float | None = holds("farthest walk in metres; not for a city-wide one", default=None)
    reach_s: float | None = holds("instead: in seconds at the band's walking speed", default=None)
    reach_basis: str = holds("key of [basis.…] for the reach")
    provision: float | None = holds("amount for each child who takes part", default=None)
    unit: str = holds("unit of the provision", default="")
    provision_basis: str = holds("key of [basis.…] for the provision", default="")
    participation: float = holds("share of the group that takes part", default=1.0)
    participation_basis: str = holds("key of [basis.…] for that share", default="")
    weight_form: str = holds("key of [weight_forms.…] for the access index")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFormKeys:
    """``[weight_forms.<key>]``."""

    names: dict[str, str] = holds("name by language")
    kind: str = holds("what sort of form", one_of=FORM_KINDS)
    edges: tuple[str, ...] = holds(
        "upper edges as text: shares of the reach (steps), metres (table)", default=()
    )
    weights: tuple[float, ...] = holds("the weight up to each edge, never rising", default=())
    rate: float | None = holds("how steeply an exponential falls over the reach", default=None)
    bandwidth: float | None = holds(
        "standard deviation of a gaussian as a share of the reach", default=None
    )
    three_step: bool = holds("true where children divide themselves among places", default=False)
    basis: str = holds("key of [basis.…]")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetRuleKeys:
    """``[[profiles.<key>.streets]]``: one figure for all legal speeds, or one for each step."""

    classes: tuple[str, ...] = holds("street classes; each class of the atlas stands in one rule")
    factor: tuple[float, ...] = holds("what a metre counts, 1 or more", default=(1.0,))
    crossing_s: tuple[float, ...] = holds("what crossing it costs in seconds", default=(0.0,))
    forbidden: tuple[bool, ...] = holds("true: not walked but from or to a door", default=(False,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileKeys:
    """``[profiles.<key>]``."""

    names: dict[str, str] = holds("name by language")
    basis: str = holds("key of [basis.…]")
    bands: tuple[str, ...] = holds("age bands it is for; none: those that walk alone", default=())
    speed_steps_kmh: tuple[int, ...] = holds("upper bounds of the steps of legal speed, rising")
    takes_steps: bool = holds("whether streets with steps are walked", default=True)
    passes_barriers: bool = holds("whether a barrier can be passed", default=True)
    barrier_s: float = holds("what passing one costs in seconds", default=0.0)
    crossing_aside_m: float = holds(
        "how far along the street crossed a marked crossing protects", default=0.0
    )
    streets: tuple[StreetRuleKeys, ...] = holds("what each class of street counts")


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisKeys:
    """``[basis.<key>]``."""

    confidence: str = holds("how well it is known", one_of=CONFIDENCES)
    rows: tuple[str, ...] = holds("keys of sources.csv")
    notes: dict[str, str] = holds("what a reader should know, by language")


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardKeys:
    """The whole file, but for its parameters, whose values have many forms."""

    schema: int = holds("version of this form: 1")
    set: SetKeys = holds("the set")
    requirements: tuple[RequirementKeys, ...] = holds("one row a service, band and sex")
    bands: tuple[BandKeys, ...] = holds("age bands, youngest first")
    sexes: tuple[NamedKeys, ...] = holds("girls and boys")
    units: tuple[NamedKeys, ...] = holds("what capacities count")
    domains: tuple[DomainKeys, ...] = holds("groups of services")
    services: tuple[ServiceKeys, ...] = holds("what children need")
    stages: tuple[StageKeys, ...] = holds("stages of schooling")
    kinds: tuple[KindKeys, ...] = holds("kinds of place and what they serve")
    weight_forms: dict[str, WeightFormKeys] = holds("forms of the access index")
    basis: dict[str, BasisKeys] = holds("what the figures rest on")
    indicators: tuple[ContextWeightKeys, ...] = holds(
        "context indicators that weigh in the score", default=()
    )
    profiles: dict[str, ProfileKeys] = holds("ways of walking beside any route", default={})


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterKeys(NamedKeys):
    """``[[parameters]]``, but for the value."""

    unit: str = holds("unit of the value; none for a word or a plain number", default="")
    basis: str = holds("key of [basis.…]")
