"""Data comes in: read, validate, merge, load, report."""

from __future__ import annotations
