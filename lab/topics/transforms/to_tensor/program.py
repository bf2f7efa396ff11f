"""The conversion as a program."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.code import Code, CodeLine
from lab.core.events import Array
from lab.core.text import message
from lab.data.images.code import picture_lines
from lab.data.images.sources import PictureParams
from lab.nets.convolution.code import program
from lab.topics.transforms.to_tensor.kinds import FUNCTION_LINES, SOURCE_LINES, Outcome


@dataclass(frozen=True)
class Cut:
    """A rectangle of a picture, of which only one of `every` rows and columns is there; or the `whole` of it."""

    top: int
    left: int
    height: int
    width: int
    every: int = 1
    whole: bool = True

    def of(self, whole: Array) -> Array:
        """Return the rectangle, without a copy."""
        return whole[self.top : self.top + self.height, self.left : self.left + self.width]


def program_of(params: PictureParams, kind: str, function: str, cut: Cut, found: Outcome) -> Code:
    """Return the program that converts the same picture."""
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
    lines += ["", CodeLine(SOURCE_LINES[kind], ("x",), message("The array: its axes are what NumPy says, no more."))]
    made = CodeLine(FUNCTION_LINES[function], ("t",), _WHYS[function])
    if found.values is None:
        return program([
            *lines,
            "try:",
            CodeLine(f"    {made.text}", made.parts, made.why),
            "except RuntimeError as error:",
            "    print(error)",
            '    print("works:", 0)',
        ])  # fmt: skip
    channels = 1 if kind == "grey" else 3
    return program([
        *lines,
        made,
        "",
        'print("works:", 1)',
        'print("output_size:", *t.shape)',
        CodeLine('print("strides:", *t.stride())', ("strides",), message("Counted in numbers, not in bytes.")),
        'print("least:", t.min().item())',
        'print("greatest:", t.max().item())',
        CodeLine('print("mean:", t.double().mean().item())', (), message("So long a sum loses digits in float32.")),
        'print("contiguous:", int(t.is_contiguous()))',
        CodeLine(
            "same = t.untyped_storage().data_ptr() == torch.from_numpy(x).untyped_storage().data_ptr()", (),
            message("Whether both begin at the same place in memory."),
        ),
        'print("shares_memory:", int(same))',
        "try:",
        CodeLine(f"    torch.nn.functional.conv2d(t, torch.zeros(1, {channels}, 1, 1))", ("network",),
                 message("A convolution of {channels} input channels, as a network begins with.", channels=channels)),
        '    print("fits_network:", 1)',
        "except RuntimeError as error:",
        "    print(error)",
        '    print("fits_network:", 0)',
    ])  # fmt: skip


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
