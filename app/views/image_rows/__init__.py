"""Rows of images under each other."""
