"""The torch program of a training: it draws the same first weights, sees the same batches in the same order, and prints
the metrics of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lab.core.code import Code, CodeLine, defined
from lab.core.text import Message, message
from lab.nets.registry.initialisations import INITIALISATIONS
from lab.nets.registry.optimisers import OPTIMISERS, torch_code
from lab.training.metaparameters import TrainingParams

RATES = {
    "cosine": ("    return {rate} * (1 + math.cos(math.pi * step / steps)) / 2",),
    "one_cycle": (
        "    peak = max(1.0, 0.3 * steps - 1)",
        "    if step <= peak:",
        "        return between({rate} / 25, {rate}, step / peak)",
        "    return between({rate}, {rate} / 25e4, (step - peak) / max(1.0, steps - 1 - peak))",
    ),
}
"""The learning rate of a step, by the name of a schedule."""
BETWEEN = (
    "def between(first, last, share):",
    "    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2",
    "",
    "",
)
RIGHT = {False: "outputs.argmax(1) == {0}", True: "(outputs > 0) == ({0} > 0.5)"}
"""Which answers are right, of several classes and of two."""
WHYS: Mapping[str, Message] = {
    "order = ": message("In which order the images come; the same seed gives the same order."),
    "noise = ": message("What varies images and drops numbers draws from here."),
    "        index = ": message("Each epoch the images come in another order, one batch after the other."),
    "        optimiser.zero_grad": message("Forget the gradients of the step before; torch would add to them."),
    "        loss.backward": message("Backward: ∂loss/∂ of every weight and bias."),
    "        optimiser.step": message("Every number moves against its gradient."),
    "    network.train()": message("Dropout and batch norm are as they are in training."),
    "network.eval()": message("Dropout and batch norm are as they are in use."),
}
"""What is said of lines, by how they begin."""


def classifier_program(
    params: TrainingParams,
    *,
    data: tuple[str, ...],
    network: tuple[str, ...],
    initialisation: str = "default",
    label_smoothing: float = 0.0,
    varied: tuple[str, ...] = (),
    begun: tuple[str, ...] = (),
    each_epoch: tuple[str, ...] = (),
    finished: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    epoch_begins: tuple[str, ...] = (),
    after_backward: tuple[str, ...] = (),
    zeros: bool = False,
    name: str = "",
    binary: bool = False,
    ready: tuple[str, ...] = (),
) -> Code:
    """Return the program of a classifier of images.

    data: lines that make `train`, `train_labels`, `test`, `test_labels`: images (N, C, H, W), class numbers (N,).
    network: lines that make `network`, with `Dropout(share)` for dropout that draws from `noise`. varied: lines that
    turn a batch `inputs` into another one, with `noise`, within the loop. begun: lines that follow the first weights;
    each_epoch: what follows the batches of an epoch; finished: what follows the last one; after: lines that follow the
    last metric. epoch_begins: what stands before the batches of an epoch, of which `epoch` counts from 0;
    after_backward: what follows a backward pass; zeros: whether gradients become zeros between two steps, instead of
    none. name: of the training, where it is one of several; its metrics have it. binary: there is one logit, and labels
    (N, 1) are 0 and 1. ready: lines behind the optimiser, before the first epoch.
    """
    text = "\n".join((*data, *network, *varied, *begun, *ready, *epoch_begins, *each_epoch, *finished, *after))
    dropout = _dropout() if "Dropout(" in text else ()
    lines = [
        *_imports(params, (text, *dropout)),
        "",
        *data,
        "",
        f"order = torch.Generator().manual_seed({params.seed})",
        f"noise = torch.Generator().manual_seed({params.seed + 1})",
        "",
        *dropout,
        *network,
        *first_weights(initialisation, params.seed, transposed="nn.ConvTranspose2d(" in text, biasless="bias=" in text),
        *begun,
        "network = network.to(memory_format=torch.channels_last)",
        *_optimiser(params),
        "criterion = nn.BCEWithLogitsLoss()"
        if binary
        else f"criterion = nn.CrossEntropyLoss({f'label_smoothing={label_smoothing!r}' if label_smoothing else ''})",
        *ready,
        "",
        *_loop(params, varied, epoch_begins, after_backward, zeros, right=RIGHT[binary]),
        *(f"    {line}" for line in each_epoch),
        *finished,
        "",
        *_judging(f"{name}_" if name else "", binary),
        *after,
    ]
    return _program(lines)


def reconstruction_program(
    params: TrainingParams,
    *,
    data: tuple[str, ...],
    network: tuple[str, ...],
    criterion: str,
    initialisation: str = "default",
    varied: tuple[str, ...] = (),
    begun: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    name: str = "",
    judged: tuple[str, ...] = (),
) -> Code:
    """Return the program of a network that gives back what it is shown, by a `criterion` such as "nn.MSELoss()".

    data: lines that make `train` and `test`, inputs that are their own targets, and `given`, what the network is given
    of `test`, where that is another; or `train_targets` and `test_targets` beside them, where it is to give these. The
    rest is as of a classifier; `varied` changes inputs alone, and `judged` prints what the `outputs` for the test are
    judged by beside their loss, in place of the mean squared error.
    """
    before = f"{name}_" if name else ""
    text, drawing = "\n".join((*data, *network, *varied, *begun, *after)), "\n".join((*network, *varied, *begun))
    dropout = _dropout() if "Dropout(" in text else ()
    aims, wanted = ("train_targets", "test_targets") if "train_targets" in text else ("", "test")
    lines = [
        *_imports(params, (text, *dropout)),
        "",
        *data,
        "",
        f"order = torch.Generator().manual_seed({params.seed})",
        *([f"noise = torch.Generator().manual_seed({params.seed + 1})"] if dropout or "noise" in drawing else []),
        "",
        *dropout,
        *network,
        *first_weights(initialisation, params.seed, transposed="nn.ConvTranspose2d(" in text),
        *begun,
        *(["network = network.to(memory_format=torch.channels_last)"] if "nn.Conv2d(" in text else []),
        *_optimiser(params),
        f"criterion = {criterion}",
        "",
        *_loop(params, varied, aims=aims),
        "",
        "network.eval()",
        "with torch.no_grad():",
        f"    outputs = network({'given' if 'given = ' in text else 'test'})",
        f'print("{before}train_loss:", total / seen)',
        f'print("{before}test_loss:", criterion(outputs, {wanted}).item())',
        *(judged or (f'print("{before}test_mse:", nn.functional.mse_loss(outputs, {wanted}).item())',)),
        *after,
    ]
    return _program(lines)


def trainings_program(
    params: TrainingParams, *, network: tuple[str, ...], initialisation: str, body: tuple[str, ...]
) -> Code:
    """Return a program that trains several classifiers, in `body`, by functions that it defines before:

    - `made(classes)` returns a network with its first weights;
    - `trained(network, train, train_labels, epochs, held)` trains it, always in the same order by the same seed, with
      the modules `held` in evaluation mode;
    - `accuracy(network, test, test_labels)`.

    network: lines that make `network`, with an output layer of `classes`.
    """
    starts = next(place for place, line in enumerate(network) if line.startswith(("channels, height", "features = ")))
    drops = any("Dropout(" in line for line in network)
    dropout = (f"noise = torch.Generator().manual_seed({params.seed + 1})", "", "", *_dropout()) if drops else ()
    loop = _loop(params, (), ("for module in held:", "    module.eval()"), aims="train_labels")
    made = (*network[starts:], *first_weights(initialisation, params.seed), "return network")
    trained = (
        f"order = torch.Generator().manual_seed({params.seed})",
        *((f"noise.manual_seed({params.seed + 1})",) if drops else ()),
        "network = network.to(memory_format=torch.channels_last)",
        *_optimiser(params),
        "criterion = nn.CrossEntropyLoss()",
        f"batch = {params.batch_size}",
        *(line for line in loop if not line.startswith("batch, epochs = ")),
        "return network.eval()",
    )
    lines = [
        *_imports(params, (*dropout, *network, *body)), "", *dropout, *network[:starts],
        "def made(classes):", *_indented(made), "", "",
        "def trained(network, train, train_labels, epochs, held=()):", *_indented(trained), "", "",
        "def accuracy(network, test, test_labels):",
        "    with torch.no_grad():",
        "        answers = torch.cat([network(images).argmax(1) for images in test.split(500)])",
        "    return (answers == test_labels).double().mean().item()",
        "", "",
        *body,
    ]  # fmt: skip
    return _program(lines)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" if line else "" for line in lines)


def _imports(params: TrainingParams, lines: Iterable[str]) -> Iterator[str]:
    """Yield the imports that lines of a program need, torch's own names as they stand there."""
    text = "\n".join(lines)
    if params.schedule != "constant" or "math." in text:
        yield "import math"
    if "np." in text:
        yield "import numpy as np"
    yield "import torch"
    if "torchvision." in text:
        yield "import torchvision"
    names = [name for name in ("Generator", "Tensor") if re.search(rf"(?<!torch\.)\b{name}\b", text)]
    yield f"from torch import {', '.join((*names, 'nn'))}"
    if re.search(r"(?<!nn\.)\bfunctional\.", text):
        yield "from torch.nn import functional"


