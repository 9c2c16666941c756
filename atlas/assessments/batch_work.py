"""What a worker does that is given some cities to assess; it may be a process without Django."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import django
from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

BYTES_PER_KIB = 1024


@dataclass(frozen=True, slots=True)
class CityCost:
    """
    What one city cost, or why it was not assessed.

    Attributes
    ----------
    city
        Its slug.
    rows
        Rows of its active layers.
    seconds
        From reading its layers to the last row stored; nearly 0 where the assessment was kept.
    peak_bytes
        The most memory its process had held by then, other cities of the batch included.
    input_hash
        Of its assessment; empty where it failed.
    is_kept
        Whether the same inputs had been assessed before.
    fault
        Why it was not assessed; empty where it was.
    """

    city: str
    rows: int
    seconds: float
    peak_bytes: int
    input_hash: str
    is_kept: bool
    fault: str


def assess_batch(cities: Sequence[tuple[str, int]], at: datetime, seed: int) -> list[CityCost]:
    """
    Assess some cities one after another; what a worker is asked to do.

    Parameters
    ----------
    cities
        Slugs and sizes.
    at, seed
        As for one city.

    Returns
    -------
    costs
        One a city; a city that is refused does not stop the others.
    """
    if not apps.ready:
        django.setup()
    return [_assess_one(slug, rows, at, seed) for slug, rows in cities]


def _assess_one(slug: str, rows: int, at: datetime, seed: int) -> CityCost:
    # Models can be imported only once Django is set up: not when a new process reads this file.
    from atlas.assessments.operations import REFUSALS, run_assessment  # noqa: PLC0415
    from atlas.bodies.models import City  # noqa: PLC0415

    began = time.perf_counter()
    try:
        found = run_assessment(City.objects.get(slug=slug), at=at, seed=seed, threads=1)
    except REFUSALS as refusal:
        return CityCost(slug, rows, time.perf_counter() - began, _peak(), "", False, str(refusal))
    seconds = time.perf_counter() - began
    return CityCost(slug, rows, seconds, _peak(), found.input_hash, found.created_at != at, "")


def _peak() -> int:
    """Return the most memory this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_KIB
