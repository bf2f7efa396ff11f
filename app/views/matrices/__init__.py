"""Matrices that can be edited."""
