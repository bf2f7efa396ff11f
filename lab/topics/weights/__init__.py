"""Weights: how they begin, move and stay."""
