"""The story as a program, whose lines are named after what happens in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from lab.core.code import Code, CodeLine
from lab.core.events import Array
from lab.core.figures import Words
from lab.core.quantities import Lines, Quantity
from lab.core.text import message
from lab.nets.convolution.code import program
from lab.topics.transforms.dataset.params import DatasetParams

Kind = Literal["import", "class", "transforms", "dataset", "loader", "order", "item", "collate", "batch", "end"]

NOW: dict[Kind, tuple[str, ...]] = {
    "import": ("import",),
    "class": ("class",),
    "transforms": ("transforms",),
    "dataset": ("dataset",),
    "loader": ("loader",),
    "order": ("loop",),
    "item": ("item",),
    "collate": ("loop",),
    "batch": ("body",),
    "end": ("epoch",),
}
"""Which lines are executed when something happens."""
TITLES: Mapping[Kind, str] = {
    "class": "The class of the data set: how long it is, and how to get one example",
    "transforms": "The transforms: made, not yet run",
    "dataset": "The data set",
    "loader": "The loader",
}


def program_of(
    params: DatasetParams,
    file: Path,
    shape: tuple[int, ...],
    results: Iterable[Quantity],
    note: Words = "",
    now: Kind | None = None,
) -> Code:
    """Return the program for the first images of a data file of Descent, which prints the `results`.

    `shape` is that of all images together.
    """
    parts = parts_of(params, coloured=len(shape) == 4)
    own = params.kind == "own"
    lines: list[CodeLine | str] = [
        "import numpy as np",
        "import torch",
        "from torch.utils.data import DataLoader, Dataset"
        if own
        else CodeLine("from torch.utils.data import DataLoader, TensorDataset", ("class",)),
    ]
    if "transforms" in parts:
        lines.append("from torchvision.transforms import v2")
    path = json.dumps(file.as_posix(), ensure_ascii=False)
    lines += [
        "",
        "# 1. Import the data: bytes, as they lie on the disk",
        CodeLine(f"with np.load({path}) as file:", ("import",)),
        CodeLine(f'    images = file["train_images"][:{shape[0]}]', ("import",), f"{shape}, uint8"),
        CodeLine(f'    labels = file["train_labels"][:{shape[0]}].astype(np.int64)', ("import",)),
    ]
    for number, (part, inside) in enumerate(((part, inside) for part, inside in parts.items() if inside), 2):
        if part == "dataset" and "transforms" in parts:
            seeded = message("So that the transforms draw the same numbers each time the program runs.")
            lines += ["", CodeLine(f"torch.manual_seed({params.seed})", (), seeded)]
        lines += ["", f"# {number}. {TITLES[part]}", *inside]
    prints = (line for result in results for line in result.program)
    code = program([*lines, "", *_loop(params), "", *prints], note)
    return code if now is None else Code(code.name, code.lines, note, NOW[now])


def known(images: Array, labels: Array) -> dict[str, Any]:
    """Return what the lines of `parts_of` know: the images, (N, H, W) or (N, H, W, 3) uint8, and what is imported."""
    import torch
    from torch.utils.data import DataLoader, Dataset, TensorDataset
    from torchvision.transforms import v2

    names = {"torch": torch, "v2": v2, "DataLoader": DataLoader, "Dataset": Dataset, "TensorDataset": TensorDataset}
    return {**names, "images": images, "labels": labels}


def parts_of(params: DatasetParams, coloured: bool) -> dict[Kind, Lines]:
    """Return the lines that make class, transforms, data set and loader, where there are such."""
    own = params.kind == "own"
    transforms: dict[Kind, Lines] = {} if params.when == "never" else {"transforms": _transforms(params, coloured)}
    return {
        "class": _OWN_CLASS if own else (),
        **transforms,
        "dataset": _dataset(params, coloured),
        "loader": _loader(params),
    }


_OWN_CLASS: Lines = (
    CodeLine("class Images(Dataset):", ("class",), message("Python only reads this; nothing runs.")),
    CodeLine("    def __init__(self, images, labels, transform):", ("class", "dataset")),
    CodeLine("        self.images, self.labels = images, labels", ("class", "dataset")),
    CodeLine("        self.transform = transform", ("class", "dataset")),
    CodeLine("", ("class",)),
    CodeLine("    def __len__(self):", ("class",)),
    CodeLine("        return len(self.labels)", ("class",)),
    CodeLine("", ("class",)),
    CodeLine("    def __getitem__(self, index):", ("class", "item"), message("The loader calls it.")),
    CodeLine(
        "        image = self.transform(self.images[index])",
        ("class", "item"),
        message("Here, and only here, the transforms run: anew in each epoch, with new random numbers."),
    ),
    CodeLine("        return image, int(self.labels[index])", ("class", "item")),
)


def _transforms(params: DatasetParams, coloured: bool) -> Lines:
    half = "[0.5, 0.5, 0.5]" if coloured else "[0.5]"
    steps = ["v2.ToImage()"]
    if params.flip:
        steps.append("v2.RandomHorizontalFlip(0.5)")
    if params.rotation:
        steps.append(f"v2.RandomRotation({params.rotation!r})")
    steps.append("v2.ToDtype(torch.float32, scale=True)")
    if params.normalise:
        steps.append(f"v2.Normalize({half}, {half})")
    part = ("transforms",)
    return [
        CodeLine(
            "transform = v2.Compose([", part, message("An object that remembers what to do. Nothing is done yet.")
        ),
        *(CodeLine(f"    {step},", part) for step in steps),
        CodeLine("])", part),
    ]


def _dataset(params: DatasetParams, coloured: bool) -> Lines:
    part = ("dataset",)
    if params.kind == "own":
        kept = message("Three references are kept.")
        return [CodeLine("dataset = Images(images, labels, transform)", part, kept)]
    if params.prepared:
        said = message("All transforms run here, once for each image, and never again.")
        made = CodeLine("made = torch.stack([transform(image) for image in images])", part, said)
    elif coloured:
        made = CodeLine("made = torch.tensor(images).permute(0, 3, 1, 2).contiguous() / 255", part)
    else:
        made = CodeLine("made = torch.tensor(images)[:, None] / 255", part)
    said = message("Its __getitem__ returns made[index], labels[index], and nothing else.")
    return [made, CodeLine("dataset = TensorDataset(made, torch.tensor(labels))", ("dataset", "item"), said)]


def _loader(params: DatasetParams) -> Lines:
    return [
        CodeLine("loader = DataLoader(", ("loader",), message("It knows how to make batches. It makes none yet.")),
        CodeLine(f"    dataset, batch_size={params.batch_size}, shuffle={params.shuffle},", ("loader",)),
        CodeLine(f"    drop_last={params.drop_last},", ("loader",)),
        CodeLine(
            f"    generator=torch.Generator().manual_seed({params.seed}),", ("loader",),
            message("For the order of the images; the transforms draw from another one."),
        ),
        CodeLine(")", ("loader",)),
    ]  # fmt: skip


def _loop(params: DatasetParams) -> Lines:
    return [
        "images_seen, means = 0, []",
        CodeLine(f"for epoch in range({params.epochs}):", ("epoch",)),
        "    total, count = 0.0, 0",
        CodeLine(
            "    for x, y in loader:", ("loop",),
            message("Each round asks the data set for the images of a batch, one by one, and stacks them."),
        ),
        CodeLine("        # here the network would learn from x and y", ("body",)),
        CodeLine("        total, count = total + x.double().sum().item(), count + x.numel()", ("body",)),
        CodeLine("        images_seen, last, shape = images_seen + len(x), len(x), x.shape", ("body",)),
        "    if count:",
        "        means.append(total / count)",
    ]  # fmt: skip
