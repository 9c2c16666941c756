"""
Write docs/data-dictionary.md from the models themselves.

    python tools/data_dictionary.py          writes it
    A house test fails while it says something else than the models.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Field, Model

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "data-dictionary.md"
ROOMS = ("bodies", "spatial_data", "assessments")
HEAD = """# Data dictionary

Every table, as the models declare it; written by `tools/data_dictionary.py`, never by hand.
Lengths are metres, areas square metres, `_micro` millionths, unless a column says otherwise.
Geometry is stored in EPSG:4326.
"""


def dictionary() -> str:
    """Return the whole text."""
    from django.apps import apps  # noqa: PLC0415  Django must be set up first

    parts = [HEAD]
    for label in ROOMS:
        room = apps.get_app_config(label)
        parts.append(f"## {str(room.verbose_name).capitalize()} (`{room.name}`)\n")
        models = sorted(room.get_models(), key=lambda model: model.__name__)
        parts.extend(_table(model) for model in models)
    return "\n".join(parts)


def _table(model: type[Model]) -> str:
    first = (model.__doc__ or "").strip().split("\n\n")[0]
    lines = [
        f"### {model.__name__}\n",
        " ".join(first.split()) + "\n",
        "| column | type | what it says |",
        "|---|---|---|",
        *(_row(field) for field in model._meta.local_fields),  # noqa: SLF001  Django's documented API
    ]
    return "\n".join(lines) + "\n"


def _row(field: Field[object, object]) -> str:
    kind = field.get_internal_type()
    if field.related_model and not isinstance(field.related_model, str):
        kind = f"→ {field.related_model.__name__}"
    optional = ", may be empty" if field.null else ""
    says = " ".join(f"{field.verbose_name}. {field.help_text}".split()).replace("|", "\\|")
    return f"| `{field.column}` | {kind}{optional} | {says} |"


def main() -> None:
    """Write the file."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django  # noqa: PLC0415  the settings must be named first

    django.setup()
    from django.utils import translation  # noqa: PLC0415  needs the settings

    with translation.override("en"):
        FILE.write_text(dictionary(), encoding="utf-8")


if __name__ == "__main__":
    main()
