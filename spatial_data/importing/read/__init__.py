"""Read: publishers' files become plain rows, lines and shapes; nothing is judged here."""

from __future__ import annotations
