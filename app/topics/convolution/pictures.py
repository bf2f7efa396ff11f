"""Kernels on photographs."""

from __future__ import annotations

from app.layout import Layout

PICTURES: tuple[Layout, ...] = ()
