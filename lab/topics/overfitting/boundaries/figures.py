"""The plane of areas and distances with the two cities, and how the error grows on the way from one to the other."""

from __future__ import annotations

import numpy as np

from lab.core.figures import Axis, Chart, Field, Line, LineStyle, Mark, Overlay
from lab.core.text import Message, message
from lab.nets.dense.network import Network
from lab.topics.overfitting.boundaries.cities import HIGH, LOW, MOST_APART, Cities, Houses, law, limits
from lab.training.dense.boundary import RESOLUTION, plane

PLANE = (20.0, 300.0), (0.0, 32.0)
"""What is shown of areas and distances."""
MOST_WRONG = 0.5
"""The share of a price at which the colours of the error end."""
FIRST, OTHER = message("the city it learned"), message("the other city")
WAY = np.linspace(-0.5, MOST_APART + 0.5, 61)
"""Widths of the first city, along the way from its middle."""
_SIDE = 15
"""Houses along each side of a city by which its error is measured without chance."""


def errors(cities: Cities, network: Network) -> Field:
    """Return by what share of the price the network is wrong, everywhere, by the law of the first city."""
    places = plane(*PLANE)
    true = law(places)
    wrong = ((cities.said(network, places) - true) / true).reshape(RESOLUTION, RESOLUTION)
    words, ends = message("error, as a share of the price"), (-MOST_WRONG, MOST_WRONG)
    return Field("errors", wrong, *_axes(), *PLANE, words, "signed", levels=(-0.1, 0.1), limits=ends)


def prices(cities: Cities, network: Network) -> Field:
    """Return what the network says everywhere."""
    said = cities.said(network, plane(*PLANE)).reshape(RESOLUTION, RESOLUTION)
    return Field("prices", said, *_axes(), *PLANE, message("price, in thousands"))


def marked(cities: Cities, apart: float, name: str) -> Overlay:
    """Return both regions, and the houses that are learned from."""
    area, distance = cities.learned.places.T
    return Overlay(
        name,
        (
            Line(message("learned from"), area, distance, "faint points", 0),
            _border(0.0, FIRST, "line", 0),
            _border(apart, OTHER, "dashes", 1),
        ),
    )


def along(cities: Cities, network: Network, apart: float, level: float) -> Chart:
    """Return prices on the way from the middle of the first city to that of the other, and on."""
    middle, width = (LOW + HIGH) / 2, HIGH - LOW
    # Distances below 0 are none.
    way = WAY[middle[1] + WAY * width[1] >= 0]
    places = middle + way[:, None] * width
    true = law(places)
    there = np.abs(way - apart) <= 0.5
    lines = [
        Line(message("what houses cost"), way, true, "dashes", -1),
        Line(message("what the network says"), way, cities.said(network, places), "line", 1),
        Line(message("a straight plane"), way, cities.plain(places), "thin", 2),
    ]
    if level != 1:
        lines.append(Line(message("what they cost there"), way[there], level * true[there], "dashes", 3))
    return Chart("along", tuple(lines), _way(), Axis(message("price, in thousands")), _borders(apart))


def growing(cities: Cities, network: Network, apart: float) -> Chart:
    """Return the error in a city with the same law, over how far it is away."""
    ways = np.linspace(0.0, MOST_APART, 41)
    asked = [_everywhere(way) for way in ways]
    network_says = [houses.error(cities.said(network, houses.places)) for houses in asked]
    plain = [houses.error(cities.plain(houses.places)) for houses in asked]
    mean = [houses.error(np.full(len(houses.prices), cities.middle)) for houses in asked]
    lines = [
        Line(message("network"), ways, np.array(network_says), "line", 1),
        Line(message("a straight plane"), ways, np.array(plain), "thin", 2),
        Line(message("always the mean"), ways, np.array(mean), "thin", -1),
    ]
    here = _everywhere(apart)
    ball = np.array([here.error(cities.said(network, here.places))])
    lines.append(Line(OTHER, np.array([apart]), ball, "ball", 1))
    away = Axis(message("how far away, in widths of the first city"), low=0.0, high=MOST_APART)
    return Chart("growing", tuple(lines), away, Axis(message("error, in thousands"), low=0.0), picks="apart")


def _everywhere(apart: float) -> Houses:
    low, high = limits(apart)
    places = plane((low[0], high[0]), (low[1], high[1]), _SIDE)
    return Houses(places, law(places))


def _border(apart: float, words: Message, style: LineStyle, colour: int) -> Line:
    low, high = limits(apart)
    x = np.array([low[0], high[0], high[0], low[0], low[0]])
    y = np.array([low[1], low[1], high[1], high[1], low[1]])
    return Line(words, x, y, style, colour)


def _borders(apart: float) -> tuple[Mark, ...]:
    return Mark("x", 0.5, message("learned until here")), Mark("x", apart, OTHER)


def _axes() -> tuple[Axis, Axis]:
    (left, right), (low, high) = PLANE
    away = Axis(message("distance to the centre"), "km", low=low, high=high)
    return Axis(message("area"), "m²", low=left, high=right), away


def _way() -> Axis:
    return Axis(message("way from the first city, in its widths"))
