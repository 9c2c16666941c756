"""Random numbers that belong to a name: who else draws, and in what order, changes none of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atlas.engine.types import Float64

APART = "\x1f"
LEAST = 2.0**-54


def uniforms(seed: int, purpose: str, codes: Iterable[str], draws: int) -> Float64:
    """
    Draw uniform numbers for each of some names.

    Parameters
    ----------
    seed
        Of the assessment, recorded with it.
    purpose
        What is drawn, so that one name may draw several things.
    codes
        Stable codes, one for each column.
    draws
        How many rows. A longer run begins with the rows of a shorter one.

    Returns
    -------
    uniforms
        Shape (draws, len(codes)), in (0, 1).

    Notes
    -----
    Source: METHOD §11. Each column is a Philox stream of its own (Salmon et al. 2011), its key the
    hash of seed, purpose and code.

    Examples
    --------
    >>> once = uniforms(1, "reach", ["school", "park"], 2)
    >>> again = uniforms(1, "reach", ["park"], 3)
    >>> bool((once[:, 1] == again[:2, 0]).all())
    True
    """
    columns = [np.empty(0)] * 0
    for code in codes:
        name = APART.join((str(seed), purpose, code)).encode()
        key = int.from_bytes(hashlib.blake2b(name, digest_size=16).digest(), "little")
        columns.append(np.random.Generator(np.random.Philox(key=key)).random(draws))
    if not columns:
        return np.zeros((draws, 0))
    return np.asarray(np.maximum(np.column_stack(columns), LEAST), np.float64)
