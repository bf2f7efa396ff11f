"""The same transposed convolution by torch: as a program, and as a check with the gradient of a convolution."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.core.code import Code, CodeLine
from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.nets.convolution.code import program, tensor_lines
from lab.topics.convolution.transposed.working import Stamping


def transposed_program(found: Stamping, values: str, seed: int) -> Code:
    """Return the program that makes the same numbers, stamps them, and goes there and back."""
    (rows, columns), size = found.axes, found.image.shape
    options = {
        "stride": (rows.stride, columns.stride),
        "padding": (rows.padding, columns.padding),
        "dilation": (rows.dilation, columns.dilation),
    }
    more = (rows.more, columns.more)
    written = ", ".join(f"{name}={value}" for name, value in options.items())
    making = {
        "counting": ["    return torch.arange(1.0, rows * columns + 1, dtype=torch.float64).reshape(rows, columns)"],
        "ones": ["    return torch.ones(rows, columns, dtype=torch.float64)"],
        "middle": [
            "    x = torch.zeros(rows, columns, dtype=torch.float64)",
            "    x[rows // 2, columns // 2] = 1",
            "    return x",
        ],
        "random": [
            f"    random = numpy.random.default_rng({seed})",
            "    return torch.from_numpy(random.integers(-9, 10, (rows, columns)).astype(float))",
        ],
    }[values]
    lines: list[CodeLine | str] = [
        *(["import numpy"] if values == "random" else []),
        "import torch",
        "from torch.nn import functional as F",
        "",
        "def image(rows, columns):",
        *making,
        "",
        *tensor_lines("kernel", found.kernel),
        "kernel = kernel[None, None]",
        f"options = dict({written})",
        f"x = image({size[0]}, {size[1]})[None, None]",
        "try:",
        CodeLine(
            f"    y = F.conv_transpose2d(x, kernel, output_padding={more}, **options)",
            why=message("Torch wants (batch, channels, rows, columns): None adds an axis."),
        ),
        '    print("fits:", 1)',
        '    print("output_size:", *y.shape[2:])',
        '    print("sum:", y.sum().item())',
        CodeLine(
            f"    stamps = F.conv_transpose2d(torch.ones_like(x), torch.ones_like(kernel), "
            f"output_padding={more}, **options)",
            why=message("Ones through a kernel of ones: how many stamps meet at each place."),
        ),
        '    print("fewest_stamps:", round(stamps.min().item()))',
        '    print("most_stamps:", round(stamps.max().item()))',
    ]
    if found.there_and_back is not None:
        lines += [
            "    before = image(*y.shape[2:])[None, None]",
            f"    small = F.conv2d(before, kernel, **options)[..., :{size[0]}, :{size[1]}]",
            f"    again = F.conv_transpose2d(small, kernel, output_padding={more}, **options)",
            CodeLine(
                '    print("returned_difference:", (again - before).abs().max().item())',
                why=message("The shape comes back, the numbers do not: the transpose of a matrix is not its inverse."),
            ),
        ]
    lines += [
        CodeLine("except RuntimeError as error:", why=message("torch refuses an output of which nothing is left.")),
        '    print("fits:", 0)',
        "    print(error)",
    ]
    return program(lines)


def check_table(found: Stamping) -> Table:
    """Return what torch makes of the same numbers, as far as they are drawn, and of the gradient; imports torch."""
    import torch
    from torch.nn import functional

    rows, columns = found.axes
    options: dict[str, Any] = {
        "stride": (rows.stride, columns.stride),
        "padding": (rows.padding, columns.padding),
        "dilation": (rows.dilation, columns.dilation),
    }
    heads = message("computed by"), "torch", message("here"), message("compared")
    whole = torch.zeros(1, 1, *found.image.shape, device="meta")
    kernel = torch.from_numpy(found.kernel.copy())[None, None]
    more = (rows.more, columns.more)
    if found.problem is not None:
        try:
            functional.conv_transpose2d(
                torch.from_numpy(found.image)[None, None], kernel, output_padding=more, **options
            )
        except RuntimeError as error:
            words = str(error).strip().splitlines()[0]
            return Table("check", heads, (_row("F.conv_transpose2d(x, w)", message("refused"), message("none"), True),),
                         f"torch: “{words}”")  # fmt: skip
        raise AssertionError("torch does not refuse what cannot be")
    shape = tuple(
        functional.conv_transpose2d(whole, kernel.to("meta").float(), output_padding=more, **options).shape[2:]
    )
    x = torch.from_numpy(found.stamped_image)[None, None]
    if found.whole:
        made = functional.conv_transpose2d(x, kernel, output_padding=more, **options)[0, 0]
    else:
        # Of more numbers than are drawn, those that have a part in them; what they lack at the end is not drawn.
        x = x[..., : rows.used, : columns.used]
        uncut = functional.conv_transpose2d(x, kernel, **{**options, "padding": (0, 0)})[0, 0]
        made = functional.pad(uncut, (0, columns.drawn, 0, rows.drawn))[rows.padding :, columns.padding :]
        made = made[: rows.drawn, : columns.drawn]
    # An image that has at least as many windows as there are numbers: they are the gradient that goes back.
    sides = (axis.stride * count + axis.span for axis, count in zip(found.axes, x.shape[2:], strict=True))
    image = torch.zeros(1, 1, *sides, dtype=torch.float64, requires_grad=True)
    windows = functional.conv2d(image, kernel, **options)[..., : x.shape[2], : x.shape[3]]
    (gradient,) = torch.autograd.grad(windows, image, x)
    passed = gradient[0, 0, : rows.drawn, : columns.drawn].numpy()
    tolerance = 1e-10 * max(1.0, float(np.abs(found.output).max()))
    apart = [float(np.abs(other - found.output).max()) for other in (made.numpy(), passed)]
    size = " × ".join(map(str, found.output_size))
    sums = [float(each.sum()) for each in (made.numpy(), passed, found.output)]
    most = [message("Of all numbers the largest difference is {apart}.", apart=each) for each in apart]
    back = message("The way back of the gradient through a convolution is its transposed convolution.")
    return Table(
        "check",
        heads,
        (
            _row("y.shape", " × ".join(map(str, shape)), size, shape == found.output_size, "F.conv_transpose2d(x, w)"),
            _row("y.sum()", sums[0], sums[2], apart[0] <= tolerance, "F.conv_transpose2d(x, w)", most[0]),
            _row("y.grad.sum()", sums[1], sums[2], apart[1] <= tolerance, "F.conv2d(y, w).backward(x)", most[1]),
        ),
        message("y = F.conv_transpose2d(x, w); y.grad after F.conv2d(y, w).backward(x). {why}", why=back),
    )


def _row(
    code: str, theirs: Words | float, ours: Words | float, same: bool, why: Words = "", apart: Words = ""
) -> tuple[Cell, ...]:
    verdict = Cell(message("the same"), apart, "good") if same else Cell(message("not the same"), apart, "bad")
    return Cell(code, why), Cell(theirs), Cell(ours), verdict
