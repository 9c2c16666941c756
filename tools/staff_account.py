"""
Make the first staff account, with a random password, where the database has none yet.

The password is kept in .local/staff_password, readable by its owner only.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD_FILE = ROOT / ".local" / "staff_password"


def main() -> None:
    """Make the account unless someone is already in charge."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atlas.settings")
    import django  # noqa: PLC0415  the settings must be named first

    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415  needs the set-up above

    users = get_user_model().objects
    if users.filter(is_superuser=True).exists():
        return
    password = secrets.token_urlsafe(12)
    users.create_superuser(username="staff", password=password)
    PASSWORD_FILE.unlink(missing_ok=True)
    descriptor = os.open(PASSWORD_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{password}\n")


if __name__ == "__main__":
    main()
