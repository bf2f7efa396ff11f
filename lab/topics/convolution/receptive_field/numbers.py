"""What a stack of layers comes to in numbers, and the same by a program: by formula, and by the gradient of torch."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.code import CodeLine
from lab.core.figures import Cell
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import Message, message
from lab.topics.convolution.receptive_field.figures import problem_of
from lab.topics.convolution.receptive_field.layers import Layer, Stack


@dataclass(frozen=True)
class Draws:
    """How networks are drawn: weights "normal", "uniform" or "ones", channels of each layer, how many, which seed."""

    weights: str = "uniform"
    channels: int = 4
    count: int = 16
    seed: int = 7
    relu: bool = False


def numbers(stack: Stack, draws: Draws, width: int | None) -> Numbers:
    """Return what the whole stack comes to; `width` is that of the effective field, where it was measured."""
    top, weights = stack.top, sum(layer.kernel**2 for layer in stack.layers if not layer.how)
    each = message("k·k, from one channel to one channel")
    quantities = [
        Quantity(
            message("receptive field"), (top.field, top.field), message("by formula"), "receptive_field",
            "(field, field)", mark="strong",
        ),
        Quantity(message("jump"), top.jump, message("the product of all strides"), "jump", "jump"),
        Quantity(message("start"), top.start, name="start", code="start", listed=False),
        *(_seen(stack, draws) if stack.fits else ()),
        *(_effective(stack, width) if width is not None else ()),
        Quantity(message("weights of a channel"), weights, each, "weights"),
        Quantity(message("layers"), len(stack.layers), name="layers", code="len(layers)", listed=False),
        Quantity(message("fits"), int(stack.fits), name="fits", listed=False),
    ]  # fmt: skip
    note = message(
        "The effective field is measured; it depends on the weights. The formula only says what is possible."
    )
    setup: Lines = (
        "import torch",
        "from torch import nn",
        "",
        CodeLine("layers = [", why=message("kernel, stride, padding, dilation")),
        *(f"    {(each.kernel, each.stride, each.padding, each.dilation)}," for each in stack.layers),
        "]",
        "field, jump, start = 1, 1, 0",
        "for kernel, stride, padding, dilation in layers:",
        CodeLine(
            "    field += (kernel - 1) * dilation * jump",
            why=message("A window of k reaches k − 1 steps further, each of which is as long as the jump below."),
        ),
        "    start -= padding * jump",
        "    jump *= stride",
    )
    return Numbers(quantities, note=problem_of(stack) or note, setup=setup)


def _seen(stack: Stack, draws: Draws) -> list[Quantity]:
    """Return what the output that is looked at sees."""
    top, unit = stack.top, stack.unit
    starts = [top.start + top.jump * place for place in unit]
    seen = [_inside(start, top.field, stack.size) for start in starts]
    rest = message("The rest is padding.")
    size = (top.size.value, top.size.value)
    return [
        Quantity(message("output size"), size, "", "output_size", "y.shape[2:]", lines=_gradient(stack, draws)),
        Quantity(message("output looked at"), unit, name="output", cells=(Cell(f"({unit[0]}, {unit[1]})"),)),
        Quantity(message("sees rows"), _range(starts[0], top.field)),
        Quantity(message("sees columns"), _range(starts[1], top.field)),
        Quantity(message("of them in the input"), tuple(seen), rest, "seen"),
    ]


def _effective(stack: Stack, width: int) -> list[Quantity]:
    top = stack.top
    row, column = (top.start + top.jump * place for place in stack.unit)
    lines = (
        CodeLine(
            "for side in range(2 - field % 2, field + 1, 2):",
            why=message("The smallest square in the middle that has 95 % of the gradient."),
        ),
        "    edge = (field - side) // 2",
        f"    top, left = {row} + edge, {column} + edge",
        "    part = total[max(0, top) : max(0, top + side), max(0, left) : max(0, left + side)]",
        "    if part.sum() >= 0.95 * total.sum():",
        "        break",
    )
    why = message("the square in the middle that has 95 % of the gradient")
    return [
        Quantity(
            message("effective width"), width, "", "effective_width", "side if total.sum() > 0 else 0",
            lines=lines, mark="strong", about=why,
        ),
        Quantity(message("its share of the area"), f"{100 * width**2 / top.field**2:.1f} %"),
    ]  # fmt: skip


def _gradient(stack: Stack, draws: Draws) -> Lines:
    """Return the lines that add up the gradient of many networks."""
    row, column = stack.unit
    return [
        "",
        "def network():",
        "    net = nn.Sequential(",
        *_modules(stack.layers, draws.channels, draws.relu),
        "    )",
        "    for layer in net:",
        "        if isinstance(layer, nn.Conv2d):",
        *_weights(draws.weights),
        "    return net",
        "",
        f"total = torch.zeros({stack.size}, {stack.size}, dtype=torch.float64)",
        f"for draw in range({draws.count}):",
        f"    torch.manual_seed({draws.seed} + draw)",
        "    net = network()",
        f"    x = torch.randn(1, 1, {stack.size}, {stack.size}, requires_grad=True)",
        "    y = net(x)",
        f"    (slope,) = torch.autograd.grad(y[0, :, {row}, {column}].sum(), x)",
        "    total += slope[0, 0].abs()",
    ]


def _inside(start: int, field: int, size: int) -> int:
    return max(0, min(size, start + field) - max(0, start))


def _range(start: int, field: int) -> Message:
    first, last = (str(place).replace("-", "−") for place in (start, start + field - 1))
    return message("{first} to {last}", first=first, last=last)


def _modules(layers: tuple[Layer, ...], channels: int, relu: bool) -> Lines:
    lines: list[CodeLine | str] = []
    before = 1
    for each in layers:
        if each.how:
            kind = "MaxPool2d" if each.how == "max" else "AvgPool2d"
            lines.append(f"        nn.{kind}({each.kernel}, {each.stride}, {each.padding}),")
            continue
        sizes = f"{each.kernel}, {each.stride}, {each.padding}, {each.dilation}"
        lines.append(f"        nn.Conv2d({before}, {channels}, {sizes}, bias=False),")
        before = channels
        if relu:
            lines.append("        nn.ReLU(),")
    return lines


def _weights(weights: str) -> Lines:
    how = {"normal": "nn.init.normal_", "uniform": "nn.init.uniform_", "ones": "nn.init.ones_"}[weights]
    power = 0.5 if weights == "normal" else 1.0
    return [
        f"            {how}(layer.weight)",
        "            with torch.no_grad():",
        CodeLine(
            f"                layer.weight /= layer.weight[0].numel() ** {power}",
            why=message("So the gradient neither grows nor shrinks with the size of the kernel."),
        ),
    ]
