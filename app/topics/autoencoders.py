"""Autoencoders: networks that have to say again what they were shown."""

from __future__ import annotations

from app.pages.layout import Layout

PAGES: tuple[Layout, ...] = ()
"""In the order of the course."""
