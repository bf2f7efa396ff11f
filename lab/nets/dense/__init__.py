"""Small dense networks: their arithmetic in NumPy, and many of them at once in torch."""
