"""Networks that learn by heart, and when one stops."""

from __future__ import annotations

from app.pages.layout import Layout

LEARNING: tuple[Layout, ...] = ()
