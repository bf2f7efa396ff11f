"""A transposed convolution as numbers: its size, where stamps overlap, what is counted; and the same by torch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lab.core.code import CodeLine
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import Message, message
from lab.maths.matrices import written
from lab.nets.convolution.code import tensor_lines
from lab.topics.convolution.transposed.working import AxisStamps, Stamping


def arithmetic(found: Stamping) -> Numbers:
    """Return the formula with the numbers put in, and how stamps meet, along each axis."""
    rows, columns = found.axes
    if rows == columns:
        quantities = _along(message("rows and columns"), rows)
    else:
        quantities = _along(message("rows"), rows) + _along(message("columns"), columns)
    even = all(axis.even for axis in found.axes)
    uneven = message("The stride does not divide the kernel: some places get more stamps than others, a checkerboard.")
    quantities += (Quantity(message("even"), int(even), name="even", listed=False),)
    return Numbers(quantities, "arithmetic", note=found.problem or ("" if even else uneven))


def _along(words: Message, axis: AxisStamps) -> tuple[Quantity, ...]:
    result, kernel, stride = axis.result, axis.kernel, axis.stride
    repeated = message(
        "Away from the edges, the places r, r + {stride}, r + {twice} … get so many, for each r below {stride}.",
        stride=stride,
        twice=2 * stride,
    )
    pattern = Quantity(
        message("pattern"), message("uneven"),
        message("{kernel} cells cannot be shared out evenly among {stride}.", kernel=kernel, stride=stride), mark="bad",
    )  # fmt: skip
    if axis.even:
        divided = message("{kernel} cells are shared out evenly among {stride}.", kernel=kernel, stride=stride)
        pattern = Quantity(message("pattern"), message("even"), divided, mark="good")
    elif min(axis.shares) == 0:
        nothing = message("Places between the stamps get nothing at all.")
        pattern = Quantity(message("pattern"), message("gaps"), nothing, mark="bad")
    label = message("output: {axis}", axis=words)
    size = Quantity(label, result.value, mark="strong")
    if result.problem:
        size = Quantity(label, message("none"), result.problem, mark="bad")
    spans = "k" if axis.dilation == 1 else "d(k − 1) + 1"
    formula = f"s(M − 1) + {spans} − 2p" + (" + o" if axis.more else "")
    return (
        size,
        Quantity(formula, result.arithmetic, result.problem or ""),
        Quantity(message("reach of a stamp"), axis.span, f"{axis.dilation}·({kernel} − 1) + 1 = {axis.span}"),
        Quantity(message("stamps that meet"), ", ".join(map(str, axis.shares)), repeated),
        pattern,
    )


def numbers(found: Stamping, values: str, seed: int) -> Numbers:
    """Return what is counted and summed, with the program."""
    cells, kernel, fits = found.image.size, found.kernel.size, found.problem is None
    each = message("{count} numbers, each times {cells} cells", count=cells, cells=kernel)
    quantities = [
        Quantity(message("multiplications"), cells * kernel, each, "multiplications", "x.numel() * kernel.numel()"),
        Quantity(message("fits"), int(fits), "", "fits", "int(fits)", listed=False),
        Quantity(
            message("size of the output"), found.output_size if fits else None, found.problem or "", "output_size",
            "y.shape[2:]" if fits else _call(found), listed=False,
        ),
    ]  # fmt: skip
    if fits:
        visits = [axis.visits for axis in found.axes]
        least, most = (int(np.prod([how(axis) for axis in visits])) for how in (np.min, np.max))
        share = message("the product of rows and columns")
        quantities += [
            Quantity(
                message("fewest stamps at a place"), least, share, "fewest_stamps", "round(stamps.min().item())",
                lines=_stamps(found), mark="" if least else "bad",
            ),
            Quantity(message("most stamps at a place"), most, share, "most_stamps", "round(stamps.max().item())"),
            Quantity(
                message("sum of the output"), found.total, _sum_words(found), "sum", "y.sum().item()", mark="strong"
            ),
        ]  # fmt: skip
    if found.there_and_back is not None:
        before, _, again = found.there_and_back
        apart = float(np.abs(again - before).max())
        shape = message("{shape}, as before", shape=" × ".join(map(str, again.shape)))
        way = message("A convolution, then this, with the same kernel.")
        quantities += [
            Quantity(message("there and back: shape"), shape, mark="good", about=way),
            Quantity(
                message("there and back: largest difference"), apart,
                message("of the numbers that come back from those that went"),
                "returned_difference", "(again - before).abs().max().item()",
                lines=_there_and_back(found), mark="bad" if apart else "good",
            ),
        ]  # fmt: skip
    setup: Lines = (
        *_image(found, values, seed),
        "try:",
        CodeLine(
            f"    y, fits = {_call(found)}, True",
            why=message("Torch wants (batch, channels, rows, columns): None adds an axis."),
        ),
        CodeLine("except RuntimeError as error:", why=message("torch refuses an output of which nothing is left.")),
        "    fits, refusal = False, str(error)",
    )
    return Numbers(quantities, note=found.problem or "", setup=setup)


def checked(found: Stamping, values: str, seed: int) -> list[Numbers]:
    """Return what is compared with torch: all, or of a large output what is drawn of it."""
    counted = numbers(found, values, seed)
    if found.problem is not None:
        return [counted]
    (rows, columns), (height, width) = found.axes, found.part.shape
    # The gradient goes back through an image that has at least as many windows as there are numbers.
    sides = rows.stride * height + rows.span, columns.stride * width + columns.span
    lines = (
        f"order = torch.arange({found.image.size}).reshape(x.shape)",
        f"so_far = torch.where(order < {found.done}, x, 0.0)",
        f"z = torch.zeros(1, 1, {sides[0]}, {sides[1]}, dtype=torch.float64, requires_grad=True)",
        f"used = slice({height}), slice({width})",
        "F.conv2d(z, kernel, **options)[0, 0][used].backward(so_far[0, 0][used])",
    )
    drawn = f"[0, 0, :{rows.drawn}, :{columns.drawn}]"
    back = message("The way back of the gradient through a convolution is its transposed convolution.")
    output = Quantity(message("output so far"), found.output, back, code=f"z.grad{drawn}", lines=lines)
    note = message("z.grad after F.conv2d(z, kernel).backward(x). {why}", why=back)
    if found.whole:
        stamped = replace(output, code=_call(found).replace("x,", "so_far,") + drawn, lines=())
        return [counted, Numbers((output, stamped), checked=note)]
    meta = _call(found).replace("x, kernel", 'x.to("meta"), kernel.to("meta")')
    size = Quantity(message("size of the output"), found.output_size, code=f"{meta}.shape[2:]")
    return [Numbers((size, output), setup=_image(found, values, seed), checked=note)]


def _sum_words(found: Stamping) -> Message:
    if any(axis.padding for axis in found.axes):
        return message("of all numbers times all weights, without what the padding cuts off")
    total, weight = written(float(found.image.sum())), written(float(found.kernel.sum()))
    return message("sum of the input times sum of the kernel: {total}·{weight}", total=total, weight=weight)


def _more(found: Stamping) -> tuple[int, int]:
    return found.rows.more, found.columns.more


def _options(found: Stamping) -> str:
    names = ("stride", "padding", "dilation")
    pairs = (f"{name}=({getattr(found.rows, name)}, {getattr(found.columns, name)})" for name in names)
    return f"options = dict({', '.join(pairs)})"


def _call(found: Stamping) -> str:
    return f"F.conv_transpose2d(x, kernel, output_padding={_more(found)}, **options)"


def _image(found: Stamping, values: str, seed: int) -> Lines:
    """Return the lines that make the input, the kernel and the options."""
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
    return [
        *(["import numpy"] if values == "random" else []),
        "import torch",
        "from torch.nn import functional as F",
        "",
        "def image(rows, columns):",
        *making,
        "",
        *tensor_lines("kernel", found.kernel),
        "kernel = kernel[None, None]",
        _options(found),
        f"x = image({found.rows.size}, {found.columns.size})[None, None]",
    ]


def _stamps(found: Stamping) -> Lines:
    ones = "torch.ones_like(x), torch.ones_like(kernel)"
    why = message("Ones through a kernel of ones: how many stamps meet at each place.")
    return [CodeLine(f"stamps = {_call(found).replace('x, kernel', ones)}", why=why)]


def _there_and_back(found: Stamping) -> Lines:
    why = message("The shape comes back, the numbers do not: the transpose of a matrix is not its inverse.")
    return [
        "before = image(*y.shape[2:])[None, None]",
        f"small = F.conv2d(before, kernel, **options)[..., :{found.rows.size}, :{found.columns.size}]",
        CodeLine(f"again = {_call(found).replace('x,', 'small,')}", why=why),
    ]
