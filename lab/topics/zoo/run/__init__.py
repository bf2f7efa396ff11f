"""A picture through a network with trained weights: what its layers make of it, their times, and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lab.core.events import Event, FeatureMaps, LayerTree, Remark, lazily
from lab.core.experiment import ClosedForm, RunMode
from lab.core.figures import Chart, Table
from lab.core.metaparameters import SEED, SeedParams
from lab.core.numbers import all_of, check
from lab.core.params import Params, choice, integer, text
from lab.core.text import LabError, Verbatim
from lab.data.images.sources import PictureParams
from lab.data.store import DataStore
from lab.nets.pretrained.kept import ALWAYS, kept, must_be_at_hand
from lab.nets.pretrained.published import names

if TYPE_CHECKING:
    from lab.core.quantities import Numbers
    from lab.topics.zoo.run.seen import Seen


@dataclass(frozen=True, kw_only=True)
class RunParams(PictureParams, SeedParams):
    """The picture, the network with its weights, and what is looked at."""

    essentials: ClassVar[tuple[str, ...]] = ("picture", "network", "weights", "layer", "answer")
    implies: ClassVar = {"network": {"layer": ""}}

    network: str = choice(
        ALWAYS, {ALWAYS: Verbatim("EfficientNet-Lite0"), **{name: Verbatim(name) for name in names()}},
        label="Network", group="Network",
        help="EfficientNet-Lite0 has its trained weights here; those of the others, of torchvision, come by “Data …”.",
    )  # fmt: skip
    weights: str = choice(
        "trained", {"trained": "Trained on ImageNet", "random": "Random"}, label="Weights", group="Network",
        help="What others trained on 1.3 million photographs, or numbers that nobody trained.",
    )  # fmt: skip
    layer: str = text(
        "", label="Layer", group="Look at", longest=100,
        help="The layer whose maps are shown, by its name in the network; empty: the first. Or click it.",
    )  # fmt: skip
    answer: int = integer(
        1, 1, 5, slider=True, label="Answer", group="Look at",
        help="For which of its five best answers is shown where in the picture the network sees it.",
    )  # fmt: skip
    repeats: int = integer(
        3, 1, 50, label="Repetitions", group="Look at",
        help="How often each layer is timed, after a first time that does not count; the median is shown.",
    )  # fmt: skip
    seed: int = integer(
        7, 0, 2**31 - 1, label="Seed", help=SEED, group="Network", when=("weights", ("random",)),
    )  # fmt: skip
    picture: str = choice(
        "chelsea", dict(PictureParams.specs()["picture"].choices), label="Picture", group="Picture",
        help="The picture that is worked on.",
    )  # fmt: skip


class Run(ClosedForm[RunParams]):
    """Send a picture through a network, and look inside."""

    id: ClassVar[str] = "zoo.run"
    title: ClassVar[str] = "A picture through a trained network"
    params: ClassVar[type[Params]] = RunParams
    needs_torch: ClassVar[bool] = True
    mode: ClassVar[RunMode] = "background"

    def __init__(self) -> None:
        self._last: tuple[object, Seen] | None = None

    def validate(self, params: RunParams, data: DataStore) -> None:
        """Raise LabError where the picture cannot be read, or the weights are not here."""
        params.photo()
        if params.weights == "trained":
            must_be_at_hand(params.network)

    def preview(self, params: RunParams, data: DataStore) -> Iterator[Event]:
        """Yield the picture."""
        from lab.topics.zoo.run.figures import picture

        yield picture(params.photo())

    def compute(self, params: RunParams) -> Iterator[Event]:
        """Yield what the network sees and answers, its layers with their times, figures and program. LabError."""
        from lab.topics.zoo.run import figures

        seen = self._seen(params)
        yield Remark("weights", seen.source, "information" if params.weights == "trained" else "warning")
        yield figures.map_over_picture(params, seen)
        yield figures.answers(seen)
        yield lazily(FeatureMaps, "layer", figures.maps, params, seen)
        yield lazily(LayerTree, "network", seen.tree)
        yield lazily(Chart, "times", figures.times_chart, seen)
        yield lazily(Table, "times", figures.times_table, params, seen)
        yield from all_of([self._numbers(params)])

    def verify(self, params: RunParams) -> Iterator[Event]:
        """Yield what the program makes of the same; where there is nothing to show, that is said with the figures."""
        try:
            yield check([self._numbers(params)])
        except LabError:
            return

    def _numbers(self, params: RunParams) -> Numbers:
        from lab.topics.zoo.run.program import numbers

        return numbers(params, self._seen(params))

    def _seen(self, params: RunParams) -> Seen:
        """Return what the network makes of the picture; it is asked once, whatever is looked at then."""
        from lab.topics.zoo.run.seen import Seen

        photo = params.photo()
        trained = params.weights == "trained"
        self.validate(params, self.data if hasattr(self, "data") else None)  # type: ignore[arg-type]
        file = kept(params.network)
        stamp = file.stat().st_mtime_ns if trained and file.is_file() else params.seed
        key = (photo, params.network, trained, stamp if params.network != ALWAYS or not trained else 0, params.repeats)
        if self._last is None or self._last[0] != key:
            self._last = key, Seen(params, photo)
        return self._last[1]


EXPERIMENT = Run
