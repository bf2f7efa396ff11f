"""Expressions that a person types: read by an allow-list, never run as code."""
