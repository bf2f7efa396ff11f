"""Convolutional networks, in the order of their lessons."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.cnn.by_layer import PAGES as BY_LAYER
from app.topics.cnn.losses import PAGES as LOSSES
from app.topics.cnn.maximise import PAGES as MAXIMISE
from app.topics.cnn.mnist import PAGES as MNIST
from app.topics.cnn.orientation import PAGES as ORIENTATION

PAGES: tuple[Layout, ...] = (*MNIST, *BY_LAYER, *LOSSES, *ORIENTATION, *MAXIMISE)
