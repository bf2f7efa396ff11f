"""A pipeline that runs: every sample, and the first one stage by stage."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.blocks import ReadBlock
from lab.core.events import Array
from lab.topics.transforms.pipeline.block_kinds import make
from lab.training.random import seeded


@dataclass(frozen=True)
class Stage:
    """What a block made of the first sample: an array (C, H, W), with the name of torch's type; `problem` is what
    torch said instead.
    """

    block: ReadBlock | None
    image: Array
    dtype: str
    problem: str = ""


@dataclass(frozen=True)
class Pipelined:
    """The stages of the first sample, from the image itself, and all samples (C, H, W) as far as the pipeline came."""

    stages: tuple[Stage, ...]
    samples: tuple[Array, ...]

    @property
    def problem(self) -> str:
        """What torch said of the block at which the pipeline ends too early."""
        return self.stages[-1].problem


def run(image: Array, blocks: tuple[ReadBlock, ...], samples: int, seed: int) -> Pipelined:
    """Send an image (H, W, C) uint8 through the blocks, as often as there are samples: sample i draws its random
    numbers as after `torch.manual_seed(seed + i)`.
    """
    import torch

    transforms = [make(block) for block in blocks]
    begin = torch.tensor(image.transpose(2, 0, 1))
    stages = [Stage(None, begin.numpy(), "uint8")]
    results = []
    for sample in range(samples):
        with seeded(seed + sample):
            planes = begin
            for block, transform in zip(blocks, transforms, strict=True):
                try:
                    planes = transform(planes)
                except (RuntimeError, ValueError, TypeError) as error:
                    if sample == 0:
                        reason = str(error).strip().splitlines()
                        words = reason[0] if reason else type(error).__name__
                        stages.append(Stage(block, stages[-1].image, stages[-1].dtype, words))
                    break
                if sample == 0:
                    stages.append(Stage(block, planes.numpy(), str(planes.dtype).removeprefix("torch.")))
        results.append(planes.numpy())
    return Pipelined(tuple(stages), tuple(results))
