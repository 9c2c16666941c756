"""Keep the requirement sets of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from atlas.assessments.standards.loading import load_standards
from spatial_data.importing.findings import FolderRefusedError

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Keep the requirement sets of a folder, all of them or none."""

    help = "Keep the requirement sets of a folder, all of them or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder."""
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.BASE_DIR / "fixtures" / "standards",
            help="where the sets lie (default: fixtures/standards)",
        )

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Load, and say what is kept."""
        now = timezone.now()  # noqa: TID251 - a command is the edge
        try:
            sets = load_standards(options["folder"], at=now)
        except FolderRefusedError as error:
            raise CommandError(str(error)) from error
        for standard in sets:
            new = "new" if standard.loaded_at == now else "kept"
            self.stdout.write(f"{standard.code} revision {standard.revision}: {new}")
