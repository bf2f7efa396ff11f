"""The code of an autoencoder as a plane: each image is a point, and the point under the hand is decoded at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from lab.core.events import Array, Event, Picture, lazily
from lab.core.experiment import Context
from lab.core.figures import Axis, Field, Line, Overlay
from lab.core.pictures import PicturePanel, Pictures
from lab.core.text import Message, message
from lab.topics.autoencoders.components import components
from lab.topics.autoencoders.network import SIDE, AutoencoderExperiment, AutoencoderParams
from lab.training.drive import Occasion

if TYPE_CHECKING:
    from lab.data.base import ImageDataset
    from lab.topics.autoencoders.torch_network import Coder
    from lab.training.engine import TorchEngine

GRID = 64
"""Cells along each side of the plane, each with the class of the code that is nearest to it."""
DRAWN = 300
"""Codes that are drawn as points."""
ACROSS, DOWN = 12, 9
"""Decoded images on a grid over the plane."""
MARGIN = 0.06
HERE = message("here")
SOLID = 6
"""Classes until colours repeat; points of later ones are hollow."""


@dataclass(frozen=True, eq=False)
class CodePlane:
    """Codes (N, U) with their `labels` (N,), and the plane in which they are seen: a point (x, y) of it stands for the
    code `origin` + x · first + y · second of `axes` (U, 2). Of two units it is the code itself, of more the plane of
    its two widest principal components.
    """

    codes: Array
    labels: Array
    classes: tuple[str, ...]
    origin: Array
    axes: Array

    @cached_property
    def points(self) -> Array:
        """Where the codes lie in the plane (N, 2)."""
        return np.asarray((self.codes - self.origin) @ self.axes)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The first of them as points, class by class."""
        labels = self.labels[:DRAWN]
        kinds = [(one, label, self.points[:DRAWN][labels == one].T) for one, label in enumerate(self.classes)]
        return tuple(
            Line(label, x, y, "points" if one < SOLID else "faint points", one)
            for one, label, (x, y) in kinds
            if len(x)
        )

    @property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """How far the plane is shown, along x and y."""
        points = self.points
        low, high = points.min(0), points.max(0)
        margin = np.where(high - low > 1e-6, MARGIN * (high - low), 1.0)
        low, high = low - margin, high + margin
        return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))

    @property
    def names(self) -> tuple[Message, Message]:
        """What the axes are."""
        if self.codes.shape[1] == 2:
            return message("unit {number}", number=1), message("unit {number}", number=2)
        words = "component {number} of the code"
        return message(words, number=1), message(words, number=2)

    def code(self, place: tuple[float, float]) -> Array:
        """Return the code (U,) that a point stands for."""
        return np.asarray(self.origin + self.axes @ np.array(place), np.float32)


def plane_of(codes: Array, labels: Array, classes: tuple[str, ...]) -> CodePlane:
    """Return the plane of codes (N, U)."""
    units = codes.shape[1]
    if units == 2:
        return CodePlane(codes, labels, classes, np.zeros(2), np.eye(2))
    found = components(codes.astype(np.float64))
    axes = np.zeros((units, 2))
    axes[:, : min(units, 2)] = found.axes[:, :2]
    return CodePlane(codes, labels, classes, found.mean, axes)


def class_field(plane: CodePlane, name: str, picks: str = "") -> Field:
    """Return the class of the nearest code, everywhere on a plane; a click or drag picks a place."""
    from scipy.spatial import KDTree

    ranges = plane.ranges
    x, y = (low + (np.arange(GRID) + 0.5) / GRID * (high - low) for low, high in ranges)
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    _distance, nearest = KDTree(plane.points).query(places)
    values = plane.labels[nearest].reshape(GRID, GRID).astype(float)
    across, up = (Axis(words, low=low, high=high) for words, (low, high) in zip(plane.names, ranges, strict=True))
    words = message("class of the nearest code")
    return Field(name, values, across, up, *ranges, words, "classes", plane.classes, smooth=False, picks=picks)


def points_over(
    plane: CodePlane, name: str, place: tuple[float, float] | None = None, more: tuple[Line, ...] = ()
) -> Overlay:
    """Return codes as points, class by class; and the place under the hand as a ball."""
    here = () if place is None else (Line(HERE, np.array([place[0]]), np.array([place[1]]), "ball", -1),)
    return Overlay(name, (*plane.lines, *more, *here))


P = TypeVar("P", bound=AutoencoderParams)


