"""The story as a program, whose lines are named after what happens in them."""

from __future__ import annotations

import json
from pathlib import Path

from lab.core.code import Code, CodeLine
from lab.core.figures import Words
from lab.core.text import message
from lab.nets.convolution.code import program
from lab.topics.transforms.dataset.narration import Kind, Setup

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


def program_of(setup: Setup, file: Path, shape: tuple[int, ...], note: Words = "", now: Kind | None = None) -> Code:
    """Return the program for the first images of a data file of Descent; `shape` is that of all of them together."""
    examples, coloured = shape[0], len(shape) == 4
    lines: list[CodeLine | str] = [
        "import numpy as np",
        "import torch",
        "from torch.utils.data import DataLoader, Dataset"
        if setup.own_class
        else CodeLine("from torch.utils.data import DataLoader, TensorDataset", ("class",)),
    ]
    if setup.when != "never":
        lines.append("from torchvision.transforms import v2")
    path = json.dumps(file.as_posix(), ensure_ascii=False)
    lines += [
        "",
        "# 1. Import the data: bytes, as they lie on the disk",
        CodeLine(f"with np.load({path}) as file:", ("import",)),
        CodeLine(
            f'    images = file["train_images"][:{examples}]', ("import",), f"({', '.join(map(str, shape))}), uint8"
        ),
        CodeLine(f'    labels = file["train_labels"][:{examples}].astype(np.int64)', ("import",)),
        "",
    ]
    lines += _own_class() if setup.own_class else []
    if setup.when != "never":
        lines += [
            "",
            f"# {3 if setup.own_class else 2}. The transforms: made, not yet run",
            *_transforms(setup, coloured),
        ]
    lines += ["", *_dataset(setup, coloured), *_loop(setup)]
    code = program(lines, note)
    return code if now is None else Code(code.name, code.lines, note, NOW[now])


def _own_class() -> list[CodeLine | str]:
    return [
        "# 2. The class of the data set: how long it is, and how to get one example",
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
            "        image = self.transform(self.images[index])", ("class", "item"),
            message("Here, and only here, the transforms run: anew in each epoch, with new random numbers."),
        ),
        CodeLine("        return image, int(self.labels[index])", ("class", "item")),
    ]  # fmt: skip


def _transforms(setup: Setup, coloured: bool) -> list[CodeLine | str]:
    half = "[0.5, 0.5, 0.5]" if coloured else "[0.5]"
    steps = ["v2.ToImage()"]
    if setup.flip:
        steps.append("v2.RandomHorizontalFlip(0.5)")
    if setup.rotation:
        steps.append(f"v2.RandomRotation({setup.rotation!r})")
    steps.append("v2.ToDtype(torch.float32, scale=True)")
    if setup.normalise:
        steps.append(f"v2.Normalize({half}, {half})")
    part = ("transforms",)
    return [
        CodeLine(
            "transform = v2.Compose([", part, message("An object that remembers what to do. Nothing is done yet.")
        ),
        *(CodeLine(f"    {step},", part) for step in steps),
        CodeLine("])", part),
    ]


def _dataset(setup: Setup, coloured: bool) -> list[CodeLine | str]:
    number = {"each time": 4, "once": 3, "never": 2}[setup.when]
    part = ("dataset",)
    lines: list[CodeLine | str] = []
    if setup.when != "never":
        said = message("So that the transforms draw the same numbers each time the program runs.")
        lines += [CodeLine(f"torch.manual_seed({setup.seed})", (), said), ""]
    lines.append(f"# {number}. The data set")
    if setup.own_class:
        lines.append(
            CodeLine("dataset = Images(images, labels, transform)", part, message("Three references are kept."))
        )
    else:
        if setup.prepared:
            said = message("All transforms run here, once for each image, and never again.")
            lines.append(CodeLine("made = torch.stack([transform(image) for image in images])", part, said))
        elif coloured:
            lines.append(CodeLine("made = torch.tensor(images).permute(0, 3, 1, 2).contiguous() / 255", part))
        else:
            lines.append(CodeLine("made = torch.tensor(images)[:, None] / 255", part))
        said = message("Its __getitem__ returns made[index], labels[index], and nothing else.")
        lines.append(CodeLine("dataset = TensorDataset(made, torch.tensor(labels))", ("dataset", "item"), said))
    return [*lines, "", f"# {number + 1}. The loader"]


def _loop(setup: Setup) -> list[CodeLine | str]:
    return [
        CodeLine("loader = DataLoader(", ("loader",), message("It knows how to make batches. It makes none yet.")),
        CodeLine(f"    dataset, batch_size={setup.batch_size}, shuffle={setup.shuffle},", ("loader",)),
        CodeLine(f"    drop_last={setup.drop_last},", ("loader",)),
        CodeLine(
            f"    generator=torch.Generator().manual_seed({setup.seed}),", ("loader",),
            message("For the order of the images; the transforms draw from another one."),
        ),
        CodeLine(")", ("loader",)),
        "",
        "images_seen, means = 0, []",
        CodeLine(f"for epoch in range({setup.epochs}):", ("epoch",)),
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
        "",
        'print("batches:", len(loader))',
        'print("images:", images_seen)',
        "if images_seen:",
        '    print("batch_size_last:", last)',
        '    print("example_shape:", *shape[1:])',
        'print("epoch_means:", *means)',
    ]  # fmt: skip
