"""The program that trains with a dev set, as it can be pasted into a notebook and run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lab.core.code import CodeLine
from lab.topics.overfitting.early_stopping.params import EarlyStoppingParams
from lab.topics.overfitting.early_stopping.three_sets import drawn_lines
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import training_lines


def program_lines(recipe: TrainingSpec, params: EarlyStoppingParams) -> tuple[CodeLine, ...]:
    """Return lines that train epoch by epoch, keep the best weights, and print the metrics of the page."""
    data = "\n".join(drawn_lines((params.train, params.dev, params.test), params.blur))
    lines = training_lines(replace(recipe, epochs=1), data, ending=tuple(_ending(params)))
    return (CodeLine("import copy"), CodeLine(""), *lines)


def _ending(params: EarlyStoppingParams) -> Iterator[str]:
    by_accuracy = params.measure == "accuracy"
    yield "@torch.no_grad()"
    yield "def dev():"
    yield "    network.eval()"
    yield "    outputs = network(dev_inputs)"
    right = "(outputs.argmax(1) == dev_targets).double().mean().item()"
    yield f"    return {right if by_accuracy else 'criterion(outputs, dev_targets).item()'}"
    yield ""
    yield ""
    yield f"best = {'-' if by_accuracy else ''}float('inf')"
    yield f"for epoch in range(1, {params.epochs} + 1):"
    yield "    train(inputs, targets)"
    yield "    value = dev()"
    yield f"    if value {'>' if by_accuracy else '<'} best:"
    yield "        best, best_epoch, kept = value, epoch, copy.deepcopy(network.state_dict())"
    if params.patience:
        yield f"    if epoch - best_epoch >= {params.patience}:"
        yield "        break"
    if params.keep:
        yield "network.load_state_dict(kept)"
    yield 'judge("", inputs, targets)'
    yield 'judge("dev_", dev_inputs, dev_targets)'
    yield 'judge("test_", test_inputs, test_targets)'
    yield 'print("best_epoch:", best_epoch)'
    yield 'print("epochs:", epoch)'
