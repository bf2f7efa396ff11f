"""What torchinfo counts in two networks."""

from __future__ import annotations

from lab.core.figures import Cell, Table
from lab.core.text import message
from lab.topics.ann.parameters.figures import Counts


def torchinfo_table(wide: Counts, deep: Counts) -> Table:
    """Return each layer as torchinfo sees it, beside our count; imports torch."""
    rows: list[tuple[Cell, ...]] = []
    for name, counts in ((message("wide"), wide), (message("deep"), deep)):
        found, total = _counted(counts)
        for (code, shape, theirs), (before, units) in zip(found, counts.pairs, strict=True):
            ours = before * units + units
            why = f"{before}·{units} + {units} = {ours}"
            rows.append((Cell(name), Cell(code), Cell(shape), _theirs(theirs, ours), Cell(ours, why)))
        last = f"{counts.weights} + {counts.biases} = {counts.parameters}"
        rows.append(
            (
                Cell(name),
                Cell(message("all"), mark="strong"),
                Cell(None),
                _theirs(total, counts.parameters),
                Cell(counts.parameters, last, "strong"),
            )
        )
    columns = (message("network"), message("layer"), message("output shape"), "torchinfo", message("counted here"))
    note = message("torchinfo.summary(network, input_size=(1, inputs)) lists the modules; ReLU has nothing to learn.")
    return Table("torchinfo", columns, tuple(rows), note)


def _theirs(theirs: int, ours: int) -> Cell:
    return Cell(theirs, message("trainable parameters"), "good" if theirs == ours else "bad")


def _counted(counts: Counts) -> tuple[list[tuple[str, str, int]], int]:
    """Return of each linear layer its code, output shape and parameters as torchinfo has them, and their total."""
    from torch import nn
    from torchinfo import summary

    modules: list[nn.Module] = []
    for place, (before, units) in enumerate(counts.pairs):
        modules += [nn.ReLU()] * bool(place) + [nn.Linear(before, units)]
    seen = summary(nn.Sequential(*modules), input_size=(1, counts.widths[0]), device="cpu", verbose=0)
    linear = [info for info in seen.summary_list if info.class_name == "Linear"]
    found = []
    for info in linear:
        code = f"nn.Linear({info.module.in_features}, {info.module.out_features})"
        found.append((code, str(tuple(info.output_size)), int(info.trainable_params)))
    return found, int(seen.trainable_params)
