"""What torch refuses where source and target do not fit: its sentences, and what their numbers are."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab.core.code import Code, CodeLine
from lab.core.events import Layer
from lab.core.figures import Cell, Table
from lab.core.text import Message, Verbatim, message
from lab.nets.convolutional import BlocksParams, Planned, plan, planned_layers

if TYPE_CHECKING:
    from torch import nn

COLUMNS = message("what is done"), message("in the sentence"), message("that is")
WIDE = 40
"""Letters in a line of what torch says."""


@dataclass(frozen=True)
class Attempt:
    """Something that does not fit: what is done, its line of Python, and what torch is expected to say: "" where it
    fits. `parts` are pieces of that sentence, and what they are.
    """

    what: Message
    line: str
    says: str
    parts: tuple[tuple[str, Message], ...] = ()


@dataclass(frozen=True)
class Pair:
    """A network for the source, and the images and classes that it meets."""

    params: BlocksParams
    source: tuple[int, ...]
    target: tuple[int, ...]
    classes: tuple[int, int]

    def attempts(self) -> tuple[Attempt, ...]:
        """Return all that is tried, in order. Needs no torch."""
        return self._size(), self._channels(), self._weights(), self._labels()

    def _layers(self, shape: tuple[int, ...], classes: int) -> tuple[Layer, ...]:
        return plan(self.params, shape, classes)

    def _size(self) -> Attempt:
        source, target = (self._linear(shape) for shape in (self.source, self.target))
        units, wanted, found = source.shape_out[0], source.shape_in[0], target.shape_in[0]
        says = "" if wanted == found else f"mat1 and mat2 shapes cannot be multiplied (1x{found} and {wanted}x{units})"
        parts = (
            (f"1x{found}", message("what {size} × {size} pixels leave", size=self.target[1])),
            (f"{wanted}x{units}", message("{layer}, for {size} × {size}", layer=source.name, size=self.source[1])),
        )
        what = message("another size")
        return Attempt(what, f"source(torch.zeros{(1, *self.target)})", says, parts)

    def _linear(self, shape: tuple[int, ...]) -> Layer:
        return next(layer for layer in self._layers(shape, self.classes[0]) if layer.kind == "linear")

    @property
    def _convolution(self) -> Planned | None:
        planned = planned_layers(self.params, self.source, None)
        return next((each for each in planned if each.layer.kind == "conv"), None)

    def _channels(self) -> Attempt:
        what, size = message("a grey image for colours"), self.target[1]
        line, first = f"colours(torch.zeros(1, 1, {size}, {size}))", self._convolution
        if first is None:
            return Attempt(what, line, "")
        kernel, channels = first.number("kernel"), first.number("channels")
        weight, image = f"[{channels}, 3, {kernel}, {kernel}]", f"[1, 1, {size}, {size}]"
        says = (
            f"Given groups=1, weight of size {weight}, expected input{image} to have 3 channels, but got 1 channels "
            "instead"
        )
        parts = (
            (weight, message("{count} kernels of 3 slices", count=channels)),
            (image, message("1 image of 1 channel")),
        )
        return Attempt(what, line, says, parts)

    def _weights(self) -> Attempt:
        what, line = message("weights of another shape"), "target.load_state_dict(source.state_dict())"
        ends = self._layers(self.source, self.classes[0]), self._layers(self.target, self.classes[1])
        for one, other in zip(*ends, strict=True):
            there, here = ([each.shape_out[0], each.shape_in[0]] for each in (one, other))
            if one.kind == "linear" and there != here:
                says = (
                    f"size mismatch for {one.name}.weight: copying a param with shape torch.Size({there}) from "
                    f"checkpoint, the shape in current model is torch.Size({here})."
                )
                parts = (
                    (str(there), message("{layer} of the source", layer=one.name)),
                    (str(here), message("{layer} of the target", layer=one.name)),
                )
                return Attempt(what, line, says, parts)
        return Attempt(what, line, "")

    def _labels(self) -> Attempt:
        theirs, own = self.classes
        line = f"functional.cross_entropy(torch.zeros(1, {theirs}), torch.tensor([{own - 1}]))"
        says = f"Target {own - 1} is out of bounds." if own > theirs else ""
        parts = ((str(own - 1), message("answers are 0 to {last}", last=theirs - 1)),)
        return Attempt(message("labels of more classes"), line, says, parts)

    def tried(self) -> tuple[str, ...]:
        """Return what torch says of each, "" where it fits. Needs torch."""
        import torch
        from torch.nn import functional

        from lab.nets.network import build

        def made(shape: tuple[int, ...], classes: int) -> nn.Module:
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


def sentences(pair: Pair, torch_says: bool) -> Code:
    """Return what is refused: as torch itself says it now, or, without torch, as it is known to."""
    attempts = pair.attempts()
    said = pair.tried() if torch_says else tuple(attempt.says for attempt in attempts)
    lines: list[CodeLine] = []
    for attempt, words in zip(attempts, said, strict=True):
        lines.append(CodeLine(attempt.line, (), attempt.what))
        told = textwrap.wrap(words, WIDE) if words else ["(nothing is refused)"]
        lines += [CodeLine(f"#   {part}", (), attempt.what) for part in told]
        lines.append(CodeLine(""))
    note = message("What torch says, in its own words. What it does not refuse is no better for that.")
    return Code("refusals", tuple(lines[:-1]), note)


def table(pair: Pair) -> Table:
    """Return what the numbers in the sentences are."""
    rows = []
    for attempt in pair.attempts():
        parts = attempt.parts if attempt.says else (("", message("nothing is refused")),)
        for place, (part, meaning) in enumerate(parts):
            name = Cell(attempt.what, attempt.line) if place == 0 else Cell("")
            rows.append((name, Cell(Verbatim(part), attempt.says, "bad" if part else ""), Cell(meaning, meaning)))
    note = message("Each sentence tells two numbers that differ. Both are read off the shapes of the layers.")
    return Table("refusals", COLUMNS, tuple(rows), note)