def _program(lines: Sequence[str]) -> Code:
    note = message("It prints the metrics of the page. Run it in the folder of Descent, where the data are.")
    return Code("code", tuple(CodeLine(line, (), _why(line)) for line in lines), note)


def _why(line: str) -> Message | str:
    # Lines of a loop within a function stand further in.
    inner = line.removeprefix("    ")
    return next((said for begins, said in WHYS.items() if line.startswith(begins) or inner.startswith(begins)), "")


def _dropout() -> tuple[str, ...]:
    # Its own generator is the one of the program. It is not loaded for that: it needs torch, which a page does not.
    lines = defined("lab.nets.network", "Dropout")
    return tuple(
        line.replace("generator=self.generator", "generator=noise") for line in lines if "self.generator:" not in line
    )


def first_weights(
    rule: str, seed: int, name: str = "network", transposed: bool = False, biasless: bool = False
) -> Iterator[str]:
    """Yield lines that draw the first weights of a network, by the name of its initialisation.

    transposed: whether it has transposed convolutions; biasless: whether some layers may have no bias.
    """
    entry = INITIALISATIONS[rule]
    asked, deeper = ("        if module.bias is not None:", "    ") if biasless else (None, "")
    yield ""
    yield f"first = torch.Generator().manual_seed({seed})"
    yield f"for module in {name}.modules():"
    yield f"    if isinstance(module, nn.Conv2d | {'nn.ConvTranspose2d | ' if transposed else ''}nn.Linear):"
    if entry.biases:
        yield "        bound = module.weight[0].numel() ** -0.5"
        yield "        nn.init.uniform_(module.weight, -bound, bound, generator=first)"
        yield from (asked,) if asked else ()
        yield f"{deeper}        nn.init.uniform_(module.bias, -bound, bound, generator=first)"
    else:
        call = entry.code.replace("(w", "(module.weight").removesuffix(")")
        yield f"        {call}, generator=first)"
        yield from (asked,) if asked else ()
        yield f"{deeper}        nn.init.zeros_(module.bias)"


