"""Disclosure control: which figures an edition may show (DESIGN §3, first rule)."""

from __future__ import annotations

from atlas.engine.disclosure.control import disclose
from atlas.engine.disclosure.table import Disclosed, Rules, Table

__all__ = ["Disclosed", "Rules", "Table", "disclose"]
