"""Sweeps over any experiment."""
