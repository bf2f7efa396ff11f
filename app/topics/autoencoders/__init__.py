"""Autoencoders: networks that have to say again what they were shown."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.autoencoders.anomaly import ANOMALY
from app.topics.autoencoders.codes import LATENT, VARIATIONAL
from app.topics.autoencoders.digits import DIGITS, SIZE, TIED
from app.topics.autoencoders.spoiled import DENOISE, OCCLUSION

PAGES: tuple[Layout, ...] = (DIGITS, DENOISE, OCCLUSION, LATENT, SIZE, TIED, ANOMALY, VARIATIONAL)
"""In the order of the course."""
