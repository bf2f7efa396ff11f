"""Transforms one after another."""

from __future__ import annotations

from app.layout import Layout

PIPELINES: tuple[Layout, ...] = ()
