"""A zone's need and its sub-scores: gaps alone, context alone, domain by domain (METHOD §6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.need import Levels, score
from atlas.engine.values import Reason
from atlas.engine.weights import check_rows, component_weights, split_weights

if TYPE_CHECKING:
    from atlas.engine.need import ScoreRule, Scores
    from atlas.engine.types import AnyArray, Bool, Float64, Int32, UInt8


class Family(IntEnum):
    """What a component measures."""

    GAP = 0
    CONTEXT = 1


@dataclass(frozen=True, slots=True)
class Components:
    """
    What a score is made of: K components in D domains, gaps and context together.

    Parameters
    ----------
    weight
        Shape (K,), ≥ 0, domain × within domain (`atlas.engine.weights`).
    domain
        Shape (K,), row of the component's domain, in [0, D).
    family
        Shape (K,), `Family`.
    domains
        How many domains there are (D).

    Raises
    ------
    ShapeError
        If the three differ in shape.
    InputError
        If a domain or family does not exist.
    """

    weight: Float64
    domain: Int32
    family: UInt8
    domains: int

    def __post_init__(self) -> None:
        if not self.weight.shape == self.domain.shape == self.family.shape:
            msg = f"shapes {self.weight.shape}, {self.domain.shape}, {self.family.shape} differ"
            raise ShapeError(msg)
        if not (np.isin(self.domain, np.arange(self.domains)).all() and self._families_exist()):
            msg = "a component belongs to a domain or family that does not exist"
            raise InputError(msg)

    def _families_exist(self) -> bool:
        return bool(np.isin(self.family, [int(family) for family in Family]).all())


@dataclass(frozen=True, slots=True)
class Items:
    """
    The services and context indicators of a standard, before any is split.

    Parameters
    ----------
    domain
        Shape (M,), row of each item's domain.
    weight
        Shape (M,), ≥ 0, its weight within the domain.
    family
        Shape (M,), `Family`: services are gaps.
    """

    domain: Int32
    weight: Float64
    family: UInt8


@dataclass(frozen=True, slots=True)
class NeedProfile:
    """
    The need of each zone and its sub-scores, shapes (n,) and (n, K) as in `Scores`.

    Each comes from the same function. A sub-score treats every component outside it as not
    applicable, so contributions keep their column and are NaN outside the sub-score.

    Attributes
    ----------
    need
        All components.
    gaps, context
        The components of one family.
    domains
        One for each domain, the gaps and context in it.
    is_constant
        Shape (K,), components that tell no zones apart and therefore weigh nothing.
    weight
        Shape (K,), the weights used: those given, 0 where constant.
    """

    need: Scores
    gaps: Scores
    context: Scores
    domains: tuple[Scores, ...]
    is_constant: Bool
    weight: Float64


def components_of(
    domain_weight: Float64, items: Items, item: AnyArray, city_children: AnyArray
) -> Components:
    """
    Weigh components: domain × within domain, a service split by sex or band by its children.

    Parameters
    ----------
    domain_weight
        Shape (D,), ≥ 0.
    items
        M services and context indicators.
    item
        Shape (K,), the item each component is, or is a part of.
    city_children
        Shape (K,), the city's children of each component's groups, fixed for the edition; of
        context indicators, which are not split, any number.

    Returns
    -------
    components
        Weights sum to 1; an item without a component leaves.

    Raises
    ------
    ShapeError
        If items, components and children do not fit together.
    InputError
        If weights or children are negative or not finite, nothing is left to weigh, or a context
        indicator is split.

    Notes
    -----
    Source: METHOD §6.

    Examples
    --------
    >>> items = Items(
    ...     np.array([0, 0]), np.array([3.0, 1.0]), np.array([Family.GAP, Family.CONTEXT])
    ... )
    >>> components_of(np.array([1.0]), items, np.array([0, 0, 1]), np.array([20, 10, 0])).weight
    array([0.5 , 0.25, 0.25])
    """
    weight = component_weights(domain_weight, items.domain, items.weight)
    check_rows(item, np.asarray(city_children), weight.size)
    is_context = np.asarray(items.family)[item] == Family.CONTEXT
    if np.unique(item[is_context]).size < is_context.sum():
        msg = "a context indicator is not split"
        raise InputError(msg)
    children = np.where(is_context, 1, city_children)
    return Components(
        weight=split_weights(weight, item, children),
        domain=np.asarray(items.domain)[item].astype(np.int32),
        family=np.asarray(items.family)[item].astype(np.uint8),
        domains=len(domain_weight),
    )


def need_profile(
    levels: Levels,
    components: Components,
    rule: ScoreRule,
    *,
    children: AnyArray | None = None,
    is_constant: Bool | None = None,
) -> NeedProfile:
    """
    Score the zones of one tier, whole and in parts.

    Parameters
    ----------
    levels
        Of n zones and K components; see `side_by_side` for gaps and context together.
    components
        Their weights, domains and families.
    rule
        Exponent, limit of what may be missing, least number of children.
    children
        Shape (n,), whole children of each zone, for the mark `FEW_CHILDREN`; None: none is few.
    is_constant
        Shape (K,), components without weight (`atlas.engine.context`); None: none.

    Returns
    -------
    profile
        A sub-score without components is null, `NOT_APPLICABLE`.

    Raises
    ------
    ShapeError
        If levels, components, constants and children do not fit together.
    InputError
        If a level lies outside [0, 1], null and reason do not go together, or nothing is left to
        weigh.

    Notes
    -----
    Source: METHOD §6 (ours, in the frame of OECD/JRC 2008). Sub-scores of zones are no parts of
    their score: with p above 1 they do not even average to it. What adds up are contributions.

    Examples
    --------
    >>> from atlas.engine.need import ScoreRule
    >>> levels = Levels(np.array([[0.5, 0.1]]), np.zeros((1, 2), np.uint8))
    >>> parts = Components(
    ...     np.array([0.5, 0.5]), np.array([0, 1]), np.array([Family.GAP, Family.CONTEXT]), 2
    ... )
    >>> profile = need_profile(levels, parts, ScoreRule())
    >>> profile.need.need, profile.gaps.need, profile.domains[1].need
    (array([30.]), array([50.]), array([10.]))
    """
    if levels.x.shape[1:] != components.weight.shape:
        msg = f"{components.weight.shape} components for levels {levels.x.shape}"
        raise ShapeError(msg)
    constant = np.zeros(components.weight.shape, np.bool_) if is_constant is None else is_constant
    if constant.shape != components.weight.shape:
        msg = f"{constant.shape} constants for {components.weight.shape} components"
        raise ShapeError(msg)
    weight = np.where(constant, 0.0, components.weight)

    def scored(part: Bool) -> Scores:
        return score(_only(levels, part), weight, rule, children)

    return NeedProfile(
        need=score(levels, weight, rule, children),
        gaps=scored(components.family == Family.GAP),
        context=scored(components.family == Family.CONTEXT),
        domains=tuple(scored(components.domain == d) for d in range(components.domains)),
        is_constant=constant,
        weight=weight,
    )


def side_by_side(*families: Levels) -> Levels:
    """
    Put the levels of the same zones beside each other.

    Parameters
    ----------
    families
        Levels of shape (n, K₁), (n, K₂) …

    Returns
    -------
    levels
        Shape (n, K₁ + K₂ + …), in the order given.

    Raises
    ------
    ShapeError
        If they are of different numbers of zones.
    """
    if len({levels.x.shape[0] for levels in families}) > 1:
        msg = f"levels of {[levels.x.shape[0] for levels in families]} zones"
        raise ShapeError(msg)
    return Levels(
        np.concatenate([levels.x for levels in families], axis=1),
        np.concatenate([levels.reason for levels in families], axis=1),
    )


def _only(levels: Levels, part: Bool) -> Levels:
    """Return the levels with everything outside a part not applicable."""
    return Levels(
        np.where(part, levels.x, np.nan),
        np.where(part, levels.reason, Reason.NOT_APPLICABLE).astype(np.uint8),
    )
