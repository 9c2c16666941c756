"""Loads a city folder: all layers in one transaction, or nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from spatial_data import operations
from spatial_data.importing.data_roots import data_roots
from spatial_data.importing.findings import FolderRefusedError
from spatial_data.importing.progress import steps

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """``load_city FOLDER``."""

    help = "Load a city folder: checked whole, then all layers at once; docs/city-folder.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Load, and say what was done."""
        place = operations.LoadPlace(data_roots(), Path(settings.ATLAS_SNAPSHOTS))
        now = timezone.now()  # noqa: TID251 - a command is the edge
        try:
            report = operations.load_city(
                options["folder"], place, at=now, progress=steps(sys.stderr)
            )
        except FolderRefusedError as error:
            for finding in error.findings:
                self.stderr.write(str(finding))
            msg = f"{len(error.findings)} faults; nothing was loaded"
            raise CommandError(msg) from error
        for finding in report.findings:
            self.stdout.write(str(finding))
        if not report.changed:
            self.stdout.write(f"{report.slug}: as loaded before; nothing has changed.")
        for layer, rows in report.rows.items():
            self.stdout.write(f"{report.slug}: {layer}: {rows} rows")
