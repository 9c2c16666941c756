"""Assess a city now, in the foreground."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from atlas.assessments import operations
from atlas.assessments.inputs.city import MissingLayerError
from atlas.assessments.standards.adoption import NoStandardError
from atlas.bodies.models import City
from atlas.engine.errors import EngineError
from spatial_data.importing.findings import FolderRefusedError

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from datetime import datetime

    from atlas.assessments.models import Assessment


class Command(BaseCommand):
    """``assess CITY``."""

    help = "Assess a city from its active layers by the requirement set it has adopted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the city."""
        parser.add_argument("city", help="the city's slug")
        parser.add_argument("--seed", type=int, default=operations.SEED)

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Assess, and say what was found."""
        city = City.objects.filter(slug=options["city"]).first()
        if city is None:
            known = ", ".join(City.objects.values_list("slug", flat=True).order_by("slug"))
            msg = f"there is no city {options['city']!r}; loaded are: {known or 'none'}"
            raise CommandError(msg)
        now = timezone.now()  # noqa: TID251 - a command is the edge
        try:
            # What is already kept is found again: this costs nothing.
            operations.load_standards(Path(settings.BASE_DIR) / "fixtures" / "standards", at=now)
            assessment = self._assess(city, now, options["seed"])
        except (EngineError, FolderRefusedError, MissingLayerError, NoStandardError) as error:
            raise CommandError(str(error)) from error
        self._say(assessment, is_new=assessment.created_at == now)

    def _assess(self, city: City, now: datetime, seed: int) -> Assessment:
        steps = operations.ALL_STEPS
        shown = self.stderr.isatty()
        with tqdm(total=len(steps), unit="step", disable=not shown, file=sys.stderr) as bar:

            def tell(step: str) -> None:
                bar.set_description(step)
                bar.n = steps.index(step)
                bar.refresh()

            return operations.run_assessment(city, at=now, seed=seed, tell=tell)

    def _say(self, assessment: Assessment, *, is_new: bool) -> None:
        kept = "" if is_new else " (kept from an earlier run: the same inputs)"
        self.stdout.write(
            f"{assessment.city.slug}: assessment {assessment.input_hash[:8]} by "
            f"{assessment.standard.code} revision {assessment.standard.revision}{kept}"
        )
        for key, value in sorted(assessment.left_out.items()):
            self.stdout.write(f"  {key}: {value}")