def _optimiser(params: TrainingParams) -> Iterator[str]:
    entry = OPTIMISERS[params.optimiser]
    weights, decay = "network.parameters()", ""
    if params.weight_decay and params.decay_on == "weights":
        yield "weights = [numbers for numbers in network.parameters() if numbers.ndim > 1]"
        yield "others = [numbers for numbers in network.parameters() if numbers.ndim == 1]"
        weights = f'[{{"params": weights, "weight_decay": {params.weight_decay!r}}}, {{"params": others}}]'
        decay = ", weight_decay=0.0" if entry.decay == "weights" else ""
    elif params.weight_decay or entry.decay == "weights":
        decay = f", weight_decay={params.weight_decay!r}"
    made = torch_code(params.optimiser, params.learning_rate, params.momentum, weights).removesuffix(")")
    yield f"optimiser = {made}{decay}{', fused=True' if entry.fuses else ''})"


def _loop(
    params: TrainingParams,
    varied: tuple[str, ...],
    epoch_begins: tuple[str, ...] = (),
    after_backward: tuple[str, ...] = (),
    zeros: bool = False,
    right: str = "",
    aims: str = "",
) -> Iterator[str]:
    counted, nothing = (", right", "0.0, 0, 0") if right else ("", "0.0, 0")
    batch = params.batch_size
    yield f"batch, epochs = {batch}, {params.epochs}"
    yield "count = len(train) // batch if len(train) % batch == 1 else -(-len(train) // batch)"
    yield "steps, step = epochs * max(1, count), 0"
    scheduled = params.schedule in RATES
    if scheduled:
        yield from ("", "")
        yield from BETWEEN if params.schedule == "one_cycle" else ()
        yield "def rate(step):"
        yield from (line.format(rate=repr(params.learning_rate)) for line in RATES[params.schedule])
        yield from ("", "")
    yield "for epoch in range(epochs):"
    yield "    network.train()"
    yield from (f"    {line}" for line in epoch_begins)
    yield f"    chosen, total{counted}, seen = torch.randperm(len(train), generator=order), {nothing}"
    yield "    for place in range(max(1, count)):"
    yield "        index = chosen[place * batch : (place + 1) * batch]"
    aims = "train_labels" if right else aims
    yield (
        f"        inputs, targets = train[index], {aims}[index]" if aims else "        inputs = targets = train[index]"
    )
    yield from (f"        {line}" for line in varied)
    if scheduled:
        yield "        for group in optimiser.param_groups:"
        yield '            group["lr"] = rate(step)'
    yield "        outputs = network(inputs)"
    yield "        loss = criterion(outputs, targets)"
    yield f"        optimiser.zero_grad({'set_to_none=False' if zeros else ''})"
    yield "        loss.backward()"
    yield from (f"        {line}" for line in after_backward)
    yield "        optimiser.step()"
    yield "        total += loss.item() * len(index)"
    if right:
        yield f"        right += ({right.format('targets')}).sum().item()"
    yield "        seen, step = seen + len(index), step + 1"


def _judging(before: str, binary: bool) -> Iterator[str]:
    entropy = "binary_cross_entropy_with_logits" if binary else "cross_entropy"
    yield "network.eval()"
    yield "with torch.no_grad():"
    yield "    outputs = torch.cat([network(images) for images in test.split(500)])"
    yield f'print("{before}train_loss:", total / seen)'
    yield f'print("{before}train_accuracy:", right / seen)'
    yield f'print("{before}test_loss:", nn.functional.{entropy}(outputs, test_labels).item())'
    yield f'print("{before}test_accuracy:", ({RIGHT[binary].format("test_labels")}).double().mean().item())'
