"""Training with noise: in the inputs, in the labels or in the weights, drawn anew in each step; or smoothed labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lab.core.code import Code, CodeLine
from lab.core.events import Array
from lab.data.clusters import RADII, SPREADS
from lab.training.dense.beside import Beside
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of

PLAIN = "plain"
KINDS = {
    "none": "None",
    "inputs": "In the inputs",
    "labels": "In the labels",
    "smoothing": "Smoothed labels",
    "weights": "In the weights",
}
Lines = tuple[str, ...]


def smoothed(targets: Array, amount: float) -> Array:
    """Return targets (N, 1) of 0 and 1 as `label_smoothing` of torch has them: a share is spread over both classes."""
    return np.asarray((1 - amount) * targets + amount / 2)


def disturbed(
    kind: str, amount: float, inputs: Array, targets: Array, noise: np.random.Generator
) -> tuple[Array, Array]:
    """Return inputs (N, 2) and targets (N, 1) as a step sees them.

    `amount` is the standard deviation of what is added to inputs, the share of the labels that are drawn anew, or of
    each label that is spread over both classes.
    """
    match kind:
        case "inputs":
            return inputs + amount * noise.standard_normal(inputs.shape), targets
        case "labels":
            drawn = noise.random(targets.shape) < amount
            return inputs, np.where(drawn, noise.integers(0, 2, targets.shape), targets)
        case "smoothing":
            return inputs, smoothed(targets, amount)
    return inputs, targets


class Noisy(Beside):
    """A learner whose steps are disturbed by a kind of noise, and beside it the same one undisturbed."""

    def __init__(self, recipe: TrainingSpec, kind: str, amount: float, beside: bool = True) -> None:
        super().__init__(recipe, {PLAIN: recipe} if beside else {})
        self._kind, self._amount = kind, amount

    def _step(self, inputs: Array, targets: Array) -> float:
        inputs, targets = disturbed(self._kind, self._amount, inputs, targets, self._noise)
        if self._kind != "weights":
            return super()._step(inputs, targets)
        weights = self.network.weights
        moves = [self._amount * self._noise.standard_normal(weight.shape) for weight in weights]
        for weight, move in zip(weights, moves, strict=True):
            weight += move
        loss = super()._step(inputs, targets)
        # The step is what the gradient at the moved weights says; then the move is taken back.
        for weight, move in zip(weights, moves, strict=True):
            weight -= move
        return loss


def program(recipe: TrainingSpec, kind: str, amount: float, sizes: tuple[int, int]) -> Code:
    """Return the program of a training with noise, on rings of so many points each, to learn from and for the test."""
    drawn = (f"{name} = rings({each})" for name, each in zip(_NAMES, sizes, strict=True))
    plain = code_of(recipe, "\n".join((*_RINGS, *drawn)), more=_SURE)
    if kind == "none":
        return plain
    before, after = _BEFORE[kind], _AFTER if kind == "weights" else ()
    lines: list[CodeLine] = []
    for line in plain.lines:
        text = line.text.lstrip()
        indent = " " * (len(line.text) - len(text))
        if text.startswith("def train("):
            lines += map(CodeLine, (f"noise = np.random.default_rng(seeds[3])  # {kind}", "", ""))
        if text.startswith("loss = criterion("):
            chosen = "[chosen]" if "[chosen]" in text else ""
            made: Iterator[str] = (each.replace("AMOUNT", repr(amount)) for each in before)
            lines += (CodeLine(indent + each) for each in (f"x, y = inputs{chosen}, targets{chosen}", *made))
            line = replace(line, text=f"{indent}loss = criterion(network(x), y)")
        lines.append(line)
        if text.startswith("optimiser.step()"):
            lines += (CodeLine(indent + each) for each in after)
    return replace(plain, lines=tuple(lines))


_NAMES = "inputs, targets", "test_inputs, test_targets"
_RINGS: Lines = (
    "drawing = np.random.default_rng(seeds[0])",
    "",
    "",
    "def rings(each):",
    "    turns = np.linspace(0, 4 * np.pi, each)",
    "    circle = np.stack([np.cos(turns), np.sin(turns)], 1)",
    f"    inner = {RADII[0]} * circle + np.array({SPREADS[0]}) * drawing.standard_normal((each, 2))",
    f"    outer = {RADII[1]} * circle + np.array({SPREADS[1]}) * drawing.standard_normal((each, 2))",
    "    labels = np.repeat([0.0, 1.0], each)[:, None]",
    "    return torch.tensor(np.concatenate([inner, outer])), torch.tensor(labels)",
    "",
    "",
)
_SURE: Lines = (
    "",
    "with torch.no_grad():",
    "    second = network(test_inputs).sigmoid()",
    'print("confidence:", torch.maximum(second, 1 - second).mean().item())',
)
_BEFORE: dict[str, Lines] = {
    "inputs": ("x = x + AMOUNT * torch.tensor(noise.standard_normal(x.shape))",),
    "labels": (
        "drawn = torch.tensor(noise.random(y.shape) < AMOUNT)",
        "y = torch.where(drawn, torch.tensor(noise.integers(0, 2, y.shape)).double(), y)",
    ),
    "smoothing": ("y = (1 - AMOUNT) * y + AMOUNT / 2",),
    "weights": (
        "weights = [numbers for numbers in network.parameters() if numbers.ndim == 2]",
        "moves = [AMOUNT * torch.tensor(noise.standard_normal(w.T.shape)).T for w in weights]",
        "with torch.no_grad():",
        "    for weight, move in zip(weights, moves):",
        "        weight += move",
    ),
}
_AFTER: Lines = (
    "with torch.no_grad():",
    "    for weight, move in zip(weights, moves):",
    "        weight -= move",
)
