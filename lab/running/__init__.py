"""Runs: where they compute, how they are kept, continued, used."""
