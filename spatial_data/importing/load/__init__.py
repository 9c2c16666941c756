"""Load: checked layers go into the database by COPY; the caller holds the transaction."""

from __future__ import annotations
