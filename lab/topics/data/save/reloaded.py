"""What becomes of a network that is saved and loaded: in torch."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from lab.core.events import Array
from lab.nets.dense.torch_classifier import build_dense
from lab.topics.data.save.figures import Entry, trap

if TYPE_CHECKING:
    from lab.topics.data.save import SaveParams
    from lab.training.engine import TorchEngine


@dataclass(frozen=True)
class Reloaded:
    """Of a network that was saved: its outputs (N, K) for the test images, those of the second network `without` and
    `loaded`; how loading was refused, and what each way to read files makes of a good and of a bad one.
    """

    original: Array
    without: Array
    loaded: Array
    truth: Array
    refusal: str
    taken: int
    entries: int
    parameters: int
    number_bytes: int
    file_bytes: int
    read: tuple[tuple[str, str, str], ...]

    def accuracy(self, outputs: Array) -> float:
        """Return the share of right answers."""
        return float((outputs.argmax(1) == self.truth).mean())

    def difference(self, outputs: Array) -> float:
        """Return how far outputs are from those of the original at most."""
        return float(abs(outputs.astype("float64") - self.original).max())

    def metrics(self) -> dict[str, float]:
        """Return what is compared, by name."""
        return {
            "loaded_difference": self.difference(self.loaded),
            "not_loaded_difference": self.difference(self.without),
            "loaded_accuracy": self.accuracy(self.loaded),
            "not_loaded_accuracy": self.accuracy(self.without),
            "entries": self.entries,
            "parameters": self.parameters,
            "number_bytes": self.number_bytes,
        }


def built(params: SaveParams, shape: tuple[int, ...], classes: int, later: int = 0) -> nn.Sequential:
    """Return the network with the first weights of its seed, or of one that is `later`."""
    return build_dense(params, shape, classes, torch.Generator().manual_seed(params.seed + later))


def reloaded(engine: TorchEngine[str], params: SaveParams, shape: tuple[int, ...], classes: int) -> Reloaded:
    """Save the network as it is now, and load it into a second one."""
    trainer = engine.first
    state = {name: tensor.cpu().contiguous() for name, tensor in trainer.model.state_dict().items()}
    second: nn.Module
    if params.second == "wider":
        first, *others = params.hidden
        second = built(params.replace(hidden=(first + 1, *others)), shape, classes, 1)
    else:
        second = built(params, shape, classes, 1)
    if params.second == "wrapped":
        second = nn.Sequential(OrderedDict(module=second))
    second = second.to(trainer.device)

    def outputs(model: nn.Module) -> Array:
        model.eval()
        source = trainer.sources["test"]
        with torch.inference_mode():
            parts = [model(source.part(at, at + 500)[0]) for at in range(0, len(source), 500)]
        found: Array = torch.cat(parts).cpu().numpy()
        return found

    original, without = outputs(trainer.model), outputs(second)
    refusal, file = "", save(state)
    own = second.state_dict()
    fits = [name for name, tensor in state.items() if name in own and own[name].shape == tensor.shape]
    try:
        second.load_state_dict(load(file), strict=params.strict)
    except RuntimeError as error:
        refusal = str(error)
    return Reloaded(
        original, without, outputs(second), trainer.sources["test"].labels(), refusal,
        0 if refusal else len(fits), len(state), sum(map(Tensor.numel, trainer.model.parameters())),
        sum(tensor.nbytes for tensor in state.values()), len(file), _readers(state, file),
    )  # fmt: skip


def values(model: nn.Module) -> list[Entry]:
    """Return the entries of a state_dict."""
    return [
        Entry(name, tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."), float(tensor.flatten()[0]))
        for name, tensor in model.state_dict().items()
    ]


def _readers(state: dict[str, Tensor], file: bytes) -> tuple[tuple[str, str, str], ...]:
    """Return each way to read, and how it refuses weights, and a file that would run something; "" where it reads.

    `pickle.load` is not tried on the latter: it would do what the file says.
    """

    def written(what: Any) -> bytes:
        stream = io.BytesIO()
        torch.save(what, stream)
        return stream.getvalue()

    def weights_only(content: bytes) -> object:
        return torch.load(io.BytesIO(content), weights_only=True)

    return (
        ("safetensors", _refusal(load, file), _refusal(load, pickle.dumps(trap(), protocol=2))),
        ("torch.load", _refusal(weights_only, written(state)),
         _refusal(weights_only, written(trap()))),
    )  # fmt: skip


def _refusal(read: Callable[[bytes], object], content: bytes) -> str:
    try:
        read(content)
    # safetensors has an error of its own, which is no other's.
    except Exception as error:
        return type(error).__name__
    return ""
