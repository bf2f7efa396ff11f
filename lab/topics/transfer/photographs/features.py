"""What networks make of pictures: computed once for each picture, and kept, so that heads are trained in seconds."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

import numpy as np
import torch

from lab.core.events import Array
from lab.core.files import home, replace_file
from lab.core.reading import ReadingError, read_bytes
from lab.nets.pretrained.efficientnet_lite import FEATURES, EfficientNetLite0
from lab.nets.pretrained.kept import ALWAYS
from lab.nets.pretrained.preparing import class_names, prepared
from lab.nets.pretrained.weights import SHA256, load, untrained

PIXELS = "pixels"
AT_ONCE = 6
"""Pictures between two moments at which a run can be paused or stopped."""
REMEMBERED = 4000
"""Pictures whose features stay in memory: 5 kB each."""
_memory: OrderedDict[tuple[str, str], Array] = OrderedDict()


def networks(seed: int, device: str) -> dict[str, tuple[str, Callable[[], EfficientNetLite0]]]:
    """Return how networks are made, by the names of their heads, each with what tells it from any other."""
    kind = torch.device(device).type
    return {
        "": (f"{ALWAYS}-{SHA256[:8]}-{kind}", lambda: cast(EfficientNetLite0, load(ALWAYS))),
        "random": (f"{ALWAYS}-untrained-{seed}-{kind}", lambda: cast(EfficientNetLite0, untrained(ALWAYS, seed))),
    }


def colours(pixels: Array) -> Array:
    """Return raw pixels (N, 3072) in [0, 1] of pictures (N, 224, 224, 3): means of 7 × 7."""
    return np.asarray(pixels.reshape(-1, 32, 7, 32, 7, 3).mean((2, 4), np.float32).reshape(-1, 3072) / 255, np.float32)


class Features:
    """The features of pictures by several networks, as they are kept in the user's folder, or computed."""

    def __init__(self, seed: int, device: str) -> None:
        self.device = device
        self.networks = networks(seed, device)
        self._made: dict[str, EfficientNetLite0] = {}

    def missing(self, pixels: Array, digests: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Compute what is not kept yet; yield how many pictures are done, of how many, between two parts."""
        places = [place for place, digest in enumerate(digests)
                  if any(self._kept(key, digest) is None for key, _ in self.networks.values())]  # fmt: skip
        for start in range(0, len(places), AT_ONCE):
            if start:
                yield start, len(places)
            for place in places[start : start + AT_ONCE]:
                for name in self.networks:
                    self.of(name, pixels[place], digests[place])

    def of(self, name: str, pixels: Array, digest: str) -> Array:
        """Return what a head is given of a picture (224, 224, 3): features (1280,) of a network, or raw pixels."""
        if name == PIXELS:
            raw: Array = colours(pixels[None])[0]
            return raw
        key = self.networks[name][0]
        found = self._kept(key, digest)
        if found is None:
            with torch.inference_mode():
                x = prepared(pixels)[None].to(self.device, memory_format=torch.channels_last)
                # Each alone: so they do not depend, in the last digit, on which others there are.
                made: Array = self._network(name).features(x)[0].cpu().numpy().copy()
            self._keep(key, digest, made)
            return made
        return found

    def imagenet(self, features: Array) -> tuple[tuple[str, ...], Array]:
        """Return ImageNet's classes and their probabilities (1000,), as the pretrained network gives them itself."""
        with torch.inference_mode():
            x = torch.tensor(features)[None].to(self.device)
            shares: Array = self._network("").classifier(x).softmax(1)[0].cpu().numpy()
        return class_names(), shares

    def _network(self, name: str) -> EfficientNetLite0:
        if name not in self._made:
            self._made[name] = self.networks[name][1]().to(self.device).to(memory_format=torch.channels_last)
        return self._made[name]

    def all(self, name: str, pixels: Array, digests: Sequence[str]) -> Array:
        """Return what a head is given of pictures, (N, F)."""
        return np.stack([self.of(name, *each) for each in zip(pixels, digests, strict=True)])

    def _kept(self, key: str, digest: str) -> Array | None:
        found = _memory.get((key, digest))
        if found is None:
            found = _read(_place(key, digest))
            if found is not None:
                _remember(key, digest, found)
        return found

    def _keep(self, key: str, digest: str, features: Array) -> None:
        _remember(key, digest, features)
        stream = io.BytesIO()
        np.save(stream, features, allow_pickle=False)
        # A full disk costs time, and nothing else.
        with suppress(OSError):
            replace_file(_place(key, digest), lambda file: file.write(stream.getvalue()))


def _remember(key: str, digest: str, features: Array) -> None:
    features.flags.writeable = False
    _memory[key, digest] = features
    while len(_memory) > REMEMBERED:
        _memory.popitem(last=False)


def _place(key: str, digest: str) -> Path:
    return home() / "features" / key / f"{digest}.npy"


def _read(path: Path) -> Array | None:
    """Return features as they are kept; None where there are none, or none that can be used."""
    try:
        found = np.load(io.BytesIO(read_bytes(path, 1 << 16)), allow_pickle=False)
    except (OSError, ReadingError, ValueError, EOFError):
        return None
    if found.dtype != np.float32 or found.shape != (FEATURES,) or not np.isfinite(found).all():
        return None
    return np.array(found)
