"""Assess a city, or all of them, now, in the foreground."""

from __future__ import annotations

import csv
import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from atlas.assessments import many_cities, operations
from atlas.assessments.batch_work import CityCost
from atlas.assessments.crews import NoSchedulerError, dask_crew, local_crew
from atlas.bodies.models import City
from spatial_data.importing.findings import FolderRefusedError

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from datetime import datetime

    from atlas.assessments.crews import Crew
    from atlas.assessments.models import Assessment

COSTLIEST = 10
MIB = 1 << 20


class Command(BaseCommand):
    """``assess CITY`` or ``assess --all``."""

    help = "Assess a city from its active layers by the requirement set it has adopted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the city, or who assesses all."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("city", nargs="?", help="the city's slug")
        which.add_argument("--all", action="store_true", help="every city that is loaded")
        parser.add_argument("--seed", type=int, default=operations.SEED)
        parser.add_argument(
            "--workers", type=int, help="with --all: how many processes; by default one a core"
        )
        parser.add_argument(
            "--scheduler", metavar="ADDRESS", help="with --all: Dask's scheduler, tcp://host:8786"
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="with --all: cost of each city as CSV"
        )

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Assess, and say what was found."""
        now = timezone.now()  # noqa: TID251 - a command is the edge
        try:
            # What is already kept is found again: this costs nothing.
            operations.load_standards(Path(settings.BASE_DIR) / "fixtures" / "standards", at=now)
        except FolderRefusedError as error:
            raise CommandError(str(error)) from error
        if options["all"]:
            self._assess_all(now, options)
        else:
            self._assess_one(now, options)

    def _assess_one(self, now: datetime, options: dict[str, Any]) -> None:
        city = City.objects.filter(slug=options["city"]).first()
        if city is None:
            known = ", ".join(City.objects.values_list("slug", flat=True).order_by("slug"))
            msg = f"there is no city {options['city']!r}; loaded are: {known or 'none'}"
            raise CommandError(msg)
        try:
            assessment = self._assess(city, now, options["seed"])
        except operations.REFUSALS as error:
            raise CommandError(str(error)) from error
        self._say(assessment, is_new=assessment.created_at == now)

    def _assess(self, city: City, now: datetime, seed: int) -> Assessment:
        steps = operations.ALL_STEPS
        with self._bar(len(steps), "step") as bar:

            def tell(step: str) -> None:
                bar.set_description(step)
                bar.n = steps.index(step)
                bar.refresh()

            return operations.run_assessment(city, at=now, seed=seed, tell=tell)

    def _bar(self, total: int, unit: str) -> tqdm[Any]:
        return tqdm(total=total, unit=unit, disable=not self.stderr.isatty(), file=sys.stderr)

    def _say(self, assessment: Assessment, *, is_new: bool) -> None:
        kept = "" if is_new else " (kept from an earlier run: the same inputs)"
        self.stdout.write(
            f"{assessment.city.slug}: assessment {assessment.input_hash[:8]} by "
            f"{assessment.standard.code} revision {assessment.standard.revision}{kept}"
        )
        for key, value in sorted(assessment.left_out.items()):
            self.stdout.write(f"  {key}: {value}")

    def _assess_all(self, now: datetime, options: dict[str, Any]) -> None:
        rows = many_cities.rows_of_cities()
        costs = []
        with self._bar(len(rows), "city") as bar:
            for cost in many_cities.assess_cities(
                rows, at=now, seed=options["seed"], crew=self._crew(options)
            ):
                costs.append(cost)
                bar.set_description(cost.city)
                bar.update()
        costs.sort(key=lambda cost: (-cost.seconds, cost.city))
        self._report(costs, options["report"])
        faults = [cost for cost in costs if cost.fault]
        if faults:
            lines = "\n".join(f"{cost.city}: {cost.fault}" for cost in faults)
            msg = f"{len(faults)} of {len(costs)} cities were not assessed:\n{lines}"
            raise CommandError(msg)

    def _crew(self, options: dict[str, Any]) -> Crew:
        if options["scheduler"] is None:
            return local_crew(options["workers"])
        try:
            return dask_crew(options["scheduler"])
        except NoSchedulerError as error:
            raise CommandError(str(error)) from error

    def _report(self, costs: list[CityCost], file: Path | None) -> None:
        assessed = [cost for cost in costs if not cost.fault]
        kept = sum(cost.is_kept for cost in assessed)
        seconds = sum(cost.seconds for cost in assessed)
        self.stdout.write(
            f"{len(assessed)} cities assessed, {kept} of them kept from an earlier run; "
            f"{seconds:.1f} s of work"
        )
        for cost in assessed[:COSTLIEST]:
            self.stdout.write(
                f"  {cost.city}: {cost.seconds:.2f} s, {cost.rows:,} rows, "
                f"{cost.peak_bytes / MIB:.0f} MiB at most, {cost.input_hash[:8]}"
            )
        if file is None:
            return
        with file.open("w", encoding="utf-8", newline="") as handle:
            table = csv.DictWriter(handle, [field.name for field in fields(CityCost)])
            table.writeheader()
            table.writerows(asdict(cost) for cost in costs)
        self.stdout.write(f"  all of them: {file}")
