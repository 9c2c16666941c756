"""The needs-scoring engine: arrays in, arrays out; no Django, file, clock or network."""
