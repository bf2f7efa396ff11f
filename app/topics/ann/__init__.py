"""Artificial neural networks: from one unit to a thousand models at once."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.ann.clusters import CLUSTERS
from app.topics.ann.digits import DIGITS
from app.topics.ann.flowers import FLOWERS
from app.topics.ann.networks import NETWORKS
from app.topics.ann.units import UNITS

PAGES: tuple[Layout, ...] = (*UNITS, *CLUSTERS, *FLOWERS, *NETWORKS, *DIGITS)
"""In the order of the course."""
