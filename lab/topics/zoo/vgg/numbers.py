"""What a layer of VGG and the whole network come to, and the program that builds it in torch."""

from __future__ import annotations

from collections.abc import Sequence

from lab.core.code import CodeLine
from lab.core.quantities import SINGLE, Lines, Numbers, Quantity
from lab.core.text import message
from lab.topics.zoo.vgg.configurations import CONFIGURATIONS, HIDDEN, LRN, POOLED, TORCHVISION, Placed
from lab.topics.zoo.vgg.figures import mebibytes, times

_COUNT = "sum(each.numel() for each in {of}.parameters())"


def numbers(
    configuration: str, plan: Sequence[Placed], picked: Placed, size: int, classes: int, adaptive: bool
) -> Numbers:
    """Return the numbers of the layer that is looked at, and of the whole."""
    layers, here = [each.layer for each in plan], picked.layer
    parameters, work = (sum(getattr(each, what) for each in layers) for what in ("parameters", "multiply_adds"))
    linear = sum(each.parameters for each in layers if each.kind == "linear")
    activations = sum(each.activations for each in plan)
    path = repr(picked.path)
    theirs = configuration in TORCHVISION and adaptive
    counted = _COUNT.format(of=f"net.get_submodule({path})")
    sees = message("r + (k − 1)·j for each convolution and pooling; what lies outside of the image is padding")
    outputs = message("of one image, in single precision: 4 bytes a number")
    return Numbers(
        (
            Quantity(message("{name}: from", name=here.name), tuple(here.shape_in), here.kind, "layer_input",
                     f"shapes[{path}][0]"),
            Quantity(message("to"), tuple(here.shape_out), here.arithmetic, "layer_output", f"shapes[{path}][1]",
                     mark="strong"),
            Quantity(message("its parameters"), here.parameters, here.arithmetic.rpartition(";  ")[2],
                     "layer_parameters", counted, mark="strong"),
            Quantity(message("its multiply-adds"), here.multiply_adds, _work(picked), "layer_multiply_adds",
                     f"work[{path}]", mark="strong"),
            Quantity(message("it sees, pixels along an axis"), picked.field, sees, "receptive_field",
                     f"fields[{path}]", lines=_fields()),
            Quantity(message("its output, MiB"), mebibytes(picked.activations), outputs, "layer_output_mib",
                     f"math.prod(shapes[{path}][1]) * 4 / 2**20", tolerance=SINGLE),
            Quantity(message("its weights, MiB"), mebibytes(here.parameters), "", "layer_weights_mib",
                     f"{counted} * 4 / 2**20"),
            Quantity(message("whole network: parameters"), parameters, "", "parameters", _COUNT.format(of="net"),
                     (_COUNT.format(of="theirs"),) if theirs else (), mark="strong"),
            Quantity(message("in its linear layers"), linear / parameters, message("the last three layers"),
                     "linear_share", f"{_COUNT.format(of='net.classifier')} / {_COUNT.format(of='net')}", share=True),
            Quantity(message("multiply-adds"), work, "", "multiply_adds", "counter.get_total_flops() // 2",
                     mark="strong"),
            Quantity(message("weights, MiB"), mebibytes(parameters), "", "weights_mib",
                     f"{_COUNT.format(of='net')} * 4 / 2**20"),
            Quantity(message("outputs of all layers, MiB"), mebibytes(activations),
                     message("about what training keeps of one image; ReLU overwrites its input"),
                     "outputs_mib", "sum(math.prod(shape) for _, shape in shapes.values()) * 4 / 2**20"),
            Quantity(message("weight layers"), sum(each.parameters > 0 for each in layers), "", "weight_layers",
                     "sum(isinstance(each, nn.Conv2d | nn.Linear) for each in net.modules())"),
        ),
        setup=(*definition(configuration, size, classes, adaptive), *_measured(size)),
        aside=("from torchvision import models", *_theirs(configuration, classes)) if theirs else (),
    )  # fmt: skip


def _work(picked: Placed) -> str:
    layer = picked.layer
    if layer.kind.startswith("conv"):
        kernel = layer.kind[5]
        return f"{times(layer.shape_out)} · {layer.shape_in[0]}·{kernel}·{kernel}"
    return f"{layer.shape_out[0]} · {layer.shape_in[0]}" if layer.kind == "linear" else ""


