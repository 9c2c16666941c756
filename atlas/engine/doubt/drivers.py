"""What drives the doubt about ranks: which assumptions move them, alone and with others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from SALib.analyze import sobol as analysis
from SALib.sample import sobol as sampling

from atlas.engine.doubt.draws import Uniforms
from atlas.engine.doubt.ranks import doubled_ranks
from atlas.engine.doubt.streams import APART, LEAST
from atlas.engine.doubt.tables import prepared
from atlas.engine.doubt.trials import missing_levels, trial_steps
from atlas.engine.errors import InputError

if TYPE_CHECKING:
    from atlas.engine.doubt.draws import Weighting
    from atlas.engine.doubt.tables import Case, Prepared
    from atlas.engine.types import Float64, Int64

WEIGHTS, REACH, PROVISION = "weights", "reach", "provision"
FORM, COUNTS, MISSING = "form", "counts", "missing"
GROUPS = (WEIGHTS, REACH, PROVISION, FORM, COUNTS, MISSING)
"""What is drawn together; `form` is the exponent and the normalisation of context."""

BASE = 1_024
RESAMPLES = 200
CONFIDENCE = 0.95
DRAWS_AT_ONCE = 1 << 13

Output = Callable[["Float64"], "Float64"]


@dataclass(frozen=True, slots=True)
class Drivers:
    """
    Which groups of assumptions an output's variance is due to.

    Parameters
    ----------
    groups
        Their names, G.
    first, first_error
        Shape (G,), share of the variance that a group accounts for by itself, and half the width
        of its confidence interval.
    total, total_error
        Shape (G,), share that would be lost if the group were fixed, with what it does together
        with others.
    mean, sd
        Of the output.

    Notes
    -----
    Estimates: a share may come out a little below 0 or above 1. A group that does not vary has 0
    everywhere, and so has every group if the output does not vary.
    """

    groups: tuple[str, ...]
    first: Float64
    first_error: Float64
    total: Float64
    total_error: Float64
    mean: float
    sd: float


def drivers(case: Case, seed: int, *, base: int = BASE, threads: int | None = None) -> Drivers:
    """
    Find what moves the ranks of the zones of one tier.

    Parameters
    ----------
    case
        The zones as adopted, and everything that might be otherwise.
    seed
        Of the assessment.
    base
        Rows of the base sample, a power of 2; 8 trials each.
    threads
        How many chunks run at once; by default one for each core. Changes no digit.

    Returns
    -------
    drivers
        Of the mean rank shift: the mean over the ranked zones of how far a rank lies from the
        adopted one. The groups are `GROUPS`.

    Raises
    ------
    InputError
        If no zone is ranked, or `base` is no power of 2.

    Notes
    -----
    Source: METHOD §8; the average shift in ranks and its variance decomposed, Saisana, Saltelli &
    Tarantola 2005; estimators of Saltelli et al. 2010 by SALib. Missing levels stand in the sample
    as one number that picks one of `base` drawn sets, so that many of them do not thin it out.
    """
    ready = prepared(case)
    ranked = np.flatnonzero(ready.adopted.rank)
    if not ranked.size:
        msg = "no zone is ranked"
        raise InputError(msg)
    missing = missing_levels(seed, base, ready.table)
    columns = _columns(case.weighting)

    def shift(sample: Float64) -> Float64:
        draws, row = ready.assumed(_uniforms(sample, columns, case.weighting))
        of = np.minimum((sample[:, -1] * base).astype(np.int64), base - 1)
        steps = trial_steps(ready.table, row, draws, missing[of], threads=threads)
        return _mean_shift(ready, steps, ranked, threads)

    return group_drivers(shift, columns, seed, base=base)


def group_drivers(
    output: Output, columns: tuple[str, ...], seed: int, *, base: int = BASE
) -> Drivers:
    """
    Decompose the variance of an output over groups of uniform numbers.

    Parameters
    ----------
    output
        Takes a sample of shape (d, m), in (0, 1), and returns shape (d,); each row by itself.
    columns
        The group of each of the m columns, groups in the order they are told of.
    seed
        Fixes the sample and the resamples of the confidence intervals.
    base
        Rows of the base sample, a power of 2; groups + 2 rows are evaluated for each.

    Returns
    -------
    drivers
        Of the groups in the order they first come in `columns`.

    Raises
    ------
    InputError
        If `base` is no power of 2.
    """
    if base < 1 or base & (base - 1):
        msg = f"a base sample of {base} rows is no power of 2"
        raise InputError(msg)
    groups = tuple(dict.fromkeys(columns))
    problem = {
        "num_vars": len(columns),
        "names": [f"{group}{APART}{at}" for at, group in enumerate(columns)],
        "groups": list(columns),
        "bounds": [[0.0, 1.0]] * len(columns),
    }
    sample = sampling.sample(problem, base, calc_second_order=False, seed=_seed(seed, "sample"))
    sample = np.clip(sample, LEAST, 1 - 2 * LEAST)
    parts = range(0, len(sample), DRAWS_AT_ONCE)
    y = np.concatenate([output(sample[at : at + DRAWS_AT_ONCE]) for at in parts])
    if np.ptp(y) == 0:
        none = np.zeros(len(groups))
        return Drivers(groups, none, none, none, none, float(y[0]), 0.0)
    found = analysis.analyze(
        problem,
        y,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=_seed(seed, "resamples"),
    )
    first, first_error, total, total_error = (
        np.asarray(found[name], np.float64) for name in ("S1", "S1_conf", "ST", "ST_conf")
    )
    return Drivers(
        groups, first, first_error, total, total_error, mean=float(y.mean()), sd=float(y.std())
    )


def _seed(seed: int, purpose: str) -> int:
    """Return a seed of its own for one purpose, never 0, which SALib takes for none."""
    name = APART.join((str(seed), "drivers", purpose)).encode()
    return 1 + int.from_bytes(hashlib.blake2b(name, digest_size=4).digest(), "little")


def _columns(weighting: Weighting) -> tuple[str, ...]:
    """Return the group of each column of a sample; components stand in the order of their codes."""
    domains, components = weighting.domain_code.size, weighting.code.size
    return (
        *[WEIGHTS] * (domains + components),
        *[REACH] * components,
        *[PROVISION] * components,
        *[FORM] * 2,
        COUNTS,
        MISSING,
    )


def _uniforms(sample: Float64, columns: tuple[str, ...], weighting: Weighting) -> Uniforms:
    """Return a sample's columns as what stands behind draws, components in the caller's order."""
    first = {group: columns.index(group) for group in GROUPS}
    domain = np.argsort(np.argsort(weighting.domain_code, kind="stable"), kind="stable")
    component = np.argsort(np.argsort(weighting.code, kind="stable"), kind="stable")
    return Uniforms(
        domain=sample[:, domain],
        component=sample[:, domain.size + component],
        reach=sample[:, first[REACH] + component],
        provision=sample[:, first[PROVISION] + component],
        power=sample[:, first[FORM]],
        normalisation=sample[:, first[FORM] + 1],
        replicate=sample[:, first[COUNTS]],
    )


def _mean_shift(ready: Prepared, steps: Int64, ranked: Int64, threads: int | None) -> Float64:
    """Return how far the ranks lie from the adopted ones, on average, in each draw."""
    doubled = doubled_ranks(steps[:, ranked], threads=threads).astype(np.int64)
    adopted = np.rint(2 * ready.adopted.rank[ranked]).astype(np.int64)
    return np.asarray(np.abs(doubled - adopted).sum(axis=1) / (2.0 * ranked.size), np.float64)
