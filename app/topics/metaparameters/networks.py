"""What a network is made of and fed with."""

from __future__ import annotations

from app.pages.layout import Layout

NETWORKS: tuple[Layout, ...] = ()
