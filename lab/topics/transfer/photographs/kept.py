"""A head that was trained and kept: it answers for further pictures."""

from __future__ import annotations

from pathlib import Path

import torch

from lab.core.catalogue import read_params
from lab.core.events import Array
from lab.core.reading import cut
from lab.core.text import LabError, RunError
from lab.nets.pretrained.efficientnet_lite import FEATURES
from lab.nets.weight_files import read_weights
from lab.topics.transfer.photographs.features import Features
from lab.topics.transfer.photographs.heads import Scale, head
from lab.topics.transfer.photographs.params import PhotographsParams
from lab.topics.transfer.photographs.pictures import digest_of


class KeptHead:
    """The head of a finished run, by its file of weights; on the CPU."""

    def __init__(self, file: Path) -> None:
        """Raise RunError where the file is no such head."""
        arrays, about = read_weights(file)
        try:
            params = read_params(str(about.get("experiment")), about.get("params") or {})
            self.classes = tuple(cut(name) for name in about.get("classes") or ())
        except (LabError, TypeError) as error:
            raise _unfit(file) from error
        if not isinstance(params, PhotographsParams) or len(self.classes) < 2:
            raise _unfit(file)
        self._head = head(params, FEATURES, len(self.classes)).eval()
        own = {"mean": torch.zeros(FEATURES), "spread": torch.zeros(()), **self._head.state_dict()}
        given = {name: torch.tensor(array) for name, array in arrays.items()}
        if own.keys() != given.keys() or any(
            given[name].shape != own[name].shape or given[name].dtype != own[name].dtype
            or not given[name].isfinite().all()
            for name in own
        ):  # fmt: skip
            raise _unfit(file)
        self._scale = Scale(given.pop("mean"), given.pop("spread"))
        self._head.load_state_dict(given)
        self._features = Features(params.seed, "cpu")

    def shares(self, pixels: Array) -> Array:
        """Return the probabilities (K,) of a picture as the network is to see it, (224, 224, 3) uint8."""
        features = torch.tensor(self._features.of("", pixels, digest_of(pixels)))
        with torch.inference_mode():
            found: Array = self._head(self._scale(features)[None]).softmax(1)[0].numpy()
        return found


def _unfit(file: Path) -> RunError:
    return RunError("The weights in {file} are not those of a head on pictures. They were not used.", file=str(file))
