"""Metaparameters: what is chosen before a network learns."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.metaparameters.networks import NETWORKS
from app.topics.metaparameters.optimisers import OPTIMISERS

PAGES: tuple[Layout, ...] = (*OPTIMISERS, *NETWORKS)
"""In the order of the course."""
