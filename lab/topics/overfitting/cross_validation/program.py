"""The whole cross-validation as a program, with scikit-learn's folds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.nets.dense.code import network_lines
from lab.topics.overfitting.cross_validation.division import call
from lab.topics.overfitting.cross_validation.folds import recipe
from lab.training.dense.training_code import data_lines, first_weights

if TYPE_CHECKING:
    from lab.topics.overfitting.cross_validation import CrossValidationParams


def program(params: CrossValidationParams) -> Code:
    """Return a program that trains a network for each fold, and prints mean and spread."""
    note = message("It prints what a run to the last epoch gives; in a long one rounding may grow to a difference.")
    return Code("code", tuple(one if isinstance(one, CodeLine) else CodeLine(one) for one in _lines(params)), note)


def _lines(params: CrossValidationParams) -> Iterator[CodeLine | str]:
    kind, folds = call(params.way, params.folds, params.seed)
    features, labels, _ = params.table
    whole = replace(
        recipe(params, np.zeros(0, dtype=int)), inputs=features, targets=labels, test_inputs=None, test_targets=None
    )
    yield from ("import numpy as np", "import torch")
    if params.data == "iris":
        yield "from sklearn.datasets import load_iris"
    yield from (f"from sklearn.model_selection import {kind}", "from torch import nn", "")
    if params.data == "iris":
        yield "inputs, targets = map(torch.tensor, load_iris(return_X_y=True))"
    else:
        yield from data_lines(whole)
    yield from ("", "", "def made():")
    yield from (f"    {line.text}" for line in network_lines(whole.plan))
    yield from (f"    {line}" for line in first_weights(str(params.seed)))
    yield from ("    return network", "", "", "criterion, accuracies = nn.CrossEntropyLoss(), []")
    yield CodeLine(f"for train, test in {folds}.split(inputs, targets):",
                   why=message("Numbers of rows: each row is in `test` once."))  # fmt: skip
    seen = "inputs"
    if np.isnan(features).any():
        yield CodeLine(f"    means = {seen}[train].nanmean(0).nan_to_num(0)",
                       why=message("The test rows have no part in what fills gaps."))  # fmt: skip
        yield f"    filled = torch.where({seen}.isnan(), means, {seen})"
        seen = "filled"
    if params.scaled:
        yield f"    deviation = {seen}[train].std(0, correction=0)"
        yield CodeLine(f"    scaled = ({seen} - {seen}[train].mean(0)) / torch.where(deviation > 0, deviation, 1)",
                       why=message("The test rows have no part in mean and deviation."))  # fmt: skip
        seen = "scaled"
    yield CodeLine("    network = made()", why=message("A new network for each fold; one that goes on would know it."))
    yield f"    optimiser = torch.optim.SGD(network.parameters(), lr={params.learning_rate!r})"
    yield f"    for epoch in range({params.epochs}):"
    yield f"        loss = criterion(network({seen}[train]), targets[train])"
    yield from ("        optimiser.zero_grad()", "        loss.backward()", "        optimiser.step()")
    yield "    with torch.no_grad():"
    yield f"        right = network({seen}[test]).argmax(1) == targets[test]"
    yield "    accuracies.append(right.double().mean().item())"
    yield 'print("test_accuracy:", np.mean(accuracies))'
    yield 'print("deviation:", np.std(accuracies, ddof=1))'
    yield 'print("lowest:", min(accuracies))'
    yield 'print("highest:", max(accuracies))'
