"""Measurements: each is a ratio or a percentile from one run, on one machine. `python -m tests.bench` prints them."""
