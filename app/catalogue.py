"""The tabs of the window, in the order of the course."""

from __future__ import annotations

from app.layout import Layout
from app.topics import cnn, gradient_descent, introduction, maths

TOPICS: tuple[tuple[str, tuple[Layout, ...]], ...] = tuple(
    (topic.TOPIC, topic.PAGES) for topic in (introduction, maths, gradient_descent, cnn)
)


def layouts() -> dict[str, Layout]:
    """Return the layouts by experiment."""
    return {layout.experiment: layout for _, pages in TOPICS for layout in pages}
