"""Weights of components: domain × within domain, shared by the city's children (METHOD §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Float64


def component_weights(
    domain_weight: Float64, service_domain: AnyArray, service_weight: Float64
) -> Float64:
    """
    Weigh each service by its domain and its place within the domain.

    Parameters
    ----------
    domain_weight
        Shape (D,), ≥ 0.
    service_domain
        Shape (S,), the domain of each service, in [0, D).
    service_weight
        Shape (S,), ≥ 0, the weight within its domain.

    Returns
    -------
    weights
        Shape (S,), summing to 1. A domain without any weight within leaves; the rest is rescaled.

    Raises
    ------
    InputError
        If a weight is negative or not finite, or all are 0.

    Notes
    -----
    Source: METHOD §6, domain × within domain.

    Examples
    --------
    >>> component_weights(np.array([0.5, 0.5]), np.array([0, 1, 1]), np.array([1.0, 1.0, 3.0]))
    array([0.5  , 0.125, 0.375])
    """
    weights = (np.asarray(domain_weight, np.float64), np.asarray(service_weight, np.float64))
    if any(not np.isfinite(w).all() or (w < 0).any() for w in weights):
        msg = "weights must be finite and not negative"
        raise InputError(msg)
    within = np.bincount(service_domain, weights=weights[1], minlength=len(weights[0]))
    share = weights[1] / np.where(within > 0, within, 1.0)[service_domain]
    return normalised(share * weights[0][service_domain])


def split_weights(
    weights: Float64, component_service: AnyArray, city_children: AnyArray
) -> Float64:
    """
    Share each service's weight among its components by the city's children.

    Parameters
    ----------
    weights
        Shape (S,), the weight of each service.
    component_service
        Shape (K,), the service of each component (one sex, one band, or the whole of it).
    city_children
        Shape (K,), the city's children of each component's groups, ≥ 0; fixed for the edition.

    Returns
    -------
    weights
        Shape (K,), summing to 1; a service without children in the city leaves.

    Raises
    ------
    InputError
        If a count is negative, or nothing is left to weigh.

    Notes
    -----
    Source: METHOD §6, "a service split by sex or band shares its weight by the city's children".

    Examples
    --------
    >>> split_weights(np.array([0.4, 0.6]), np.array([0, 1, 1]), np.array([9, 20, 10]))
    array([0.4, 0.4, 0.2])
    """
    children = np.asarray(city_children, np.float64)
    if (children < 0).any():
        msg = "counts of children cannot be negative"
        raise InputError(msg)
    total = np.bincount(component_service, weights=children, minlength=len(weights))
    share = children / np.where(total > 0, total, 1.0)[component_service]
    return normalised(np.asarray(weights, np.float64)[component_service] * share)


def normalised(weights: Float64) -> Float64:
    """
    Scale weights to sum to 1.

    Parameters
    ----------
    weights
        Shape (K,), finite, ≥ 0.

    Returns
    -------
    weights
        Shape (K,), summing to 1.

    Raises
    ------
    InputError
        If a weight is negative or not finite, or all are 0.
    """
    values = np.asarray(weights, np.float64)
    total = values.sum()
    if not (np.isfinite(values).all() and (values >= 0).all() and total > 0):
        msg = "weights must be finite, not negative and not all 0"
        raise InputError(msg)
    return np.asarray(values / total, np.float64)
