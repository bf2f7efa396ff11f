"""What torch refuses is what the page says it refuses; what is made to fit, fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lab.core.experiment import Context
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.transfer.gain.engine import Transferring
from lab.topics.transfer.unsuitable import Unsuitable, UnsuitableParams
from lab.topics.transfer.unsuitable.images import blobs
from tests.lab.contracts import small

DATA = DataStore(Path("unused"))
OTHER = ("conv channels=3 kernel=5", "relu", "pool", "flatten", "linear units=7", "relu")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"direction": "back"},
        {"side": 28},
        {"direction": "back", "side": 28},
        {"network": OTHER, "side": 30},
        {"network": ("pool kernel=2", "flatten")},
    ],
)
def test_torch_says_what_the_page_expects_it_to_say(changes: dict[str, Any]) -> None:
    pair = Unsuitable().pair(UnsuitableParams(**changes))
    expected = tuple(attempt.says for attempt in pair.attempts())
    if "conv" in " ".join(pair.params.network):
        assert expected[1].startswith("Given groups=1")
    assert pair.tried() == expected


def test_the_same_size_is_not_refused_and_other_classes_are() -> None:
    size, channels, weights, labels = Unsuitable().pair(UnsuitableParams(side=28)).attempts()
    assert not size.says and channels.says
    assert "output.weight" in weights.says
    assert labels.says == "Target 9 is out of bounds."


@pytest.mark.parametrize("direction", ["there", "back"])
@pytest.mark.parametrize("fit", ["pooled", "resized"])
@pytest.mark.parametrize("colours", [False, True])
def test_both_networks_take_the_images_and_are_of_one_shape(direction: str, fit: str, colours: bool) -> None:
    params = small(Unsuitable, direction=direction, fit=fit, colours=colours, side=33)
    engine = Unsuitable().begin(params, Context("cpu", DATA))
    assert isinstance(engine, Transferring)
    source, tuned = engine.source, engine.others["tuned"]
    for trainer in (source, tuned):
        inputs = trainer.sources["test"].part(0, 2)[0]
        assert inputs.shape[1] == (3 if colours else 1)
        trainer.outputs("test", 0, 2)
    own = tuned.model.state_dict()
    same = [name for name, tensor in source.model.state_dict().items() if tensor.shape == own[name].shape]
    assert set(own) - set(same) == {"output.weight", "output.bias"}


def test_grey_repeated_is_the_same_in_all_channels_and_colours_are_not() -> None:
    params = small(Unsuitable, colours=True)
    both = (Unsuitable().setup(params, DATA, end) for end in ("source", "target"))
    source, target = (setup.sources["test"].part(0, 9)[0] for setup in both)
    assert torch.equal(target[:, 0], target[:, 2])
    assert not torch.equal(source[:, 0], source[:, 2])


def test_blobs_are_as_wide_as_their_class_says() -> None:
    dataset = blobs(28, 7)
    mean = [dataset.train.images[dataset.train.labels == one].mean() for one in (0, 1)]
    assert mean[0] < mean[1]
    assert np.array_equal(dataset.train.labels[:4], [0, 1, 0, 1])


def test_a_network_that_does_not_fit_small_images_is_refused() -> None:
    with pytest.raises(ParamError):
        UnsuitableParams(side=16, network=("conv kernel=31 padding=0", "flatten"))
