"""The engines for small dense networks: one in NumPy, many at once in torch."""
