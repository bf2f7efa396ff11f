"""The numbers of a picture in a network, and the program of torch that gives the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lab.core.code import CodeLine, definitions
from lab.core.quantities import Numbers, Quantity, Tolerance
from lab.core.text import message
from lab.data.images.code import picture_lines
from lab.nets.pretrained import efficientnet_lite
from lab.nets.pretrained.kept import ALWAYS, kept
from lab.nets.pretrained.weights import SCALED_WITHIN

if TYPE_CHECKING:
    from lab.topics.zoo.run import RunParams
    from lab.topics.zoo.run.seen import Seen

MANY_LAYERS = Tolerance(1e-4, 1e-5, message("Single precision, through many layers."))


def numbers(params: RunParams, seen: Seen) -> Numbers:
    """Return the answers, what the layer makes, and the class activation map; each with its expression."""
    shares = [float(seen.shares[index]) for index in seen.best]
    (layer, values), *_ = seen.maps(params.layer).layers
    quantities = [
        Quantity(
            message("answer"), seen.classes[seen.best[0]], message("class {number} of 1000", number=seen.best[0]),
            mark="strong",
        ),
        Quantity(message("number of the class"), seen.best[0], "", "answer", "logits.argmax().item()", listed=False),
        Quantity(
            message("its probability"), shares[0], message("e^z of its score, as a share of the sum over all classes"),
            "probability", "probabilities.max().item()", share=True, tolerance=MANY_LAYERS,
        ),
        Quantity(
            message("the five best"), tuple(shares), "", "best", "probabilities.topk(5).values.tolist()", listed=False,
            tolerance=MANY_LAYERS,
        ),
        Quantity(
            message("parameters"), seen.parameters, message("numbers that are learned"), "parameters",
            "sum(each.numel() for each in network.parameters())",
        ),
        Quantity(
            message("largest of {layer}", layer=layer), float(values.max()), message("of all its maps that are shown"),
            "largest", f"layer[: {len(values)}].max().item()", tolerance=MANY_LAYERS,
        ),
        Quantity(
            message("mean of {layer}", layer=layer), float(values.mean(dtype="float64")), "",
            "mean", f"layer[: {len(values)}].double().mean().item()", tolerance=MANY_LAYERS,
        ),
        *_of_map(params, seen),
        Quantity(
            message("time, ms"), float(f"{1000 * seen.seconds:.3g}"),
            message("the median of {count} times", count=params.repeats),
        ),
    ]  # fmt: skip
    return Numbers(quantities, setup=tuple(_program(params, seen, layer)), checked=message("The program, run here."))


def _of_map(params: RunParams, seen: Seen) -> Iterator[Quantity]:
    answer = seen.best[params.answer - 1]
    cam = seen.cam(answer)
    if cam is None:
        return
    row, column = divmod(int(cam.argmax()), cam.shape[1])
    bias = seen.bias(answer)
    yield Quantity(
        message("score"), float(cam.double().mean()) + bias, message("the mean of its map, and the bias"), "score",
        f"logits[{answer}].item()", tolerance=MANY_LAYERS,
    )  # fmt: skip
    yield Quantity(
        message("highest in the map"), float(cam.max()),
        message("at row {row}, column {column}", row=row, column=column),
        "highest", "cam.max().item()", ("(maps * slope).sum(0).max().item() * cam.numel()",), tolerance=MANY_LAYERS,
    )  # fmt: skip
    yield Quantity(
        message("its place"),
        (row, column),
        "",
        "place",
        "divmod(cam.argmax().item(), cam.shape[1])",
        listed=False,
        between=", ",
    )


def _program(params: RunParams, seen: Seen, layer: str) -> Iterator[CodeLine | str]:
    ours, trained = params.network == ALWAYS, params.weights == "trained"
    answer = seen.best[params.answer - 1]
    picture = picture_lines(params)
    if ours:
        yield "from typing import NamedTuple"
    # What the picture needs, it names itself.
    named = " ".join(line.text for line in picture)
    yield from (line for line in ("import numpy as np", "from PIL import Image") if line not in named)
    yield "import torch"
    if trained:
        yield "from safetensors.torch import load_file"
    yield "from torch import Tensor, nn"
    yield "from torch.nn import functional" if ours else "from torchvision import models"
    yield from picture
    yield ""
    yield from _prepared(seen)
    yield ""
    if ours:
        yield from definitions(efficientnet_lite)
    yield from _network(params.network, trained, params.seed)
    yield "network.eval()"
    yield ""
    yield "seen = {}"
    yield f'network.get_submodule("{layer}").register_forward_hook('
    yield "    lambda module, given, made: seen.update(layer=made[0].clone())"
    yield ")"
    if seen.origin is not None:
        yield CodeLine(
            f'network.get_submodule("{seen.origin.maps}").register_forward_hook(',
            why=message("The maps whose means the last layer reads."),
        )
        yield "    lambda module, given, made: seen.update(maps=made)"
        yield ")"
    yield "logits = network(x[None])[0]"
    yield "probabilities = logits.double().softmax(0)"
    yield 'layer = seen["layer"].detach()'
    yield "layer = layer if layer.ndim > 1 else layer.view(-1, 1, 1)"
    if seen.origin is not None:
        yield CodeLine(
            f'[slope] = torch.autograd.grad(logits[{answer}], seen["maps"])',
            why=message("By how much the score grows with each number of the maps."),
        )
        yield 'maps, slope = seen["maps"][0].detach(), slope[0]'
        if seen.origin.linear:
            yield f'weight = network.get_submodule("{seen.origin.linear}").weight[{answer}].detach()'
            yield 'cam = torch.einsum("k,khw->hw", weight, maps)'
        else:
            yield f"cam = maps[{answer}]"


def _prepared(seen: Seen) -> Iterator[CodeLine | str]:
    how, size = seen.how, seen.how.size
    share = "" if how.share == 1 else f" * {how.share!r}"
    side = f"round(min(image.shape[:2]){share})" if share else "min(image.shape[:2])"
    yield f"side = {side}"
    yield "row, column = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2"
    yield "square = Image.fromarray(image[row : row + side, column : column + side])"
    yield f"square = square.resize(({size}, {size}), Image.Resampling.{'BICUBIC' if how.bicubic else 'BILINEAR'})"
    yield CodeLine(
        "x = torch.tensor(np.array(square)).permute(2, 0, 1).float()",
        why=message("from (H, W, 3) to (3, H, W)"),
    )
    if len({*how.shift, *how.over}) == 2:
        yield f"x = (x - {how.shift[0]:g}) / {how.over[0]:g}"
    else:
        yield f"shift, over = torch.tensor({list(how.shift)}), torch.tensor({list(how.over)})"
        yield "x = (x - shift.view(3, 1, 1)) / over.view(3, 1, 1)"


def _network(name: str, trained: bool, seed: int) -> Iterator[CodeLine | str]:
    more = "init_weights=False" if name in SCALED_WITHIN else ""
    more += ", aux_logits=False" if name == "googlenet" else ""
    yield CodeLine('with torch.device("meta"):', why=message("No numbers are drawn that would be written over."))
    yield f"    network = {'EfficientNetLite0()' if name == ALWAYS else f'models.{name}({more})'}"
    yield 'network.to_empty(device="cpu")'
    if trained:
        yield f"weights = load_file({str(kept(name))!r})"
        yield "for name, value in network.state_dict().items():"
        yield "    value.copy_(weights[name])"
        if name in SCALED_WITHIN:
            yield "network.transform_input = True"
    else:
        yield f"generator = torch.Generator().manual_seed({seed})"
        yield "for name, value in network.state_dict().items():"
        yield "    if value.ndim > 1:"
        yield '        nn.init.kaiming_normal_(value, nonlinearity="relu", generator=generator)'
        yield "    else:"
        yield CodeLine(
            '        value.fill_(name.endswith(("weight", "running_var")))', why=message("Scales are 1, all else is 0.")
        )
