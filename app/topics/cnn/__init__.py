"""Convolutional networks, in the order of their lessons."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.cnn.autoencoder import PAGES as AUTOENCODER
from app.topics.cnn.by_layer import PAGES as BY_LAYER
from app.topics.cnn.clothes import PAGES as CLOTHES
from app.topics.cnn.dropout import PAGES as DROPOUT
from app.topics.cnn.gaussians import PAGES as GAUSSIANS
from app.topics.cnn.letters import PAGES as LETTERS
from app.topics.cnn.losses import PAGES as LOSSES
from app.topics.cnn.maximise import PAGES as MAXIMISE
from app.topics.cnn.mnist import PAGES as MNIST
from app.topics.cnn.orientation import PAGES as ORIENTATION
from app.topics.cnn.shifted import PAGES as SHIFTED

PAGES: tuple[Layout, ...] = (
    *MNIST,
    *BY_LAYER,
    *SHIFTED,
    *GAUSSIANS,
    *AUTOENCODER,
    *LOSSES,
    *LETTERS,
    *DROPOUT,
    *CLOTHES,
    *ORIENTATION,
    *MAXIMISE,
)
