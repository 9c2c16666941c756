"""What publishers' files look like, declared."""

from __future__ import annotations
