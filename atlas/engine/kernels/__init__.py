"""The numba kernels: integer arithmetic only, no thread of their own, the GIL released."""
