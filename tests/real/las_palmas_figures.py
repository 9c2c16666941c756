"""The stored results of Las Palmas as arrays, and the engine's coverage by other distances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from atlas.assessments import assessing
from atlas.assessments.inputs.standard import standard_of
from atlas.assessments.models import (
    Result,
)


def quiet(_step: str) -> None:
    """Tell nobody."""


class Table:
    """The stored results of one assessment as arrays over zones, services and groups."""

    def __init__(self, assessment, inputs) -> None:
        self.tier = {
            code: inputs.zones.tiers[tier]
            for code, tier in zip(
                inputs.zones.code.tolist(), inputs.zones.tier.tolist(), strict=True
            )
        }
        self.rows = list(
            Result.objects.filter(assessment=assessment).values_list(
                *("zone__code", "service", "band", "sex", "children_micro", "served_micro"),
                *("full_micro", "out_micro", "unknown_micro", "reason", "quality"),
            )
        )

    def of(self, tier=None, tree=None):
        return [
            row
            for row in self.rows
            if (tier is None or self.tier[row[0]].code == tier)
            and (tree is None or self.tier[row[0]].tree == tree)
        ]


def coverage_within(las_palmas, metres):
    """Return the percent of children under 15 with a place within some metres, by service."""
    assessment, inputs = las_palmas
    standard = standard_of(assessment.standard)
    asked, rules = standard.requirements, standard.rules
    near = replace(
        asked,
        reach_cm=np.full_like(asked.reach_cm, metres * 100),
        provision_micro=np.full_like(asked.provision_micro, -1),
    )
    # The other program knows no ages, takes what is not mapped for absent and no school, even of
    # unsaid stage, for a kindergarten.
    school, kindergarten = standard.kinds.index("school"), standard.services.index("kindergarten")
    kept = (rules.kind != school) | (rules.service != kindergarten)
    anybody = replace(
        rules,
        kind=rules.kind[kept],
        service=rules.service[kept],
        stage=rules.stage[kept],
        special=rules.special[kept],
        kind_from=np.zeros_like(rules.kind_from),
        kind_to=np.full_like(rules.kind_to, 18),
        stage_from=np.zeros_like(rules.stage_from),
        stage_to=np.full_like(rules.stage_to, 18),
    )
    places = replace(inputs.places, complete_kinds=tuple(sorted(set(inputs.places.kind.tolist()))))
    outcome = assessing.assess(
        replace(inputs, places=places),
        replace(standard, requirements=near, rules=anybody),
        tell=quiet,
    )
    tiers = np.array([tier.code for tier in outcome.zones.tiers])[outcome.zones.tier]
    top, under_15 = tiers == "district", slice(0, 8)
    served = outcome.split.served[top][:, :, under_15].sum(axis=(0, 2))
    children = outcome.split.children[top][:, :, under_15].sum(axis=(0, 2))
    return {
        code: 100 * served[s] / children[s]
        for s, code in enumerate(standard.services)
        if children[s]
    }
