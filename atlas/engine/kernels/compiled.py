"""The one way a function here becomes a kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """
    Return `function` compiled by numba at its first call, its machine code kept on disk.

    Notes
    -----
    ``parallel=True`` is out: numba's work queue aborts the process when two threads enter, and
    libgomp dies after a fork. Kernels release the GIL instead and run on explicit chunks
    (`atlas.engine.workers`).
    """
    compiled = njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast("Function", compiled)
