"""Many cities assessed side by side; none lost with the worker that was at it."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, wait
from typing import TYPE_CHECKING

from django.db.models import Sum

from atlas.assessments.batch_work import CityCost, assess_batch
from atlas.assessments.batches import equal_batches
from atlas.bodies.models import City
from spatial_data.models import ActiveLayer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Executor, Future
    from datetime import datetime

    from atlas.assessments.crews import Crew

BATCHES_PER_WORKER = 25
MOST_TRIES = 3


def rows_of_cities() -> dict[str, int]:
    """
    Return how many rows each city's active layers have.

    Returns
    -------
    rows
        By slug; a city without any layer has 0.
    """
    rows = ActiveLayer.objects.values_list("city__slug").annotate(Sum("version__row_count"))
    found = dict.fromkeys(City.objects.values_list("slug", flat=True), 0)
    return found | {slug: int(total or 0) for slug, total in rows}


def assess_cities(
    rows: Mapping[str, int], *, at: datetime, seed: int, crew: Crew
) -> Iterator[CityCost]:
    """
    Assess many cities, telling of each batch as it is done.

    Parameters
    ----------
    rows
        Size of each city, by slug.
    at, seed
        As for one city.
    crew
        Who does the work.

    Yields
    ------
    cost
        One for each city, in the order in which batches end.

    Notes
    -----
    Each city is stored by itself, so a worker that dies loses only what it was at. Those cities
    are tried again one by one: the stored ones are found by their hash, and one whose
    worker dies `MOST_TRIES` times so is reported while the others go on. Every city is computed
    on one thread: threads change no digit, and cities side by side use the cores better.
    """
    asked = _Asked(rows, at, seed)
    waiting = equal_batches(rows, crew.workers * BATCHES_PER_WORKER)
    while waiting:
        lost: list[str] = []
        with crew.executor() as pool:
            under_way: dict[Future[list[CityCost]], list[str]] = {}
            while (waiting and not lost) or under_way:
                while waiting and not lost and len(under_way) < crew.at_once:
                    batch = waiting.pop(0)
                    under_way[asked.of(pool, batch)] = batch
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    batch = under_way.pop(future)
                    try:
                        yield from future.result()
                    except crew.lost:
                        lost.extend(batch)
        yield from asked.one_by_one(lost, crew)


class _Asked:
    """What is asked of the workers: which cities, at what time, with which seed."""

    def __init__(self, rows: Mapping[str, int], at: datetime, seed: int) -> None:
        self.rows, self.at, self.seed = rows, at, seed

    def of(self, pool: Executor, batch: list[str]) -> Future[list[CityCost]]:
        """Give a batch out."""
        cities = [(slug, self.rows[slug]) for slug in batch]
        return pool.submit(assess_batch, cities, self.at, self.seed)

    def one_by_one(self, cities: list[str], crew: Crew) -> Iterator[CityCost]:
        """Try cities with nothing else under way: whose worker dies then, killed it."""
        left = list(cities)
        deaths = 0
        while left:
            with crew.executor() as pool:
                try:
                    while left:
                        yield from self.of(pool, left[:1]).result()
                        left.pop(0)
                        deaths = 0
                except crew.lost:
                    deaths += 1
            if deaths == MOST_TRIES:
                yield self._given_up(left.pop(0))
                deaths = 0

    def _given_up(self, slug: str) -> CityCost:
        fault = f"its worker died {MOST_TRIES} times: too little memory is the usual cause"
        return CityCost(slug, self.rows[slug], 0.0, 0, "", is_kept=False, fault=fault)
