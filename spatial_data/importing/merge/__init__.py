"""Merge: records of several publishers become one place, with its area and its entrances."""

from __future__ import annotations
