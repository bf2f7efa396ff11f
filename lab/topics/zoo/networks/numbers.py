"""What a network comes to, and the program that asks torchvision for the same."""

from __future__ import annotations

from lab.core.code import CodeLine
from lab.core.quantities import Lines, Numbers, Quantity, Tolerance
from lab.core.text import Verbatim, message
from lab.nets.zoo.catalogue import BYTES, NETWORKS
from lab.topics.zoo.networks.figures import MEBI, memory, weights_of

_ROUNDED = Tolerance(0.0, 5e-4, message("torchvision publishes three places."))
_COUNT = "sum(each.numel() for each in net.parameters())"


def numbers(name: str, which: str) -> Numbers:
    """Return the numbers of a network."""
    network, weights = NETWORKS[name], weights_of(NETWORKS[name], which)
    top1, top5 = (f'weights.meta["_metrics"]["ImageNet-1K"]["acc@{place}"]' for place in (1, 5))
    same_size = weights.size == network.size
    return Numbers(
        (
            Quantity(message("parameters"), network.parameters, "", "parameters", _COUNT,
                     ('weights.meta["num_params"]',), mark="strong"),
            Quantity(message("multiply-adds"), network.multiply_adds,
                     message("for one image of {size} × {size}", size=network.size), "multiply_adds",
                     "counter.get_total_flops() // 2", mark="strong"),
            Quantity(message("multiply-adds, 10⁹"), network.multiply_adds / 1e9, "", "", "",
                     ('weights.meta["_ops"]',) if same_size else (), tolerance=_ROUNDED, listed=False),
            Quantity(message("outputs of all layers, MiB"), memory(network),
                     message("of one image, in single precision; what is overwritten in place is counted once"),
                     "outputs_mib", "sum(outputs) * 4 / 2**20"),
            Quantity(message("weights, MiB"), network.parameters * BYTES / MEBI, "", "weights_mib",
                     f"{_COUNT} * 4 / 2**20"),
            Quantity(message("file of the weights, MiB"), weights.megabytes, Verbatim(weights.file), "file_mib",
                     'weights.meta["_file_size"]'),
            Quantity(message("right at first, %"), weights.top1, Verbatim(weights.name), "top1", top1, mark="strong"),
            Quantity(message("right among five, %"), weights.top5, Verbatim(weights.name), "top5", top5),
            Quantity(message("image size"), network.size, "", "image_size", "size"),
        ),
        setup=(*_built(name), *_asked(name, weights.name)),
    )  # fmt: skip


def _built(name: str) -> Lines:
    """Return the lines that build the network without memory."""
    arguments = {"googlenet": "init_weights=False, aux_logits=False", "inception_v3": "init_weights=False"}
    network = NETWORKS[name]
    inside = f"image_size={network.size}" if name.startswith("vit") else arguments.get(name, "")
    lines: Lines = (
        "import torch",
        "from torch import nn",
        "from torch.utils.flop_counter import FlopCounterMode",
        "from torchvision import models",
        "",
        f"size = {network.size}",
    )
    shapes = message("Shapes without numbers: no memory, no time.")
    if network.family != "RegNet":
        return *lines, CodeLine('with torch.device("meta"):', why=shapes), f"    net = models.{name}({inside}).eval()"
    return (
        *lines,
        "",
        CodeLine(
            "class WithoutMemory(torch.overrides.TorchFunctionMode):",
            why=message("RegNet calculates its widths with small tensors, whose numbers have to be there."),
        ),
        "    def __torch_function__(self, func, types, args=(), kwargs=None):",
        "        kwargs = dict(kwargs or {})",
        "        if func in (torch.empty, torch.ones, torch.zeros):",
        '            kwargs["device"] = "meta"',
        "        return func(*args, **kwargs)",
        "",
        "with WithoutMemory():",
        f"    net = models.{name}()",
        'net = net.to("meta").eval()',
    )


def _asked(name: str, weights: str) -> Lines:
    return (
        "outputs = []",
        "",
        "def look(layer, inputs, output):",
        CodeLine(
            '    if output is not inputs[0] and not getattr(layer, "inplace", False):',
            why=message("What is overwritten in place needs no memory of its own."),
        ),
        "        output = output[0] if isinstance(output, tuple) else output",
        "        outputs.append(output.numel())",
        "",
        "for layer in net.modules():",
        "    if not list(layer.children()):",
        "        layer.register_forward_hook(look)",
        "with FlopCounterMode(display=False) as counter:",
        '    net(torch.empty(1, 3, size, size, device="meta"))',
        f'weights = models.get_model_weights("{name}")["{weights}"]',
    )
