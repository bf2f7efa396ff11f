"""The tabs of the window, in the order of the course.

A topic is loaded when it is looked at first: the window is there before all that could be opened in it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import cache
from importlib import import_module

from app.pages.layout import Layout
from lab.core.text import Message, message

TITLES: Mapping[str, str] = {
    "introduction": "Introduction",
    "maths": "Maths",
    "gradient_descent": "Gradient descent",
    "ann": "ANN",
    "overfitting": "Overfitting",
    "regularisation": "Regularisation",
    "metaparameters": "Metaparameters",
    "measures": "Measures",
    "data": "Data",
    "weights": "Weights",
    "autoencoders": "Autoencoders",
    "transforms": "Images",
    "convolution": "Convolution",
    "cnn": "CNN",
    "transfer": "Transfer",
    "zoo": "Zoo",
    "gpu": "GPU",
    "sweeps": "Sweeps",
}
"""Each topic, by the name of its module in app/topics, which begins the identifiers of its experiments."""


SECTIONS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (message("Foundations"), ("introduction", "maths", "gradient_descent")),
    (message("Networks"), ("ann", "overfitting", "regularisation", "metaparameters", "measures")),
    (message("Data and weights"), ("data", "weights", "autoencoders")),
    (message("Computer vision"), ("transforms", "convolution", "cnn")),
    (message("Trained networks"), ("transfer", "zoo")),
    (message("Workbench"), ("gpu", "sweeps", "draw")),
)
"""Topics as the course groups them; "draw" is a page of its own, by the name DRAW."""

DRAW = "draw.digit"


@cache
def pages(topic: str) -> tuple[Layout, ...]:
    """Return the layouts of a topic; none where there is no such topic."""
    if topic not in TITLES:
        return ()
    found: tuple[Layout, ...] = import_module(f"app.topics.{topic}").PAGES
    return found


def index(lessons: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the experiments of each topic in the order of their lessons, which is that of `pages`; loads none."""
    names = tuple(lessons)
    return {topic: tuple(name for name in names if topic_of(name) == topic) for topic in TITLES}


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
