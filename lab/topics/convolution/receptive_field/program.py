"""The receptive field by a program: by formula, and by the gradient of torch."""

from __future__ import annotations

from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.nets.convolution.code import program
from lab.topics.convolution.receptive_field.layers import Layer, Stack

Drawn = tuple[str, int, int, int, bool]


def receptive_program(stack: Stack, drawn: Drawn) -> Code:
    """Return the program; `drawn` is how weights are drawn, channels, networks, seed, and whether there is ReLU."""
    weights, channels, count, seed, relu = drawn
    lines: list[CodeLine | str] = [
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
        'print("receptive_field:", field, field)',
        'print("jump:", jump)',
        'print("start:", start)',
    ]
    if not stack.fits:
        return program(lines)
    row, column = stack.unit
    top, left = (stack.top.start + stack.top.jump * place for place in stack.unit)
    lines += [
        "",
        "def network():",
        "    net = nn.Sequential(",
        *_modules(stack.layers, channels, relu),
        "    )",
        "    for layer in net:",
        "        if isinstance(layer, nn.Conv2d):",
        *_weights(weights),
        "    return net",
        "",
        f"total = torch.zeros({stack.size}, {stack.size}, dtype=torch.float64)",
        f"for draw in range({count}):",
        f"    torch.manual_seed({seed} + draw)",
        "    net = network()",
        f"    x = torch.randn(1, 1, {stack.size}, {stack.size}, requires_grad=True)",
        "    y = net(x)",
        f"    (slope,) = torch.autograd.grad(y[0, :, {row}, {column}].sum(), x)",
        "    total += slope[0, 0].abs()",
        'print("output_size:", *y.shape[2:])',
        "",
        CodeLine(
            "for side in range(2 - field % 2, field + 1, 2):",
            why=message("The smallest square in the middle that has 95 % of the gradient."),
        ),
        "    edge = (field - side) // 2",
        f"    top, left = {top} + edge, {left} + edge",
        "    part = total[max(0, top) : max(0, top + side), max(0, left) : max(0, left + side)]",
        "    if part.sum() >= 0.95 * total.sum():",
        "        break",
        'print("effective_width:", side if total.sum() > 0 else 0)',
    ]
    return program(lines)


def _modules(layers: tuple[Layer, ...], channels: int, relu: bool) -> list[CodeLine | str]:
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


def _weights(weights: str) -> list[CodeLine | str]:
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
