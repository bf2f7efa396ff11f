"""What a deep output sees of the input."""

from __future__ import annotations

from app.layout import Layout

RECEPTIVE: tuple[Layout, ...] = ()
