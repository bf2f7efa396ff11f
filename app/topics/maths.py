"""The maths that deep learning stands on."""

from __future__ import annotations

from app.layout import Layout

TOPIC = "Maths"
PAGES: tuple[Layout, ...] = ()