class PlaneExperiment(AutoencoderExperiment[P]):
    """An autoencoder whose code is seen as a plane; its network can `encode` and `decode`."""

    queries: ClassVar[tuple[str, ...]] = ("image", "place")
    _seen: tuple[int, CodePlane] | None = None
    """The plane that was made last, and at which step."""
    _place: tuple[float, float] | None = None
    dataset: ImageDataset

    def begin(self, params: P, context: Context) -> TorchEngine[str]:
        """Make the network, and remember the images with their classes."""
        self.dataset = params.images(context.data)
        return super().begin(params, context)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the probes show, the plane after each epoch, and always what its place is decoded to."""
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            yield lazily(Field, "plane", lambda: class_field(self.plane(engine), "plane", "place"))
            yield lazily(Overlay, "plane", lambda: self.over(engine))
            yield lazily(Pictures, "grid", lambda: self._grid(engine))
        yield lazily(Picture, "decoded", lambda: self.decoded_here(engine))

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Take the place under the hand, which is answered at once, or an image: its code is a place."""
        engine = self.engine
        if engine is None:
            return
        if "image" in request:
            points = self.plane(engine).points
            x, y = points[int(request["image"]) % len(points)].tolist()
            self._place = x, y
        if "place" in request:
            x, y = request["place"]
            self._place = float(x), float(y)
        if request.keys() == {"place"}:
            yield self.decoded_here(engine)
            yield self.over(engine)
            return
        yield from super().query(request)

    def plane(self, engine: TorchEngine[str], newest: bool = True) -> CodePlane:
        """Return the plane of the test images as they are coded now, or not `newest`: as they were when it was seen."""
        if self._seen is None or (newest and self._seen[0] != engine.step):
            trainer = engine.first
            labels = self.dataset.test.labels
            self._seen = engine.step, plane_of(encoded(engine, "test"), labels, trainer.setup.classes)
        return self._seen[1]

    def over(self, engine: TorchEngine[str]) -> Overlay:
        """Return what lies over the plane, which is that of the last epoch while it is dragged in."""
        plane = self.plane(engine, newest=False)
        return points_over(plane, "plane", self.place(plane))

    def place(self, plane: CodePlane) -> tuple[float, float]:
        """Return the place under the hand, the middle of all codes before there is one."""
        if self._place is not None:
            return self._place
        x, y = plane.points.mean(0).tolist()
        return x, y

    def decoded_here(self, engine: TorchEngine[str]) -> Picture:
        """Return the image that the place is decoded to."""
        plane = self.plane(engine, newest=False)
        image = decoded(engine, plane.code(self.place(plane))[None])[0]
        return Picture("decoded", np.asarray(np.round(255 * image), np.uint8))

    def _grid(self, engine: TorchEngine[str]) -> Pictures:
        plane = self.plane(engine)
        (left, right), (low, high) = plane.ranges
        x, y = np.linspace(left, right, 2 * ACROSS + 1)[1::2], np.linspace(high, low, 2 * DOWN + 1)[1::2]
        codes = np.array([plane.code((across, up)) for up in y for across in x])
        why = message("each image is decoded from a point of the plane, {across} from left to right", across=ACROSS)
        return mosaic("grid", decoded(engine, codes), ACROSS, why)


def mosaic(name: str, images: Array, across: int, why: Message) -> Pictures:
    """Return images (N, 28, 28) in [0, 1] as one picture, so many in a row."""
    down = len(images) // across
    whole = images.reshape(down, across, SIDE, SIDE).transpose(0, 2, 1, 3).reshape(down * SIDE, across * SIDE)
    return Pictures(name, (PicturePanel("", whole, why=why),))


def network(engine: TorchEngine[str]) -> Coder:
    """Return the network of an engine."""
    from lab.topics.autoencoders.torch_network import Coder

    model = engine.first.model
    assert isinstance(model, Coder)
    return model


def encoded(engine: TorchEngine[str], source: str, start: int = 0, end: int | None = None) -> Array:
    """Return the codes (N, U) of the images of a source, or of some of them."""
    import torch

    trainer = engine.first
    trainer.model.eval()
    with torch.inference_mode():
        rows, _targets = trainer.sources[source].part(start, len(trainer.sources[source]) if end is None else end)
        return np.array(network(engine).encode(rows).cpu().numpy(), copy=True)


def decoded(engine: TorchEngine[str], codes: Array) -> Array:
    """Return the images (N, 28, 28) in [0, 1] that codes (N, U) are decoded to."""
    import torch

    trainer = engine.first
    trainer.model.eval()
    with torch.inference_mode():
        rows = network(engine).decode(torch.tensor(codes, device=trainer.device))
        return np.array(rows.cpu().numpy(), copy=True).reshape(-1, SIDE, SIDE)
