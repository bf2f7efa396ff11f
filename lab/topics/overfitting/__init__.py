"""Overfitting: what a network learns by heart, and how one finds out."""
