"""A head on what a pretrained network sees of pictures: of one's own folder, a class a folder, within seconds."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from lab.core.events import Event, ImageRows, Images, Metrics, Progress, Remark, Weights, lazily
from lab.core.experiment import Context
from lab.core.figures import Bars, Chart, Table, Words
from lab.core.params import Params
from lab.core.pictures import Pictures
from lab.core.text import NOTHING_SAID, DataError, LabError, Verbatim, message
from lab.topics.transfer.photographs import figures
from lab.topics.transfer.photographs.params import PhotographsParams
from lab.topics.transfer.photographs.pictures import Found, digest_of
from lab.topics.transfer.photographs.program import program
from lab.topics.transfer.photographs.words import WAYS
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.probes import Confusion, Probe

if TYPE_CHECKING:
    from lab.core.events import Array
    from lab.data.store import DataStore
    from lab.topics.transfer.photographs.features import Features
    from lab.topics.transfer.photographs.heads import Heads, Scale
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup


class Photographs(TrainingExperiment[PhotographsParams]):
    """Features are computed once for each picture; heads on them learn side by side, of each way and division one."""

    id: ClassVar[str] = "transfer.photographs"
    title: ClassVar[str] = "Your photographs"
    params: ClassVar[type[Params]] = PhotographsParams
    queries: ClassVar[tuple[str, ...]] = ("image", "ask")
    reads_files: ClassVar[bool] = True
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(),)

    _found: Found
    _features: Features
    _subject: int | str = 0
    """The picture that is asked: of the test by its number, or a file."""

    def __init__(self) -> None:
        self._given: dict[str, Array] = {}

    def validate(self, params: PhotographsParams, data: DataStore) -> None:
        """Raise LabError where the pictures, or the one that is asked, cannot be used."""
        found = params.found()
        if params.folder.strip():
            data.used["pictures"] = digest_of(found.pixels)
        if params.ask.strip():
            figures.asked_file(params.ask)

    def preview(self, params: PhotographsParams, data: DataStore) -> Iterator[Event]:
        """Show the pictures, what was refused, those of the test, and the program."""
        try:
            found = params.found()
        except LabError:
            # What stands there is of other pictures.
            yield from figures.nothing()
            raise
        train, test = found.parts(params.test_share, params.divisions()[0])
        yield figures.classes(found, train, test)
        yield figures.refused(found)
        yield lazily(ImageRows, "pictures", figures.some, found)
        yield Images("test", figures.small(found.pixels[test]), found.labels[test], found.classes, found.source)
        yield program(params, found)
        if params.ask.strip():
            yield figures.asked_alone(params.ask)

    def prepare(self, params: PhotographsParams) -> None:
        """Remember what is to be asked first."""
        self._subject = params.ask.strip() or 0

    def run(self, params: PhotographsParams, context: Context) -> Generator[Event, None, None]:
        """Compute the features that are not kept yet, and train."""
        self._look(params, context)
        for done, total in self._features.missing(self._found.pixels, self._found.digests):
            doing = message("the networks look at the pictures: {done} of {total}", done=done, total=total)
            yield Progress(done, total, 1, params.epochs, False, doing)
        yield from super().run(params, context)

    def _look(self, params: PhotographsParams, context: Context) -> None:
        """Read the pictures, once a run."""
        from lab.topics.transfer.photographs.features import Features

        if not hasattr(self, "_features"):
            self._found, self._features = params.found(), Features(params.seed, context.device)

    def begin(self, params: PhotographsParams, context: Context) -> TorchEngine[str]:
        """Make the heads: of each division one for each way to see a picture."""
        from lab.topics.transfer.photographs.heads import Heads, Scale, called
        from lab.training.trainer import Trainer

        self._params = params
        self._look(params, context)
        trainers, scales = dict[str, Trainer](), dict[str, Scale]()
        for split, one in enumerate(params.replace(seed=seed) for seed in params.divisions()):
            for way in WAYS:
                made, scale = self._head(one, way)
                trainers[called(way, split)] = Trainer(made, one, context.device)
                scales.setdefault(way, scale)
        return Heads(trainers, scales)

    def setup(self, params: PhotographsParams, data: DataStore) -> Setup:
        """Return the head on the pretrained features, for the first division; its features are known."""
        return self._head(params, "")[0]

    def _head(self, params: PhotographsParams, way: str) -> tuple[Setup, Scale]:
        from lab.topics.transfer.photographs.heads import setup

        parts = self._found.parts(params.test_share, params.seed)
        return setup(params, self._seen(way), self._found.labels, parts, self._found.classes)

    def _seen(self, way: str) -> Array:
        """Return what a head of a way is given of all pictures, (N, F)."""
        if way not in self._given:
            self._given[way] = self._features.all(way, self._found.pixels, self._found.digests)
        return self._given[way]

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Ask about another picture: one of the test, or a file."""
        if "image" in request:
            self._subject = int(request["image"])
        elif "ask" in request:
            path, said = str(request["ask"]).strip(), Remark("asked", NOTHING_SAID)
            try:
                if path:
                    figures.asked_file(path)
                self._subject = path or 0
            except DataError as error:
                said = Remark("asked", error.message, "warning")
            yield said
        yield from super().query(request)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the probes show, what the heads say of the picture that is asked, and how they compare."""
        yield from super().shown(engine, occasion, choices)
        heads = cast("Heads", engine)
        yield lazily(Bars, "answer", self._answer, heads)
        if occasion != "step":
            yield lazily(Pictures, "asked", self._asked)
            yield lazily(Table, "imagenet", self._imagenet)
            yield lazily(Chart, "splits", lambda: figures.divisions(heads.all_accuracies()))
            yield lazily(Table, "numbers", self._compared, heads)

    def closing(self, engine: TorchEngine[str], watched: bool) -> Iterator[Event]:
        """Hand out the head, with what features are scaled by; say what it makes of the picture that was named."""
        yield from super().closing(engine, watched)
        heads, params = cast("Heads", engine), self._params
        yield Weights("network", heads.arrays(), params.to_json(), self._found.classes, engine.step)
        if params.ask.strip():
            shares = self._shares(heads)[""]
            best = np.argsort(-shares)[:3]
            top = ", ".join(f"{self._found.classes[place]} {100 * shares[place]:.1f} %" for place in best)
            yield Remark("asked", message("{picture}: {answer}", picture=Verbatim(Path(params.ask).name), answer=top))

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the first division, the means of all with their 95 % intervals, and the gains."""
        values = dict(super().result(engine).values)
        values |= {"pictures": len(self._found.labels), "classes": len(self._found.classes)}
        if engine.diverged is None:
            values |= figures.spread(cast("Heads", engine).all_accuracies())
        return Metrics(values)

    def _parts(self) -> tuple[Array, Array]:
        """Return the numbers of the pictures to learn from, and for testing, of the first division."""
        return self._found.parts(self._params.test_share, self._params.divisions()[0])

    def _subject_now(self) -> tuple[Words, Array]:
        if isinstance(self._subject, str):
            return Verbatim(Path(self._subject).name), figures.asked_file(self._subject)
        test = self._parts()[1]
        place = int(test[self._subject % len(test)])
        return Verbatim(self._found.names[place]), self._found.pixels[place]

    def _shares(self, heads: Heads) -> dict[str, Array]:
        pixels = self._subject_now()[1]
        return {way: heads.shares(way, self._features.of(way, pixels, digest_of(pixels))) for way in WAYS}

    def _answer(self, heads: Heads) -> Bars:
        return figures.answer(self._found.classes, self._shares(heads), self._subject_now()[0])

    def _asked(self) -> Pictures:
        """Return the picture that is asked, and those to learn from that are most like it."""
        title, pixels = self._subject_now()
        train = self._parts()[0]
        features = self._features.of("", pixels, digest_of(pixels))
        learned = self._seen("")[train]
        cosines = learned @ features / (np.linalg.norm(learned, axis=1) * np.linalg.norm(features) + 1e-12)
        nearest = np.argsort(-cosines, kind="stable")[: figures.ALIKE]
        names = [
            message("{cosine}: {name}", name=Verbatim(self._found.names[train[place]]), cosine=f"{cosines[place]:.2f}")
            for place in nearest
        ]
        alike = list(zip(names, self._found.pixels[train[nearest]], strict=True))
        return figures.asked(title, pixels, alike)

    def _imagenet(self) -> Table:
        title, pixels = self._subject_now()
        return figures.imagenet(title, *self._features.imagenet(self._features.of("", pixels, digest_of(pixels))))

    def _compared(self, heads: Heads) -> Table:
        seen = {way: self._seen(way).shape[1] for way in WAYS}
        return figures.compared(heads.all_accuracies(), seen, heads.parameters())


EXPERIMENT = Photographs
