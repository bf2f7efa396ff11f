"""Convolutional networks, in the order of their lessons."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.cnn.maximise import PAGES as MAXIMISE
from app.topics.cnn.mnist import PAGES as MNIST

PAGES: tuple[Layout, ...] = (*MNIST, *MAXIMISE)
