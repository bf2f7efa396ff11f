"""Gradient descent, where it can be seen."""

from __future__ import annotations

from app.layout import Layout

TOPIC = "Gradient descent"
PAGES: tuple[Layout, ...] = ()
