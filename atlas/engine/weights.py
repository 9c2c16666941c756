"""Weights of components: domain × within domain, shared by the city's children (METHOD §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.sums import MOST_NUMBER, exact_sum, group_sums

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Float64


def component_weights(
    domain_weight: Float64, service_domain: AnyArray, service_weight: Float64
) -> Float64:
    """
    Weigh each service or context indicator by its domain and its place within the domain.

    Parameters
    ----------
    domain_weight
        Shape (D,), ≥ 0.
    service_domain
        Shape (S,), the domain of each service or indicator, in [0, D).
    service_weight
        Shape (S,), ≥ 0, the weight within its domain.

    Returns
    -------
    weights
        Shape (S,), summing to 1. A domain without any weight within leaves; the rest is rescaled.

    Raises
    ------
    ShapeError
        If services and their weights differ in number.
    InputError
        If a weight is negative or not finite, all are 0, or a domain does not exist.

    Notes
    -----
    Source: METHOD §6, domain × within domain. The order of services changes no bit.

    Examples
    --------
    >>> component_weights(np.array([0.5, 0.5]), np.array([0, 1, 1]), np.array([1.0, 1.0, 3.0]))
    array([0.5  , 0.125, 0.375])
    """
    weights = (np.asarray(domain_weight, np.float64), np.asarray(service_weight, np.float64))
    if any(not ((w >= 0) & (w <= MOST_NUMBER)).all() for w in weights):
        msg = "weights must be finite, below 1e100 and not negative"
        raise InputError(msg)
    domain = np.asarray(service_domain)
    check_rows(domain, weights[1], len(weights[0]))
    within = group_sums(weights[1], np.arange(len(weights[0]))[:, None] == domain)
    share = weights[1] / np.where(within > 0, within, 1.0)[domain]
    return normalised(share * weights[0][domain])


def with_shares(
    domain_weight: Float64, domain: AnyArray, weight: Float64, share: Float64, into: AnyArray
) -> tuple[Float64, Float64]:
    """
    Let further components take a share of the whole; the others keep their proportions.

    Parameters
    ----------
    domain_weight, domain, weight
        Shapes (D,), (S,) and (S,), as `component_weights` takes them; a domain that only the
        further ones stand in has weight 0.
    share
        Shape (C,), ≥ 0, what each further component weighs of the whole; together below 1.
    into
        Shape (C,), its domain.

    Returns
    -------
    domain_weight, weight
        Shapes (D,) and (S + C,): with these `component_weights` gives each further component its
        share, and the others what is left.

    Raises
    ------
    ShapeError
        If the columns differ in length.
    InputError
        If shares are negative or leave nothing, a weight is no weight, or a domain does not exist.

    Examples
    --------
    >>> shares = with_shares(
    ...     np.array([1.0, 0.0]),
    ...     np.array([0, 0]),
    ...     np.array([0.5, 0.5]),
    ...     np.array([0.2]),
    ...     np.array([1]),
    ... )
    >>> component_weights(shares[0], np.array([0, 0, 1]), shares[1])
    array([0.4, 0.4, 0.2])
    """
    taken = exact_sum(share)
    if not (share >= 0).all() or not taken < 1:
        msg = "shares are not negative and leave the others something"
        raise InputError(msg)
    check_rows(np.asarray(into), share, domain_weight.size)
    whole = component_weights(domain_weight, domain, weight) * (1.0 - taken)
    within = np.concatenate([whole, share])
    rows = np.arange(domain_weight.size)[:, None] == np.concatenate([domain, into])
    return group_sums(within, rows), within


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
    ShapeError
        If components and their counts differ in number.
    InputError
        If a count is negative or not finite, a service does not exist, or nothing is left to weigh.

    Notes
    -----
    Source: METHOD §6, "a service split by sex or band shares its weight by the city's children".

    Examples
    --------
    >>> split_weights(np.array([0.4, 0.6]), np.array([0, 1, 1]), np.array([9, 20, 10]))
    array([0.4, 0.4, 0.2])
    """
    children = np.asarray(city_children, np.float64)
    service = np.asarray(component_service)
    check_rows(service, children, len(weights))
    if not ((children >= 0) & (children <= MOST_NUMBER)).all():
        msg = "counts of children must be finite and not negative"
        raise InputError(msg)
    total = group_sums(children, np.arange(len(weights))[:, None] == service)
    share = children / np.where(total > 0, total, 1.0)[service]
    return normalised(np.asarray(weights, np.float64)[service] * share)


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
    check_weights(values)
    return np.asarray(values / exact_sum(values), np.float64)


def check_weights(weights: Float64) -> None:
    """
    Refuse weights that weigh nothing.

    Parameters
    ----------
    weights
        Shape (K,).

    Raises
    ------
    InputError
        If a weight is negative or not finite, or all are 0.
    """
    if not (((weights >= 0) & (weights <= MOST_NUMBER)).all() and (weights > 0).any()):
        msg = "weights must be finite, below 1e100, not negative and not all 0"
        raise InputError(msg)


def check_rows(row: AnyArray, values: Float64, rows: int) -> None:
    """
    Refuse members that do not fit their values, or belong to nothing.

    Parameters
    ----------
    row
        Shape (n,), which of the rows each member belongs to.
    values
        Shape (n,), of each member.
    rows
        How many rows there are.

    Raises
    ------
    ShapeError
        If members and values differ in number.
    InputError
        If a row does not exist.
    """
    if row.shape != values.shape:
        msg = f"{row.shape} rows for {values.shape} values"
        raise ShapeError(msg)
    if row.size and (row.min() < 0 or row.max() >= rows):
        msg = f"a row lies outside 0 to {rows - 1}"
        raise InputError(msg)
