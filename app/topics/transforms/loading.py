"""From images to batches."""

from __future__ import annotations

from app.layout import Layout

LOADING: tuple[Layout, ...] = ()