def definition(configuration: str, size: int, classes: int, adaptive: bool) -> Lines:
    """Return the lines that define the network `VGG`, called as torchvision's are inside."""
    blocks = CONFIGURATIONS[configuration]
    side = POOLED if adaptive else size // 32
    lrn = any(LRN in block for block in blocks)
    normalise = CodeLine(
        "                if kernel == 0:", why=message("Local response normalisation, with the numbers of AlexNet.")
    )
    lines = ("                    layers.append(nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2))",
             "                    continue")  # fmt: skip
    pool = CodeLine(
        f"        self.avgpool = nn.AdaptiveAvgPool2d(({POOLED}, {POOLED}))",
        why=message("To 7 × 7, whatever comes; of an image of 224 × 224 it changes nothing."),
    )
    return (
        "import math",
        "",
        "import torch",
        "from torch import nn",
        "from torch.utils.flop_counter import FlopCounterMode",
        "",
        CodeLine("blocks = [", why=message("The side of each kernel, and the channels that it makes.")),
        *(f"    {list(block)}," for block in blocks),
        "]",
        "",
        "class VGG(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        "        layers, channels = [], 3",
        "        for block in blocks:",
        "            for kernel, filters in block:",
        *((normalise, *lines) if lrn else ()),
        "                layers += [nn.Conv2d(channels, filters, kernel, padding=kernel // 2), nn.ReLU(inplace=True)]",
        "                channels = filters",
        "            layers.append(nn.MaxPool2d(2))",
        "        self.features = nn.Sequential(*layers)",
        pool if adaptive else "        self.avgpool = nn.Identity()",
        "        self.classifier = nn.Sequential(",
        f"            nn.Linear(channels * {side} * {side}, {HIDDEN}), nn.ReLU(inplace=True), nn.Dropout(),",
        f"            nn.Linear({HIDDEN}, {HIDDEN}), nn.ReLU(inplace=True), nn.Dropout(),",
        f"            nn.Linear({HIDDEN}, {classes}),",
        "        )",
        "",
        "    def forward(self, images):",
        "        return self.classifier(self.avgpool(self.features(images)).flatten(1))",
        "",
    )


def _measured(size: int) -> Lines:
    """Return the lines that ask the network what its layers make, and what that costs."""
    return (
        CodeLine('with torch.device("meta"):', why=message("Shapes without numbers: no memory, no time.")),
        "    net = VGG().eval()",
        "shapes = {}",
        "",
        "def look(path, inputs, output):",
        "    if not isinstance(net.get_submodule(path), nn.ReLU | nn.Dropout | nn.Identity):",
        "        shapes[path] = tuple(inputs[0].shape[1:]), tuple(output.shape[1:])",
        "",
        "for path, layer in net.named_modules():",
        "    if not list(layer.children()):",
        "        layer.register_forward_hook(lambda layer, inputs, output, path=path: look(path, inputs, output))",
        "with FlopCounterMode(display=False) as counter:",
        f'    net(torch.empty(1, 3, {size}, {size}, device="meta"))',
        CodeLine(
            "work = {path: sum(counter.get_flop_counts().get(f'VGG.{path}', {}).values()) // 2 for path in shapes}",
            why=message("Two operations, a product and a sum, are one multiply-add."),
        ),
    )


def _fields() -> Lines:
    """Return the lines that follow the view of one number upwards."""
    return (
        "fields, field, jump, side = {}, 1, 1, 1",
        "for path, (given, made) in shapes.items():",
        "    layer = net.get_submodule(path)",
        "    if isinstance(layer, nn.Conv2d):",
        "        field += (layer.kernel_size[0] - 1) * jump",
        "    elif isinstance(layer, nn.MaxPool2d):",
        "        field, jump, side = field + jump, 2 * jump, made[1]",
        "    fields[path] = field",
        "    if isinstance(layer, nn.AdaptiveAvgPool2d):",
        "        windows = [-(-(i + 1) * side // 7) - i * side // 7 for i in range(7)]",
        "        fields[path] = field + (max(windows) - 1) * jump",
        CodeLine(
            "    elif isinstance(layer, nn.Linear):",
            why=message("It sees all of the last maps, whose side is that of the last pooling."),
        ),
        "        fields[path] = field + (side - 1) * jump",
    )


def _theirs(configuration: str, classes: int) -> Lines:
    """Return the lines that build the same network of torchvision."""
    return (
        'with torch.device("meta"):',
        f"    theirs = models.{TORCHVISION[configuration]}(num_classes={classes})",
    )
