"""What dropout does to feature maps, as a picture, and to the sums of the layer behind them, as numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Line, Link, Mark, Table, Words
from lab.core.options import write_options
from lab.core.pictures import PicturePanel, Pictures
from lab.core.text import Message, message
from lab.nets.convolutional import planned_layers

if TYPE_CHECKING:
    from torch import Tensor

    from lab.topics.cnn.dropout import CnnDropoutParams
    from lab.training.engine import TorchEngine

SHAPE = (1, 28, 28)
SHARES = tuple(step / 20 for step in range(19))
"""The shares over which the noise is measured: 0 to 0.9."""
MEASURED = 50
"""Test images, the first ones, of which it is the mean."""
BY: dict[str, Message] = {"element": message("single numbers"), "channel": message("whole maps")}
STREAM = 11
"""With the seed, where the random numbers of these pictures begin: they are none of the training's."""
SWEPT = "0,0.1,0.25,0.5"


@dataclass(frozen=True)
class Place:
    """Where maps are dropped: behind the first `before` layers, with the `share` of the network there, by default.

    From layer `after` on, up to `until`, stands what the next sums are made by.
    """

    before: int
    after: int
    until: int
    share: float
    seed: int

    @classmethod
    def of(cls, params: CnnDropoutParams) -> Place:
        """Return the place of the first dropout of maps; where there is none, that where the second layer begins."""
        planned = planned_layers(params, SHAPE, None)
        kinds = [each.layer.kind for each in planned]
        maps = [len(each.layer.shape_in) == 3 for each in planned]
        found = [place for place, kind in enumerate(kinds) if kind == "dropout" and maps[place]]
        sums = [place for place, kind in enumerate(kinds) if kind in ("conv", "transposed", "linear")]
        second = [place for place in (*sums, kinds.index("flatten")) if place > 0 and maps[place]]
        before = found[0] if found else min(second, default=0)
        after = before + 1 if found else before
        # Where no other is, that of the output layer.
        until = next((place for place in sums if place >= after), len(kinds)) + 1
        return cls(before, after, until, planned[before].share() if found else 0.25, params.seed)

    def maps(self, engine: TorchEngine[str], start: int, end: int) -> Tensor:
        """Return the maps (N, C, h, w) of test images there, as they are in use."""
        import torch

        trainer = engine.first
        trainer.model.eval()
        inputs, _ = trainer.sources["test"].part(start, end)
        with torch.inference_mode():
            for layer in list(trainer.model.children())[: self.before]:
                inputs = layer(inputs)
        return inputs

    def sums(self, engine: TorchEngine[str], maps: Tensor) -> Tensor:
        """Return what the next layer with weights makes of maps."""
        import torch

        with torch.inference_mode():
            for layer in list(engine.first.model.children())[self.after : self.until]:
                maps = layer(maps)
        return maps

    def drawn(self, shape: tuple[int, ...], by: str) -> Array:
        """Return a random number in [0, 1) for each value (N, C, h, w), or for each map (N, C, 1, 1): what lies below
        the share is dropped.
        """
        size = shape if by == "element" else (*shape[:2], 1, 1)
        return np.random.default_rng([self.seed, STREAM]).random(size, dtype=np.float32)


def dropped(maps: Array, drawn: Array, share: float) -> Array:
    """Return maps as dropout of a share leaves them: 0, or multiplied by 1 / (1 − share)."""
    kept = drawn >= share
    return np.asarray(maps * kept / np.float32(1 - share))


def masks(engine: TorchEngine[str], place: Place, share: float, picked: int) -> Pictures:
    """Return the maps of an image as they are in use, and with a share of numbers, or of maps, dropped."""
    index = picked % len(engine.first.sources["test"])
    maps = place.maps(engine, index, index + 1).cpu().numpy()
    shown = {by: dropped(maps, place.drawn(maps.shape, by), share) for by in BY}
    peak = max(float(np.abs(each).max()) for each in (maps, *shown.values())) or 1.0
    signed = bool(maps.min() < 0)
    factor = message("what is left is multiplied by 1 / (1 − {share}) = {factor}",
                     share=f"{share:g}", factor=f"{1 / (1 - share):.4g}")  # fmt: skip
    notes = {
        by: message("{left} of {count} left", left=f"{int((drawn >= share).sum()):,}", count=f"{drawn.size:,}")
        for by, drawn in ((by, place.drawn(maps.shape, by)) for by in BY)
    }

    def panel(title: Words, values: Array, why: Words, note: Words) -> PicturePanel:
        limits = (-peak, peak) if signed else (0.0, peak)
        return PicturePanel(title, _side_by_side(values[0]), "signed" if signed else "magnitude", limits, why=why,
                            note=note)  # fmt: skip

    percent = f"{100 * share:.3g}"
    return Pictures(
        "masks",
        (
            panel(message("in use"), maps, "", message("{count} maps", count=maps.shape[1])),
            panel(message("{percent} % of the numbers", percent=percent), shown["element"], factor, notes["element"]),
            panel(message("{percent} % of the maps", percent=percent), shown["channel"], factor, notes["channel"]),
        ),
    )


