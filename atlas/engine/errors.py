"""What the engine refuses, by name."""

from __future__ import annotations


class EngineError(Exception):
    """Anything the engine refuses to compute."""


class ShapeError(EngineError, ValueError):
    """Arrays that must agree in shape do not."""


class InputError(EngineError, ValueError):
    """A value lies outside what the method allows (NaN, negative, out of range, not unique)."""


class LedgerError(EngineError, ArithmeticError):
    """A sum that must hold exactly does not: a fault of the engine, never of the data."""
