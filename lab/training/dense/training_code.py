"""The torch program of a whole training, as it can be pasted into a notebook and run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lab.core.code import Code, CodeLine, source_of
from lab.core.events import Array
from lab.core.figures import Words
from lab.core.text import message
from lab.nets.dense.code import network_lines
from lab.nets.dense.first_weights import USUAL, FirstWeights
from lab.nets.registry.losses import LOSSES
from lab.nets.registry.optimisers import torch_code
from lab.training.dense.spec import TrainingSpec

MOST_NUMBERS = 4000
"""Of data that stand in the program; more are read from a file."""
_WIDTH = 100
_WHYS = {
    "class Dropout(": message("nn.Dropout does the same, with random numbers of torch's own."),
    "seeds = ": message("The same seed gives the same first weights and the same batches as on the page."),
    "network = network.double": message("As exact as on the page: 64 bits a number."),
    "network.train()": message("Dropout and batch norm are as they are in training."),
    "network.eval()": message("Dropout and batch norm are as they are in use."),
    "loss = ": message("Forward: the outputs, and how far they are from the targets, as one number."),
    "optimiser.zero_grad()": message("Forget the gradients of the step before; torch would add to them."),
    "loss.backward()": message("Backward: ∂loss/∂ of every weight and bias."),
    "(loss + penalty)": message("Backward: ∂loss/∂ of every weight and bias, with what the penalty adds."),
    "optimiser.step()": message("Every number moves against its gradient."),
    "continue  # drop": message("As DataLoader with drop_last: what does not fill a batch is not seen in this epoch."),
    "left = ": message("Towards 0, and no further: what would cross 0 becomes exactly 0."),
    "penalty = ": message("Large weights cost something; biases do not."),
    "for chosen in": message("Each epoch the examples come in another order, one batch after the other."),
    "@torch.no_grad()": message("Nothing is learned here, so no gradients are kept."),
}
"""What is said of lines, by how they begin."""


def training_code(recipe: TrainingSpec, data: str = "", more: Sequence[str] = ()) -> str:
    """Return a program that makes the network, trains it, and prints how good it is, by the names of `judged`.

    `data` are lines of Python that make `inputs` and `targets` (and `test_inputs`, `test_targets` where the recipe has
    them) as tensors of 64 bits; without them, the numbers themselves stand at the end. `losses` are those of the
    epochs. First weights, batches and what dropout draws are those of `Learner`, to the last bit. `more` are lines
    that follow.
    """
    return source_of(training_lines(recipe, data, more))


def code_of(recipe: TrainingSpec, data: str = "", name: str = "code", more: Sequence[str] = ()) -> Code:
    """Return the program of a recipe as something to show."""
    note = message("It prints what a run to the last epoch gives; in a long one rounding may grow to a difference.")
    return Code(name, training_lines(recipe, data, more), note)


def training_lines(
    recipe: TrainingSpec, data: str = "", more: Sequence[str] = (), ending: Sequence[str] = ()
) -> tuple[CodeLine, ...]:
    """Return the lines of `training_code`; `ending`, where it is given, in place of those that train and judge."""
    head = ["import numpy as np", "import torch", "from torch import nn", ""]
    network = network_lines(recipe.plan)
    if any(layer.dropout for layer in recipe.plan.layers):
        head += _dropout(recipe)
        network = tuple(replace(line, text=line.text.replace("nn.Dropout(", "Dropout(")) for line in network)
    decay = f", weight_decay={recipe.l2!r})" if recipe.l2 and recipe.l2_biases else ")"
    rest = [
        *first_weights(str(recipe.seed), recipe.first),
        "",
        f"criterion = {LOSSES[recipe.loss].criterion}",
        f"optimiser = {torch_code(recipe.optimiser, recipe.learning_rate, recipe.momentum).removesuffix(')')}{decay}",
        "",
        "",
        *_training(recipe),
        "",
        "",
        *_judging(recipe),
        "",
        "",
        *(data.splitlines() if data else data_lines(recipe)),
        "",
        *(ending or _usual_ending(recipe)),
    ]
    return (*map(_line, head), *network, *map(_line, [*rest, *more]))


def _dropout(recipe: TrainingSpec) -> Iterator[str]:
    yield f"noise = np.random.default_rng(np.random.SeedSequence({recipe.seed}).spawn(4)[3])"
    yield ""
    yield ""
    yield "class Dropout(nn.Dropout):"
    yield "    def forward(self, x):"
    yield "        if not self.training:"
    yield "            return x"
    yield "        return x * torch.tensor((noise.random(x.shape) >= self.p) / (1 - self.p))"
    yield ""
    yield ""


def _usual_ending(recipe: TrainingSpec) -> Iterator[str]:
    yield "losses = train(inputs, targets)"
    yield 'judge("", inputs, targets)'
    if recipe.test_inputs is not None:
        yield 'judge("test_", test_inputs, test_targets)'


def _line(text: str) -> CodeLine:
    plain = text.strip()
    why: Words = next((said for begins, said in _WHYS.items() if plain.startswith(begins)), "")
    return CodeLine(text, (), why)


def first_weights(seed: str, way: FirstWeights = USUAL) -> Iterator[str]:
    """Yield lines that give `network` the first weights of `Learner`, by an expression of its seed.

    They make `order`, which draws its batches, too.
    """
    yield "network = network.double()"
    yield f"seeds = np.random.SeedSequence({seed}).spawn(4)"
    yield "first, order = np.random.default_rng(seeds[1]), np.random.default_rng(seeds[2])"
    yield "with torch.no_grad():"
    if way.by_place:
        yield "    for place, layer in enumerate(layer for layer in network if isinstance(layer, nn.Linear)):"
    else:
        yield "    for layer in (layer for layer in network if isinstance(layer, nn.Linear)):"
    yield "        size = layer.in_features, layer.out_features"
    yield from (f"        {line}" for line in way.lines())


def _training(recipe: TrainingSpec) -> Iterator[str]:
    count = len(recipe.inputs)
    batch = recipe.batch_size if 0 < recipe.batch_size < count else 0
    yield "def train(inputs, targets):"
    yield "    network.train()"
    yield "    losses = []"
    yield f"    for epoch in range({recipe.epochs}):"
    chosen, indent = "", "        "
    if batch:
        yield "        total, seen = 0.0, 0"
        yield f"        for chosen in torch.tensor(order.permutation(len(inputs))).split({batch}):"
        chosen, indent = "[chosen]", "            "
        if recipe.left_out:
            yield f"{indent}if len(chosen) < {batch}:"
            yield f"{indent}    continue  # drop_last"
        elif count % batch == 1 and any(layer.batch_norm for layer in recipe.plan.layers):
            yield f"{indent}if len(chosen) == 1:"
            yield f"{indent}    continue  # one example has no spread to be normalised by"
    yield f"{indent}loss = criterion(network(inputs{chosen}), targets{chosen})"
    penalised = "loss"
    added_l1, added_l2 = recipe.l1 and not recipe.l1_proximal, recipe.l2 and not recipe.l2_biases
    if added_l1 or added_l2:
        terms = [f"{recipe.l1!r} * weight.abs().sum()"] * bool(added_l1)
        terms += [f"{recipe.l2!r} / 2 * weight.square().sum()"] * bool(added_l2)
        yield f"{indent}weights = [numbers for numbers in network.parameters() if numbers.ndim == 2]"
        yield f"{indent}penalty = sum({' + '.join(terms)} for weight in weights)"
        penalised = "(loss + penalty)"
    yield f"{indent}optimiser.zero_grad()"
    yield f"{indent}{penalised}.backward()"
    yield f"{indent}optimiser.step()"
    if recipe.l1 and recipe.l1_proximal:
        yield f"{indent}with torch.no_grad():"
        yield f"{indent}    for weight in (numbers for numbers in network.parameters() if numbers.ndim == 2):"
        yield f"{indent}        left = weight.abs() - {recipe.learning_rate!r} * {recipe.l1!r}"
        yield f"{indent}        weight.copy_(weight.sign() * left.clamp(min=0))"
    if batch:
        yield f"{indent}total, seen = total + loss.item() * len(chosen), seen + len(chosen)"
    yield f"        losses.append({'total / seen' if batch else 'loss.item()'})"
    yield "    return losses"


def _judging(recipe: TrainingSpec) -> Iterator[str]:
    yield "@torch.no_grad()"
    yield "def judge(name, inputs, targets):"
    yield "    network.eval()"
    yield "    outputs = network(inputs)"
    yield '    print(f"{name}loss:", criterion(outputs, targets).item())'
    if not recipe.classifies:
        return
    yield f"    right = {right_code(recipe)}"
    yield '    print(f"{name}accuracy:", right.double().mean().item())'


def right_code(recipe: TrainingSpec) -> str:
    """Return the expression for which of `outputs` are as `targets` say."""
    if recipe.loss == "cross_entropy":
        return "outputs.argmax(1) == targets"
    if recipe.plan.outputs > 1:
        return "outputs.argmax(1) == targets.argmax(1)"
    usual = 0.0 if recipe.loss == "bce_logits" else 0.5
    outputs, targets = (usual, 0.5) if recipe.threshold is None else (recipe.threshold, recipe.threshold)
    return f"(outputs > {outputs:g}) == (targets > {targets:g})"


def _arrays(recipe: TrainingSpec) -> dict[str, Array]:
    found = {"inputs": recipe.inputs, "targets": recipe.targets}
    if recipe.test_inputs is not None and recipe.test_targets is not None:
        found |= {"test_inputs": recipe.test_inputs, "test_targets": recipe.test_targets}
    return found


def data_lines(recipe: TrainingSpec) -> Iterator[str]:
    """Yield lines that make `inputs` and `targets`, and those of the test: the numbers, or where they are read."""
    return _reading(recipe) if _count(recipe) > MOST_NUMBERS else _writing(recipe)


def _count(recipe: TrainingSpec) -> int:
    return sum(array.size for array in _arrays(recipe).values())


def _reading(recipe: TrainingSpec) -> Iterator[str]:
    """Yield lines that read the arrays from a file, where there are too many numbers to be read by people."""
    yield "# Too many numbers to stand here; data.npz holds them as arrays of these names."
    yield 'with np.load("data.npz") as data:'
    for name, array in _arrays(recipe).items():
        kind = "torch.float64" if array.dtype.kind == "f" else "torch.int64"
        yield f'    {name} = torch.tensor(data["{name}"], dtype={kind})  # {_shape(array)}'


def _writing(recipe: TrainingSpec) -> Iterator[str]:
    """Yield lines in which all numbers stand."""
    for name, array in _arrays(recipe).items():
        yield f"# {_shape(array)}"
        yield f"{name} = torch.tensor(["
        yield from _packed(array)
        yield "])" if array.dtype.kind != "f" else "], dtype=torch.float64)"


def _shape(array: Array) -> str:
    return " × ".join(map(str, array.shape))


def _packed(array: Array) -> Iterator[str]:
    """Yield rows of numbers, as many in a line as have room."""
    if array.dtype.kind == "f":
        flat = [_number(value) for value in array.ravel().tolist()]
    else:
        flat = [str(value) for value in array.ravel().tolist()]
    width = math.prod(array.shape[1:]) if array.ndim > 1 else 0
    rows = [f"[{', '.join(flat[at : at + width])}]" for at in range(0, len(flat), width)] if width else flat
    line = "   "
    for row in rows:
        if len(line) + len(row) + 2 > _WIDTH and line.strip():
            yield line
            line = "   "
        line += f" {row},"
    if line.strip():
        yield line


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else f'float("{value!r}")'
