"""The tabs of the window, in the order of the course.

A topic is loaded when it is looked at first: the window is there before all that could be opened in it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import cache
from importlib import import_module

from app.pages.layout import Layout

TITLES: Mapping[str, str] = {
    "introduction": "Introduction",
    "maths": "Maths",
    "gradient_descent": "Gradient descent",
    "ann": "ANN",
    "transforms": "Images",
    "convolution": "Convolution",
    "cnn": "CNN",
    "measures": "Measures",
    "sweeps": "Sweeps",
}
"""Each topic, by the name of its module in app/topics, which begins the identifiers of its experiments."""


@cache
def pages(topic: str) -> tuple[Layout, ...]:
    """Return the layouts of a topic; none where there is no such topic."""
    if topic not in TITLES:
        return ()
    found: tuple[Layout, ...] = import_module(f"app.topics.{topic}").PAGES
    return found


def topic_of(experiment: str) -> str:
    """Return the topic to which an experiment belongs."""
    return experiment.partition(".")[0]


def layout(experiment: str) -> Layout | None:
    """Return the layout of an experiment, if it has one."""
    return next((page for page in pages(topic_of(experiment)) if page.experiment == experiment), None)


def layouts() -> dict[str, Layout]:
    """Return all layouts by experiment; loads every topic."""
    return {page.experiment: page for topic in TITLES for page in pages(topic)}


class _Offered(Container[str]):
    def __contains__(self, experiment: object) -> bool:
        return isinstance(experiment, str) and layout(experiment) is not None


OFFERED: Container[str] = _Offered()
"""The experiments that have a page."""
