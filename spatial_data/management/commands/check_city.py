"""Lists every fault of a city folder; loads nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from spatial_data import operations
from spatial_data.importing.data_roots import data_roots
from spatial_data.importing.key_reference import reference
from spatial_data.importing.progress import steps

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """``check_city FOLDER``."""

    help = "List all faults of a city folder, with file, line or row, and cure; load nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", nargs="?", type=Path)
        parser.add_argument("--keys", action="store_true", help="write the reference of all keys")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Print the findings; end with an error if there is a fault."""
        if options["keys"]:
            self.stdout.write(reference(), ending="")
            return
        if options["folder"] is None:
            msg = "name the folder that holds city.toml"
            raise CommandError(msg)
        _, _, findings = operations.check_city(
            options["folder"], data_roots(), progress=steps(sys.stderr)
        )
        for finding in findings:
            self.stdout.write(str(finding))
        if findings.faults:
            msg = f"{len(findings.faults)} faults; the folder cannot be loaded"
            raise CommandError(msg)
        self.stdout.write(self.style.SUCCESS("No fault: the folder can be loaded."))
