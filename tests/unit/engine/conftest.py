"""What the engine's tests share."""

from __future__ import annotations

from hypothesis import settings

# How long one example takes depends on what else the machine is doing.
settings.register_profile("engine", deadline=None)
settings.load_profile("engine")
