"""Requirement sets: read from ``fixtures/standards``, kept for ever, adopted by cities."""
