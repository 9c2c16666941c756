"""How the bench measures: seconds of what has run once before, and the peak of a process."""

from __future__ import annotations

import time
import zlib
from pathlib import Path
from statistics import median

import numpy as np


def timed(work, *, times):
    """Seconds of a work that has run once before, and its last answer."""
    work()
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - began)
    return median(seconds), answer


def once(work):
    """Seconds and answer of a long work."""
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def peak_mib():
    """The most memory this process has held since it began to be this program."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    msg = "this system does not say how much memory a process has held"
    raise OSError(msg)


def digest(values):
    """A number that two programs share only if they agree on every value."""
    return zlib.crc32(np.ascontiguousarray(values).tobytes())
