"""What this machine can still hold."""

from __future__ import annotations

import os
from pathlib import Path

MEMINFO = Path("/proc/meminfo")
BYTES_PER_KIB = 1024


def free_bytes() -> int:
    """
    Return how much memory a process may still take without another having to give way.

    Returns
    -------
    bytes
        What Linux calls available; elsewhere all that the machine has.
    """
    if MEMINFO.exists():
        for line in MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * BYTES_PER_KIB
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
