"""What torch refuses where source and target do not fit: its sentences, and what their numbers are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab.core.events import Layer
from lab.core.figures import Cell, Table, Words
from lab.core.text import Message, Verbatim, message
from lab.nets.convolutional import BlocksParams, Planned, Shape, plan, planned_layers

if TYPE_CHECKING:
    from torch import nn

COLUMNS = message("what is done"), message("torch says"), message("read together")


@dataclass(frozen=True)
class Attempt:
    """Something that does not fit: what is done, what torch is expected to say ("" where it fits), and its reading."""

    what: Message
    says: str
    reading: Message


@dataclass(frozen=True)
class Pair:
    """A network for the source, and the images and classes that it meets."""

    params: BlocksParams
    source: Shape
    target: Shape
    classes: tuple[int, int]

    def attempts(self) -> tuple[Attempt, ...]:
        """Return all that is tried, in order. Needs no torch."""
        return self._size(), self._channels(), self._weights(), self._labels()

    def _layers(self, shape: Shape, classes: int) -> tuple[Layer, ...]:
        return plan(self.params, shape, classes)

    def _size(self) -> Attempt:
        source, target = (self._linear(shape) for shape in (self.source, self.target))
        units, wanted, found = source.shape_out[0], source.shape_in[0], target.shape_in[0]
        fits = wanted == found
        says = "" if fits else f"mat1 and mat2 shapes cannot be multiplied (1x{found} and {wanted}x{units})"
        reading = message(
            "Convolutions take any size, so it gets as far as {layer}. One image leaves {found} numbers in a row "
            "(mat1); the weights (mat2) have {wanted} rows, as images of {size} pixels left, and {units} columns.",
            layer=source.name, found=f"{found:,}", wanted=f"{wanted:,}", units=units, size=self.source[1],
        )  # fmt: skip
        return Attempt(message("an image of the target in the network of the source"), says, reading)

    def _linear(self, shape: Shape) -> Layer:
        return next(layer for layer in self._layers(shape, self.classes[0]) if layer.kind == "linear")

    @property
    def _convolution(self) -> Planned | None:
        planned = planned_layers(self.params, self.source, None)
        return next((each for each in planned if each.layer.kind == "conv"), None)

    def _channels(self) -> Attempt:
        first = self._convolution
        what = message("one grey image in a network for colours")
        if first is None:
            return Attempt(what, "", message("This network has no convolution."))
        kernel, channels = first.number("kernel"), first.number("channels")
        size = self.target[1]
        says = (
            f"Given groups=1, weight of size [{channels}, 3, {kernel}, {kernel}], expected input[1, 1, {size}, {size}] "
            "to have 3 channels, but got 1 channels instead"
        )
        reading = message(
            "Each of the {channels} kernels of {layer} is 3 × {kernel} × {kernel}: one slice a colour. The input has "
            "shape [images, channels, rows, columns], and 1 channel.",
            channels=channels, layer=first.layer.name, kernel=kernel,
        )  # fmt: skip
        return Attempt(what, says, reading)

    def _weights(self) -> Attempt:
        what = message("weights of the source into a network for the target")
        for one, other in zip(
            self._layers(self.source, self.classes[0]), self._layers(self.target, self.classes[1]), strict=True
        ):
            there, here = ((each.shape_out[0], each.shape_in[0]) for each in (one, other))
            if one.kind == "linear" and there != here:
                says = (
                    f"size mismatch for {one.name}.weight: copying a param with shape torch.Size([{there[0]}, "
                    f"{there[1]}]) from checkpoint, the shape in current model is torch.Size([{here[0]}, {here[1]}])."
                )
                reading = message(
                    "load_state_dict compares by name. The convolutions fit; {layer} is {there} in the source and "
                    "{here} here. With strict=False it is refused all the same: that forgives missing names, not "
                    "other shapes.", layer=one.name, there=f"{there[0]} × {there[1]}", here=f"{here[0]} × {here[1]}",
                )  # fmt: skip
                return Attempt(what, says, reading)
        return Attempt(what, "", message("All shapes are the same."))

    def _labels(self) -> Attempt:
        theirs, own = self.classes
        what = message("labels of the target for the answers of the source")
        says = f"Target {own - 1} is out of bounds." if own > theirs else ""
        reading = message(
            "The network has {theirs} answers, numbered from 0; the target has {own} classes. Where the target has "
            "fewer, nothing is refused, and the answers that are left over are never right.", theirs=theirs, own=own,
        )  # fmt: skip
        return Attempt(what, says, reading)

    def tried(self) -> tuple[str, ...]:
        """Return what torch says of each, "" where it fits. Needs torch."""
        import torch
        from torch.nn import functional

        from lab.nets.network import build

        def made(shape: Shape, classes: int) -> nn.Module:
            return build(self.params, shape, classes).eval()

        source = made(self.source, self.classes[0])
        image = torch.zeros(1, *self.target)
        colours = (3, *self.source[1:])
        logits, label = torch.zeros(1, self.classes[0]), torch.tensor([self.classes[1] - 1])
        return (
            _said(lambda: source(image)),
            _said(lambda: made(colours, self.classes[0])(image[:, :1])) if self._convolution is not None else "",
            _said(lambda: made(self.target, self.classes[1]).load_state_dict(source.state_dict())),
            _said(lambda: functional.cross_entropy(logits, label)),
        )


def _said(act: Callable[[], Any]) -> str:
    """Return the line of a refusal that says what does not fit; "" where nothing is refused."""
    try:
        act()
    except (RuntimeError, IndexError, ValueError) as error:
        lines = [line.strip() for line in str(error).splitlines()]
        return lines[1] if lines[0].startswith("Error(s) in loading") else lines[0]
    return ""


def table(pair: Pair, torch_says: bool) -> Table:
    """Return what is refused: as torch itself says it now, or, without torch, as it is known to."""
    attempts = pair.attempts()
    said = pair.tried() if torch_says else tuple(attempt.says for attempt in attempts)
    rows = tuple(_row(attempt, words) for attempt, words in zip(attempts, said, strict=True))
    note = message("Refused, with words that tell which two numbers differ. What torch does not refuse is no better.")
    return Table("refusals", COLUMNS, rows, note)


def _row(attempt: Attempt, said: str) -> tuple[Cell, ...]:
    words: Words = Verbatim(said) if said else message("nothing: it fits")
    return Cell(attempt.what), Cell(words, words, "bad" if said else "good"), Cell(attempt.reading, attempt.reading)
