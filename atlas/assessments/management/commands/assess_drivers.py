"""Says what drives the doubt about a city's ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from atlas.assessments import drivers, operations
from atlas.bodies.models import City

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """``assess_drivers CITY``."""

    help = (
        "Say which choices move the ranks of a city's zones: for each tier the share of the mean "
        "rank shift's variance that weights, reach, provision, form, counts and missing levels "
        "account for alone, and together with others. Nothing is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the city."""
        parser.add_argument("city", help="the city's slug")
        parser.add_argument("--seed", type=int, default=operations.SEED)

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Find the drivers, and print them."""
        now = timezone.now()  # noqa: TID251 - a command is the edge
        city = City.objects.filter(slug=options["city"]).first()
        if city is None:
            known = ", ".join(City.objects.values_list("slug", flat=True).order_by("slug"))
            msg = f"there is no city {options['city']!r}; loaded are: {known or 'none'}"
            raise CommandError(msg)
        try:
            found = drivers.find_drivers(city, at=now, seed=options["seed"])
        except operations.REFUSALS as error:
            raise CommandError(str(error)) from error
        if not found:
            self.stdout.write(f"{city.slug}: no tier ranks two zones")
        for tier, one in found:
            self.stdout.write(f"{tier}: ranks shift by {one.mean:.2f} places, sd {one.sd:.2f}")
            rows = zip(
                *(one.groups, one.first, one.first_error, one.total, one.total_error), strict=True
            )
            for group, first, first_error, total, total_error in rows:
                self.stdout.write(
                    f"  {group:<10} alone {first:5.2f} ± {first_error:.2f}   "
                    f"with others {total:5.2f} ± {total_error:.2f}"
                )
