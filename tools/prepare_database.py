"""
Bring the database up to date, make its first staff account, and tell which cities stand ready.

The account gets a random password, kept in .local/staff_password, readable by its owner only.
Printed are the slugs of the cities that have an edition with its files, one a line.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD_FILE = ROOT / ".local" / "staff_password"


def make_account() -> None:
    """Make the account unless someone is already in charge."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415  Django must be set up first

    users = get_user_model()._default_manager  # noqa: SLF001  Django's documented API
    if users.filter(is_superuser=True).exists():
        return
    password = secrets.token_urlsafe(12)
    users.create_superuser(username="staff", password=password)
    PASSWORD_FILE.unlink(missing_ok=True)
    descriptor = os.open(PASSWORD_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{password}\n")


def ready_cities() -> list[str]:
    """Return the slugs of the cities that can be shown."""
    from django.conf import settings  # noqa: PLC0415  Django must be set up first

    from atlas.assessments.models import Edition  # noqa: PLC0415  likewise

    editions = Edition.objects.values_list("city__slug", "label", "revision").distinct()
    return sorted(
        {
            slug
            for slug, label, revision in editions
            if (settings.ATLAS_EDITIONS / slug / f"{label}.{revision}" / "manifest.json").is_file()
        }
    )


def main() -> None:
    """Do all three with one start of Django, which takes longer than any of them."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atlas.settings")
    import django  # noqa: PLC0415  the settings must be named first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  Django must be set up first

    # Not to the standard output, which is read as the list of cities.
    call_command("migrate", verbosity=int(sys.stderr.isatty()), stdout=sys.stderr)
    make_account()
    print("\n".join(ready_cities()))


if __name__ == "__main__":
    main()
