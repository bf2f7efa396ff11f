"""The honest and the leaking training as a program of torch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.nets.dense.code import network_lines
from lab.nets.dense.spec import dense
from lab.topics.overfitting.leak.rows import APART, EACH, WIDE
from lab.training.dense.training_code import first_weights

if TYPE_CHECKING:
    from lab.topics.overfitting.leak import LeakParams

LEAK = message("The leak: rows of the test are learned from, or tell something about themselves.")


def program(params: LeakParams) -> Code:
    """Return a program that trains both for each seed, and prints the means."""
    note = message("It prints what a run to the last epoch gives; in a long one rounding may grow to a difference.")
    return Code("code", tuple(one if isinstance(one, CodeLine) else CodeLine(one) for one in _lines(params)), note)


def _lines(params: LeakParams) -> Iterator[CodeLine | str]:
    yield from ("import numpy as np", "import torch")
    if params.data == "iris":
        yield "from sklearn.datasets import load_iris"
    yield from ("from torch import nn", "", "", "def rows(seed):")
    if params.data == "iris":
        yield "    return load_iris(return_X_y=True)"
    else:
        yield f"    labels = np.repeat(np.arange(3), {EACH})"
        yield f"    features = np.random.default_rng((seed, 0)).standard_normal(({3 * EACH}, {WIDE}))"
        yield "    turns = 2 * np.pi * labels / 3"
        yield f"    features[:, 0] += {APART} / 3**0.5 * np.cos(turns)"
        yield f"    features[:, 1] += {APART} / 3**0.5 * np.sin(turns)"
        yield "    return features, labels"
    yield from ("", "", "def made(seed):")
    width = 4 if params.data == "iris" else WIDE
    yield from (f"    {line.text}" for line in network_lines(dense(width, params.hidden, 3, "relu")))
    yield from (f"    {line}" for line in first_weights("seed"))
    yield from ("    return network", "", "", "def split(order):")
    yield f"    count = max(2, int({params.train_share!r} * len(order)))"
    yield from ("    return order[:count], order[count:]", "", "", "def step(network, features, labels, train):")
    yield "    inputs, targets = torch.tensor(features[train]), torch.tensor(labels[train])"
    yield "    loss = nn.CrossEntropyLoss()(network(inputs), targets)"
    yield from ("    network.zero_grad()", "    loss.backward()", "    with torch.no_grad():")
    yield "        for numbers in network.parameters():"
    yield f"            numbers -= {params.learning_rate!r} * numbers.grad"
    yield from ("", "", "@torch.no_grad()", "def accuracy(network, features, labels, test):")
    yield "    right = network(torch.tensor(features[test])).argmax(1) == torch.tensor(labels[test])"
    yield "    return right.double().mean().item()"
    yield from ("", "", "honest, leaking, seen = [], [], []")
    yield f"for seed in range({params.seed}, {params.seed + params.repeats}):"
    yield "    features, labels = rows(seed)"
    yield from (_indented(line) for line in _one_seed(params))
    yield 'print("honest:", np.mean(honest))'
    yield 'print("leaking:", np.mean(leaking))'
    yield 'print("seen:", np.mean(seen))'


def _indented(line: CodeLine | str) -> CodeLine:
    text, why = (line.text, line.why) if isinstance(line, CodeLine) else (line, "")
    return CodeLine(f"    {text}", why=why)


def _one_seed(params: LeakParams) -> Iterator[CodeLine | str]:
    way = params.way
    yield "train, test = split(np.random.default_rng((seed, 1)).permutation(len(labels)))"
    clean = "features"
    if way == "copies":
        yield CodeLine(f"train = np.tile(train, {params.copies})", why=message("Copies of what is for training only."))
    if way == "zscores":
        clean = "clean"
        yield CodeLine("clean = (features - features[train].mean(0)) / features[train].std(0)",
                       why=message("The test rows have no part in mean and deviation."))  # fmt: skip
    yield "network = made(seed)"
    yield f"for epoch in range({params.epochs}):"
    yield f"    step(network, {clean}, labels, train)"
    yield f"honest.append(accuracy(network, {clean}, labels, test))"
    yield ""
    yield "network, ever = made(seed), np.zeros(len(labels), dtype=bool)"
    if way == "copies":
        yield f"order = np.random.default_rng((seed, 1)).permutation({params.copies} * len(labels))"
        yield CodeLine("order = order % len(labels)", why=LEAK)
        yield "train, test = split(order)"
    if way == "zscores":
        yield CodeLine("features = (features - features.mean(0)) / features.std(0)", why=LEAK)
    yield f"for epoch in range({params.epochs}):"
    if way == "epochs":
        yield CodeLine("    order = np.random.default_rng((seed, 2, epoch)).permutation(len(labels))", why=LEAK)
        yield "    train, test = split(order)"
    yield "    step(network, features, labels, train)"
    yield "    ever[train] = True"
    yield "leaking.append(accuracy(network, features, labels, test))"
    yield "seen.append(ever[test].mean())"
