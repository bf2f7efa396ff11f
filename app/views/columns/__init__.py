"""Bars that can be dragged."""
