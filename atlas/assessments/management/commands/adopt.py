"""Adopt a requirement set for a city, as a person's decision."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from atlas.assessments.standards.adoption import NoStandardError, adopt
from atlas.bodies.models import City, User

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """``adopt CITY SET --by USER``."""

    help = "Adopt the newest kept revision of a requirement set for a city, from a day on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the city, the set, and who decides from which day."""
        parser.add_argument("city", help="the city's slug")
        parser.add_argument("set", help="code of the set, such as iran-a")
        parser.add_argument("--by", required=True, metavar="USER", help="who decides it")
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            help="first day it holds, YYYY-MM-DD (default: the city's reference date)",
        )

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Adopt, and say what holds."""
        city = City.objects.filter(slug=options["city"]).first()
        if city is None:
            msg = f"there is no city {options['city']!r}"
            raise CommandError(msg)
        user = User.objects.filter(username=options["by"]).first()
        if user is None:
            msg = f"there is no account {options['by']!r}"
            raise CommandError(msg)
        now = timezone.now()  # noqa: TID251 - a command is the edge
        since = options["since"] or city.reference_date
        try:
            adoption = adopt(city, options["set"], on=since, at=now, by=user)
        except NoStandardError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{city.slug} follows {adoption.standard.code} revision {adoption.standard.revision} "
            f"from {adoption.since.isoformat()} on"
        )
