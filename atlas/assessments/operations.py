"""What is done with assessments as a whole: adopt a set, assess a city, have it assessed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from atlas.assessments.assessing import SEED, STEPS, assess
from atlas.assessments.inputs.city import MissingLayerError, active_versions, read_city
from atlas.assessments.inputs.standard import UnfitStandardError, standard_of
from atlas.assessments.made_with import made_with
from atlas.assessments.models import Adoption, Assessment, AssessmentLayer
from atlas.assessments.results import store
from atlas.assessments.standards.adoption import NoStandardError, adopt, adopted
from atlas.assessments.standards.loading import load_standards
from atlas.engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from atlas.assessments.models import StandardSet
    from atlas.assessments.outcome import Outcome
    from atlas.bodies.models import City
    from spatial_data.models import LayerVersion

__all__ = [
    "REFUSALS",
    "SEED",
    "adopt",
    "adopted",
    "input_hash",
    "load_standards",
    "run_assessment",
    "standard_for",
]

# Why a city is not assessed, each with a sentence for a person.
REFUSALS = (EngineError, MissingLayerError, NoStandardError, UnfitStandardError)
ALL_STEPS = ("layers", *STEPS, "storing")


def quietly(_step: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything an assessment's digits depend on."""

    city: City
    versions: Mapping[str, LayerVersion]
    standard: StandardSet
    seed: int

    @property
    def hash(self) -> str:
        """The hash of all of it: the same inputs are the same assessment."""
        return input_hash(self.city, self.versions, self.standard, self.seed)


def run_assessment(
    city: City,
    *,
    at: datetime,
    seed: int = SEED,
    tell: Callable[[str], None] = quietly,
    threads: int | None = None,
) -> Assessment:
    """
    Assess a city from its active layers by the set it has adopted, and keep what was found.

    Parameters
    ----------
    city
        Whose layers are read.
    at
        The time to write down; changes no figure.
    seed
        Recorded for what draws random numbers.
    tell
        Called with each of `ALL_STEPS` as it begins; not at all where nothing is to be done.
    threads
        How many threads; changes no digit.

    Returns
    -------
    assessment
        The kept one, if the same inputs were assessed before.

    Raises
    ------
    NoStandardError
        If the city has adopted no set and its folder asks for none that is kept.
    MissingLayerError
        If a layer it needs has no active version.
    UnfitStandardError
        If the set asks for what is not computed, or was kept before it said all that is read.
    EngineError
        If the layers contradict each other, or a ledger does not close; then nothing is kept.
    """
    standard = standard_for(city, at=at)
    plan = _Plan(city, active_versions(city), standard, seed)
    kept = Assessment.objects.filter(city=city, input_hash=plan.hash).first()
    if kept is not None:
        return kept
    tell("layers")
    inputs = read_city(city, plan.versions, Path(settings.ATLAS_CACHE))
    outcome = assess(inputs, standard_of(standard), tell=tell, seed=seed, threads=threads)
    tell("storing")
    return _keep(plan, outcome, at)


def standard_for(city: City, *, at: datetime) -> StandardSet:
    """
    Return the set a city follows; the one its folder asks for, until a person decides otherwise.

    Parameters
    ----------
    city, at
        Whose, and the time to write down for an adoption.

    Returns
    -------
    standard
        In force on the city's reference date. What a folder asks for is followed in its newest
        revision; what a person has adopted stays until a person adopts another.

    Raises
    ------
    NoStandardError
        If it follows none and its folder asks for none that is kept.
    """
    by_a_person = Adoption.objects.filter(city=city, decided_by__isnull=False)
    if city.standard and not by_a_person.exists():
        adopt(city, city.standard, on=city.reference_date, at=at)
    return adopted(city, on=city.reference_date)


def input_hash(
    city: City, versions: Mapping[str, LayerVersion], standard: StandardSet, seed: int
) -> str:
    """
    Return the hash of everything an assessment's digits depend on.

    Parameters
    ----------
    city, versions, standard, seed
        What is assessed, by what.

    Returns
    -------
    digest
        The same in every database that holds the same layers, computed with the same versions.
    """
    meant = {
        "city": [city.slug, city.srid, city.reference_date.isoformat()],
        "layers": {layer: version.content_hash for layer, version in sorted(versions.items())},
        "standard": standard.content_hash,
        "seed": seed,
        "made_with": made_with(),
    }
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


def _keep(plan: _Plan, outcome: Outcome, at: datetime) -> Assessment:
    """Keep an assessment whole, or find the one another process kept meanwhile."""
    with transaction.atomic():
        assessment, is_new = Assessment.objects.get_or_create(
            city=plan.city, input_hash=plan.hash, defaults=_facts(plan, outcome, at)
        )
        if is_new:
            AssessmentLayer.objects.bulk_create(
                AssessmentLayer(assessment=assessment, layer=layer, version=version)
                for layer, version in sorted(plan.versions.items())
            )
            store(assessment, outcome)
    return assessment


def _facts(plan: _Plan, outcome: Outcome, at: datetime) -> dict[str, Any]:
    values = {code: entry["value"] for code, entry in plan.standard.parameters.items()}
    return {
        "standard": plan.standard,
        "reference_date": plan.city.reference_date,
        "parameters": values,
        "seed": plan.seed,
        "made_with": made_with(),
        "left_out": outcome.left_out,
        "created_at": at,
    }
