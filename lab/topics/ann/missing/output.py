"""What a network in torch says of the digit that it never saw."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from lab.topics.ann.missing.figures import Asked
from lab.training.digits import CLASSES
from lab.training.engine import TorchEngine


def asked(model: nn.Module, engine: TorchEngine[str]) -> Asked:
    """Ask a model, trained or not, for all images of the sources of a training."""
    sources, output = engine.first.sources, model.get_submodule("output")
    assert isinstance(output, nn.Linear)
    model.eval()
    with torch.inference_mode():
        unseen, _ = sources["missing"].part(0, len(sources["missing"]))
        scores = model(unseen).double()
        learned, targets = sources["train"].part(0, len(sources["train"]))
        pushes = model(learned).double().softmax(1).mean(0) - targets.bincount(minlength=CLASSES) / len(targets)
        taken = scores.argmax(1).bincount(minlength=CLASSES) / len(scores)
        parts = (taken, scores.softmax(1).mean(0), scores.mean(0), output.bias, output.weight.norm(dim=1), pushes)
        return Asked(*(np.array(part.cpu().numpy(), np.float64) for part in parts))
