"""Data: what a network is given, and what that does to it."""
