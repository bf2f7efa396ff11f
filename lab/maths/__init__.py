"""Mathematics in NumPy, and nothing of networks."""
