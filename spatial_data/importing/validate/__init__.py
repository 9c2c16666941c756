"""Validate: rows and shapes are judged; what is wrong is named with its row and its cure."""

from __future__ import annotations
