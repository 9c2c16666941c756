"""Disclosure control: which figures an edition may show (DESIGN §3, first rule)."""

from __future__ import annotations

from atlas.engine.disclosure.control import disclose
from atlas.engine.disclosure.table import Disclosed, PieceCounts, Rules, Table

__all__ = ["Disclosed", "PieceCounts", "Rules", "Table", "disclose"]
