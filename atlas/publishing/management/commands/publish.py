"""Publish an edition of a city."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from atlas.assessments.models import Assessment
from atlas.bodies.models import City
from atlas.publishing.operations import STEPS, NothingAssessedError, publish

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from atlas.assessments.models import Edition


class Command(BaseCommand):
    """Freeze a city's latest assessment into an edition."""

    help = "Freeze a city's latest assessment into an edition that the atlas shows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be said."""
        parser.add_argument("city", help="the city's slug")
        parser.add_argument("--label", help="how readers call it; without it, the year it is about")
        parser.add_argument("--assessment", help="start of the assessment's hash; else the latest")

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Publish, and say what came of it."""
        city = City.objects.filter(slug=options["city"]).first()
        if city is None:
            known = ", ".join(City.objects.order_by("slug").values_list("slug", flat=True))
            msg = f"There is no city {options['city']!r}; there are: {known or 'none yet'}."
            raise CommandError(msg)
        edition = self._published(city, options)
        self.stdout.write(f"{city.slug}: edition {edition} ({edition.content_hash[:8]})")

    def _published(self, city: City, options: dict[str, Any]) -> Edition:
        assessment = _assessment(city, options["assessment"])
        with tqdm(total=len(STEPS), unit="step", disable=None, leave=False) as bar:

            def tell(step: str) -> None:
                bar.set_description(step)
                bar.update()

            try:
                at = timezone.now()  # noqa: TID251 - a command is the edge
                return publish(
                    city, at=at, assessment=assessment, label=options["label"], tell=tell
                )
            except NothingAssessedError as error:
                raise CommandError(str(error)) from error


def _assessment(city: City, start: str | None) -> Assessment | None:
    if start is None:
        return None
    found = list(Assessment.objects.filter(city=city, input_hash__startswith=start)[:2])
    if len(found) != 1:
        msg = (
            f"{'No' if not found else 'More than one'} assessment of {city.slug} begins {start!r}."
        )
        raise CommandError(msg)
    return found[0]
