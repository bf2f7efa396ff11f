"""Artificial neural networks."""
