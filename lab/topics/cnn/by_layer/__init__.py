"""One image through one network, layer by layer, number by number: what each is made of, and what it goes into."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from lab.core.events import Event, Remark, lazily
from lab.core.experiment import ClosedForm, Context, RunMode
from lab.core.figures import Matrices, Table
from lab.core.numbers import all_of
from lab.core.params import Params
from lab.core.pictures import Pictures
from lab.core.text import NOTHING_SAID, LabError, Message, message
from lab.data.store import DataStore
from lab.topics.cnn.by_layer.params import ByLayerParams

if TYPE_CHECKING:
    from lab.core.events import Array
    from lab.topics.cnn.by_layer.look import Look
    from lab.topics.cnn.by_layer.way import Way


class ByLayer(ClosedForm[ByLayerParams]):
    """Take any number of a network apart, and follow it to the answer."""

    id: ClassVar[str] = "cnn.by_layer"
    title: ClassVar[str] = "Layer by layer, number by number"
    params: ClassVar[type[Params]] = ByLayerParams
    needs_torch: ClassVar[bool] = True
    mode: ClassVar[RunMode] = "background"

    def __init__(self) -> None:
        self._way: tuple[tuple[object, bytes], Way] | None = None

    def validate(self, params: ByLayerParams, data: DataStore) -> None:
        """Raise LabError where the network or the image cannot be read."""
        from lab.topics.cnn.by_layer.given import image, network

        image(params, network(params), data)

    def compute(self, params: ByLayerParams) -> Iterator[Event]:
        """Yield the layers about the number, its arithmetic in both directions, figures and program. LabError."""
        from lab.topics.cnn.by_layer import pictures, sums
        from lab.topics.cnn.by_layer.given import image_lines
        from lab.topics.cnn.by_layer.numbers import numbers

        look = self._look(params)
        yield pictures.strip(look)
        yield lazily(Pictures, "before", pictures.before, look)
        yield lazily(Pictures, "here", pictures.here, look)
        yield lazily(Pictures, "after", pictures.after, look)
        yield lazily(Pictures, "image", pictures.image, look)
        yield lazily(Matrices, "apart", sums.apart, look)
        yield lazily(Table, "terms", sums.terms, look)
        yield lazily(Table, "uses", sums.uses, look)
        yield lazily(Table, "path", sums.path, look)
        yield Remark("layer", _said(look))
        yield from all_of([numbers(look, tuple(image_lines(params, look.given, look.pixels, self._store())))])

    def verify(self, params: ByLayerParams) -> Iterator[Event]:
        """Yield what torch makes of the same; of what cannot be read, nothing: that is said with the figures."""
        from lab.topics.cnn.by_layer.numbers import check

        with suppress(LabError):
            yield check(self._look(params))

    def run(self, params: ByLayerParams, context: Context) -> Generator[Event, None, None]:
        """Yield everything once."""
        self.validate(params, context.data)
        yield from super().run(params, context)

    def _store(self) -> DataStore:
        from lab.running.sessions import data_store

        found: DataStore | None = getattr(self, "data", None)
        return found or data_store()

    def _look(self, params: ByLayerParams) -> Look:
        from lab.topics.cnn.by_layer.given import image, network
        from lab.topics.cnn.by_layer.look import Look
        from lab.topics.cnn.by_layer.way import Way

        given = network(params)
        pixels: Array = image(params, given, self._store())
        key = given, pixels.tobytes()
        if self._way is None or self._way[0] != key:
            # The image goes through once, whatever is clicked then.
            self._way = key, Way(given.layers, given.tensor(pixels))
        return Look(params, given, self._way[1], pixels)


def _said(look: Look) -> Message:
    """Say where there is no number as it was asked for, and which is shown in its place."""
    layer, place = look.params.clicked
    if look.params.layer > look.way.last:
        return message(
            "This network has {count} layers; the last one is shown in place of layer {wanted}.",
            count=look.way.last,
            wanted=look.params.layer,
        )
    if look.params.answer >= len(look.given.classes):
        return message(
            "There is no class {wanted}; the last one, {found}, is asked about in its place.",
            wanted=look.params.answer,
            found=look.given.classes[-1],
        )
    if (layer, place) != look.clicked and layer == look.layer:
        return message(
            "In {layer} there is no number {wanted}; {found} is shown in its place.",
            layer=look.way.names[look.layer],
            wanted=", ".join(map(str, place)),
            found=look.name,
        )
    return NOTHING_SAID


EXPERIMENT = ByLayer