def noise(engine: TorchEngine[str], place: Place, at: float) -> Chart:
    """Return how far dropout moves the sums of the next layer, over the share."""
    import torch

    maps = place.maps(engine, 0, MEASURED)
    still = place.sums(engine, maps).flatten(1)
    length = still.norm(dim=1)
    given, lines = maps.cpu().numpy(), []
    for number, (by, words) in enumerate(BY.items()):
        drawn = place.drawn(given.shape, by)
        moved = []
        for share in SHARES:
            there = torch.tensor(dropped(given, drawn, share)).to(maps.device)
            apart = (place.sums(engine, there).flatten(1) - still).norm(dim=1) / length
            moved.append(float(apart[length > 0].double().mean()) if bool((length > 0).any()) else math.nan)
        lines.append(Line(words, np.array(SHARES), np.array(moved), "line + points", number))
    return Chart(
        "noise", tuple(lines), Axis(message("share that is dropped"), share=True, low=0.0, high=0.9),
        Axis(message("change of the next sums"), share=True, low=0.0),
        (Mark("x", at, message("shown: {percent} %", percent=f"{100 * at:.3g}")),), picks="at",
    )  # fmt: skip


def table(engine: TorchEngine[str], params: CnnDropoutParams) -> Table:
    """Return the accuracies, the dropout layers, and sweeps over them."""
    on = engine.measure().get("train_accuracy", math.nan)
    off, test = (engine.judgement(source).values["accuracy"] for source in ("learned", "test"))
    as_learned = message("the mean over the epoch, each batch before its step")
    rows: list[tuple[Cell, Cell]] = [
        (Cell(message("training, dropout on")), _share(on, as_learned)),
        (Cell(message("training, dropout off")), _share(off, message("the same images, as the network is in use"))),
        (Cell(message("test")), _share(test, "")),
        (Cell(message("training − test, dropout off")), _share(off - test, message("how much is learned by heart"))),
    ]
    rows += [(Cell(words), Cell(opens, link=link)) for words, opens, link in _sweeps(params)]
    return Table("numbers", (message("measured"), message("value")), tuple(rows))


def _sweeps(params: CnnDropoutParams) -> list[tuple[Words, Words, Link]]:
    """Return what each dropout drops, and the sweeps that it invites to."""
    texts = params.to_texts()
    settings = write_options({name: texts[name] for name in params.changed() if name != "seed"})
    found: list[tuple[Words, Words, Link]] = []
    layers = [each for each in planned_layers(params, SHAPE, None) if each.layer.kind == "dropout"]
    for each in layers:
        name, shape = each.layer.name, each.layer.shape_in
        maps = len(shape) == 3 and each.word("by") == "channel"
        count, percent = shape[0] if maps else math.prod(shape), f"{100 * each.share():.3g}"
        words = (
            message("{name}: {percent} % of {count} maps", name=name, percent=percent, count=count)
            if maps
            else message("{name}: {percent} % of {count} numbers", name=name, percent=percent, count=f"{count:,}")
        )
        over = f"network.{name}.share={SWEPT}"
        texts = {"experiment": "cnn.dropout", "over": over, "settings": settings, "repeats": "3"}
        found.append((words, message("0 to 50 %, as a sweep"), Link("sweeps.grid", texts, runs=False)))
    return found


def _share(value: float, why: Words) -> Cell:
    return Cell(round(value, 4) if math.isfinite(value) else None, why, share=True)


def _side_by_side(maps: Array) -> Array:
    """Return maps (C, h, w) as one picture, with a line of nothing between them."""
    count, height, width = maps.shape
    across = math.ceil(math.sqrt(count))
    down = math.ceil(count / across)
    picture = np.full((down * (height + 1) - 1, across * (width + 1) - 1), np.nan, dtype=np.float32)
    for place in range(count):
        row, column = divmod(place, across)
        picture[row * (height + 1) :, column * (width + 1) :][:height, :width] = maps[place]
    return picture
