"""Sweeps: an experiment, a grid over any of its parameters, and a number of repeats."""
