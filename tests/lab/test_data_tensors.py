"""From an array to batches: every type, shape and refusal as torch has them, and the order of its loader."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from lab.core.events import Metrics
from lab.core.figures import Field
from lab.core.numbers import check
from lab.maths.torch_stream import TorchStream
from lab.topics.data.tensors import Tensors, TensorsParams, shuffled


def results(params: TensorsParams) -> Metrics:
    """Return the metrics of the page."""
    return next(event for event in Tensors().compute(params) if isinstance(event, Metrics))


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
@pytest.mark.parametrize("count", [2, 100, 1000])
def test_the_order_is_the_one_of_the_loader(count: int, seed: int) -> None:
    loader = DataLoader(
        TensorDataset(torch.arange(count)),
        batch_size=7,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
    )
    assert torch.cat([batch for (batch,) in loader]).tolist() == shuffled(count, seed).tolist()


@pytest.mark.parametrize("count", [0, 1, 2, 17, 1000])
def test_a_permutation_is_the_one_of_torch_also_after_other_numbers(count: int) -> None:
    ours, theirs = TorchStream(3), torch.Generator().manual_seed(3)
    for _ in range(2):
        assert ours.permutation(count).tolist() == torch.randperm(count, generator=theirs).tolist()
        ours.uniform((5,), 0.0, 1.0)
        torch.empty(5).uniform_(0.0, 1.0, generator=theirs)


def test_torch_agrees_with_every_type_and_shape() -> None:
    kinds = ("float32", "float64"), ("long", "int32", "float32", "float64"), (0, 1), (False, True)
    for precision, labels, first, column in itertools.product(*kinds):
        params = TensorsParams(
            precision=precision, labels=labels, first=first, column=column, examples=30, batch_size=7, shuffle=True
        )
        for row in check(Tensors().numbers(params)).rows:
            assert row[-1].mark == "good", (params, row)


def test_a_loss_accepts_exactly_one_kind_of_labels() -> None:
    def accepts(**values: Any) -> set[str]:
        return set(results(TensorsParams(**values)).values) & {"cross_entropy", "bcewithlogits"}

    assert accepts() == {"cross_entropy"}
    assert accepts(first=1) == accepts(column=True) == accepts(labels="float32") == accepts(labels="int32") == set()
    assert accepts(labels="float32", column=True) == {"bcewithlogits"}
    # The silent mistake.
    assert results(TensorsParams()).lists["difference_shape"] == (100, 100)
    assert results(TensorsParams(column=True)).lists["difference_shape"] == (100, 1)


def test_without_shuffling_batches_have_one_label() -> None:
    assert results(TensorsParams()).values["single_label_batches"] == 4
    for seed in (7, 1, 2, 3, 4):
        assert results(TensorsParams(shuffle=True, seed=seed)).values["single_label_batches"] == 0


def test_the_picture_has_the_labels_of_the_batches() -> None:
    params = TensorsParams(shuffle=True, batch_size=16)
    [picture] = [event for event in Tensors().figures(params) if isinstance(event, Field)]
    labels = torch.tensor(np.ceil(np.linspace(0.01, 4, 100)) - 1)
    loader = DataLoader(TensorDataset(labels), 16, shuffle=True, generator=torch.Generator().manual_seed(params.seed))
    for column, (batch,) in zip(picture.values.T, loader, strict=True):
        np.testing.assert_array_equal(column[: len(batch)], batch)
        assert np.isnan(column[len(batch) :]).all()


def test_no_full_batch_is_said() -> None:
    params = TensorsParams(examples=10, batch_size=20, drop_last=True)
    found = results(params)
    assert found.values["batches"] == 0 and "batch_shape" not in found.lists
    assert all(row[-1].mark == "good" for row in check(Tensors().numbers(params)).rows)
    assert len(list(Tensors().figures(params))) == 1
