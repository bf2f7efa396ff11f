"""The array before and the tensor after, as numbers, and the conversion as a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.figures import Cell, CellMark, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Verbatim, message
from lab.data.images.code import picture_lines
from lab.data.images.sources import PictureParams
from lab.topics.transforms.to_tensor.kinds import FUNCTION_LINES, SOURCE_LINES, Cut, Outcome, Source
from lab.topics.transforms.to_tensor.memory_order import steps_of
from lab.topics.transforms.to_tensor.verdicts import Verdict


class _Held(NamedTuple):
    """An array or a tensor; `strides` are in elements."""

    values: Array
    axes: tuple[str, ...]
    strides: tuple[int, ...]
    kind: str
    order: Words


def tensor_numbers(
    params: PictureParams, function: str, cut: Cut, source: Source, found: Outcome, judged: Verdict
) -> Numbers:
    """Return what can be said of the array and of the tensor, and the program that converts the same picture."""
    array = _Held(source.array, source.axes, steps_of(source.array), "ndarray", message("contiguous"))
    setup = _array_lines(params, source.kind, function, cut)
    made = CodeLine(FUNCTION_LINES[function], ("t",), _WHYS[function])
    works = Quantity("", int(found.values is not None), "", "works", str(int(found.values is not None)), listed=False)
    columns = "", message("before: x"), message("after: t")
    if found.values is None:
        setup += ["try:", replace(made, text=f"    {made.text}"), "except RuntimeError as error:", "    print(error)"]
        first, *rest = _compared(array, None)
        refused = replace(first, cells=(first.cells[0], Cell(message("refused"), found.original, "bad")))
        rows = [refused, *rest, *_told(None, source, judged)]
        return Numbers((works, *rows), "facts", columns, judged.sentence, setup)
    tensor = _Held(found.values, found.axes, found.strides, found.class_name, _order(found))
    note = found.network if judged.mark == "good" and found.network else judged.sentence
    rows = [*_compared(array, tensor), *_told(found, source, judged)]
    return Numbers((works, *rows), "facts", columns, note, [*setup, made, ""])


def _compared(array: _Held, tensor: _Held | None) -> Iterator[Quantity]:
    """Yield what can be said of both in the same words; of what was refused, nothing."""

    def row(
        label: Words, say: Callable[[_Held], float | Words | tuple[int, ...]], about: Words = "",
        name: str = "", code: str = "", *lines: CodeLine, mark: CellMark = "",
    ) -> Quantity:  # fmt: skip
        said = [None if each is None else say(each) for each in (array, tensor)]
        first, second = (str(each) if isinstance(each, tuple) else each for each in said)
        cells = Cell(first), Cell(second, mark=mark)
        return Quantity(label, said[1], "", name, code, lines=lines, about=about, cells=cells)

    of_type = message("Its class, and the type of its numbers.")
    of_axes = message("H rows, W columns, C channels. Only you know: the array has the shape alone.")
    of_mean, in_double = message("Of all numbers, in float64."), message("So long a sum loses digits in float32.")
    of_steps = message("How many numbers further on the next place along each axis is.")
    of_bytes = message("The same times the bytes of one number; NumPy says it so.")
    of_order = message(
        "Contiguous: the last axis runs fastest. Channels last: the numbers of one pixel lie side by side, "
        "although the axes are C×H×W."
    )
    mean = CodeLine("mean = t.double().mean()", why=in_double)
    steps = CodeLine("strides = t.stride()", ("strides",), message("Counted in numbers, not in bytes."))
    wrong_type: CellMark = "bad" if tensor and tensor.values.dtype != np.float32 else ""
    wrong_axes: CellMark = "bad" if tensor and tensor.axes != ("C", "H", "W") else ""
    yield row(message("type"), lambda x: f"{x.kind}, {x.values.dtype}", of_type, mark=wrong_type)
    yield row(message("axes"), lambda x: "×".join(x.axes), of_axes, mark=wrong_axes)
    yield row(message("shape"), lambda x: x.values.shape, "", "output_size", "t.shape")
    yield row(message("least"), lambda x: x.values.min().item(), "", "least", "t.min().item()")
    yield row(message("greatest"), lambda x: x.values.max().item(), "", "greatest", "t.max().item()")
    yield row(message("mean"), lambda x: float(x.values.mean(dtype=float)), of_mean, "mean", "mean.item()", mean)
    yield row(message("strides, elements"), lambda x: x.strides, of_steps, "strides", "strides", steps)
    yield row(message("strides, bytes"), lambda x: tuple(n * x.values.itemsize for n in x.strides), of_bytes)
    yield row(message("order in memory"), lambda x: x.order, of_order)
    yield row(message("bytes"), lambda x: int(x.values.nbytes), "", "bytes", "t.nbytes")


def _told(found: Outcome | None, source: Source, judged: Verdict) -> Iterator[Quantity]:
    """Yield what is told of the tensor alone."""
    memory, network = message("shares memory"), message("a network says")
    same_address = message("Whether both begin at the same address (data_ptr): writing to one changes the other.")
    convolution = message("A convolution with 3 input channels, or 1 for a grey picture.")
    if found is None:
        yield from (
            Quantity(label, None, about=why, cells=(Cell(None),) * 2)
            for label, why in ((memory, same_address), (network, convolution))
        )
        return
    yield Quantity("", int(found.contiguous), "", "contiguous", "int(t.is_contiguous())", listed=False)
    yield Quantity("", int(found.channels_last), "", "channels_last", listed=False)
    begin = CodeLine(
        "same = t.untyped_storage().data_ptr() == torch.from_numpy(x).untyped_storage().data_ptr()",
        why=message("Whether both begin at the same place in memory."),
    )
    shared = message("yes") if found.shares else message("no, it is a copy")
    yield Quantity(
        memory, int(found.shares), "", "shares_memory", "int(same)", lines=(begin,), about=same_address,
        cells=(Cell(None), Cell(shared)),
    )  # fmt: skip
    channels = 1 if source.kind == "grey" else 3
    asked = CodeLine(
        f"    torch.nn.functional.conv2d(t, torch.zeros(1, {channels}, 1, 1))",
        ("network",),
        message("A convolution of {channels} input channels, as a network begins with.", channels=channels),
    )
    says = Cell(message("takes it"), judged.sentence, judged.mark)
    if found.network:
        original = Verbatim(found.network_original)
        words = message("{words} In torch's words: {original}", words=found.network, original=original)
        says = Cell(message("refuses"), words, "bad")
    lines = ("try:", asked, "    fits = 1", "except RuntimeError as error:", "    print(error)", "    fits = 0")
    yield Quantity(
        network, int(not found.network), "", "fits_network", "fits", lines=lines, about=convolution,
        cells=(Cell(None), says),
    )  # fmt: skip


def _order(found: Outcome) -> Words:
    if found.contiguous and found.channels_last:
        return message("contiguous (one order)")
    if found.contiguous:
        return message("contiguous")
    return message("channels last") if found.channels_last else message("neither")


def _array_lines(params: PictureParams, kind: str, function: str, cut: Cut) -> list[CodeLine | str]:
    picture = picture_lines(params)
    known = {line.text for line in picture}
    lines: list[CodeLine | str] = []
    if "import numpy as np" not in known:
        lines.append("import numpy as np")
    lines.append("import torch")
    if kind in ("grey", "alpha") and not any("from PIL import Image" in text for text in known):
        lines.append("from PIL import Image")
    if function == "to_tensor":
        lines.append("from torchvision import transforms")
    elif function == "v2":
        lines.append("from torchvision.transforms import v2")
    lines += picture
    if cut.every > 1:
        step = cut.every
        lines.append(CodeLine(f"image = image[::{step}, ::{step}]", why=message("It is larger than this page needs.")))
    if not cut.whole:
        lines.append(f"image = image[{cut.top}:{cut.top + cut.height}, {cut.left}:{cut.left + cut.width}]")
    return [
        *lines,
        "",
        CodeLine(SOURCE_LINES[kind], ("x",), message("The array: its axes are what NumPy says, no more.")),
    ]


_WHYS = {
    "to_tensor": message(
        "Turns H×W×C into C×H×W, always; divides by 255 and makes float32 only where the numbers are bytes. "
        "torchvision calls it outdated, and everyone still uses it."
    ),
    "v2": message(
        "ToImage turns H×W×C into C×H×W; ToDtype makes float32, and with scale=True divides whole numbers by the "
        "largest of their type. Floats it takes to be from 0 to 1 already."
    ),
    "permute": message("permute only renames the axes, in the same memory; / 255 then makes new float32 numbers."),
    "from_numpy": message("Nothing is converted: the same memory, the same type, the same axes."),
}
