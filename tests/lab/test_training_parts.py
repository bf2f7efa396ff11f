"""Parts of a training against torch: groups, hooks, foreign dropout, images on the disk, splits, first weights."""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from lab.core.experiment import State
from lab.data.dividing import split
from lab.nets.registry.initialisations import INITIALISATIONS
from lab.training.groups import Group
from lab.training.hooks import BestWeights, ClipGradients, EarlyStopping, Hook, Target, UnfreezeAt
from lab.training.metaparameters import TrainingParams
from lab.training.sources import ImageFiles, InMemory
from lab.training.task import CLASSIFY, REGRESS, reconstruct
from lab.training.trainer import Setup, Trainer


def examples(count: int = 60) -> InMemory:
    generator = torch.Generator().manual_seed(5)
    return InMemory(torch.rand(count, 3, 8, 8, generator=generator), torch.randint(0, 4, (count,), generator=generator))


def network() -> nn.Sequential:
    torch.manual_seed(3)
    body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveAvgPool2d(2))
    return nn.Sequential(body, nn.Flatten(), nn.Linear(16, 4))


def params(**values: Any) -> TrainingParams:
    return TrainingParams(**{"batch_size": 16, "epochs": 4, "learning_rate": 0.01, **values})


def trainer(model: nn.Module | None = None, chosen: TrainingParams | None = None, **setup: Any) -> Trainer:
    source = examples()
    made = Setup(model or network(), CLASSIFY, {"train": source, "test": source}, **setup)
    return Trainer(made, chosen or params(), "cpu")


def steps(ours: Trainer, count: int) -> list[float]:
    return [ours.step().values()["loss"] for _ in range(count)]


def test_groups_have_rates_and_decays_of_their_own_as_in_torch() -> None:
    chosen = params(optimiser="sgd", weight_decay=0.1)
    ours = trainer(chosen=chosen, groups=(Group("0.*", rate=0.1, decay=0.0),))
    plain = network()
    body, head = plain[0], plain[2]
    reference = torch.optim.SGD(
        [
            {"params": body.parameters(), "lr": 0.001},
            {"params": [head.weight], "weight_decay": 0.1},
            {"params": [head.bias]},
        ],
        lr=0.01,
    )
    order = torch.Generator().manual_seed(chosen.seed)
    source = examples()
    for index in torch.randperm(60, generator=order).split(16):
        inputs, targets = source.take(index)
        reference.zero_grad()
        functional.cross_entropy(plain(inputs), targets).backward()
        reference.step()
        ours.step()
    for mine, theirs in zip(ours.model.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-6, rtol=1e-5)


def test_weight_decay_spares_biases_and_norms_unless_it_is_told_to_pull_at_everything() -> None:
    for on, spared in (("weights", 0.0), ("everything", 0.5)):
        ours = trainer(chosen=params(weight_decay=0.5, decay_on=on))
        decay = {id(p): group["weight_decay"] for group in ours.optimiser.param_groups for p in group["params"]}
        for parameter in ours.model.parameters():
            assert decay[id(parameter)] == (0.5 if parameter.ndim > 1 else spared)


@pytest.mark.parametrize("moves", [False, True])
def test_what_is_frozen_stays_and_its_batch_norm_too_unless_it_may_move(moves: bool) -> None:
    ours = trainer(groups=(Group("0.*", frozen=True, statistics_move=moves),))
    before = copy.deepcopy(ours.model.state_dict())
    steps(ours, 6)
    after = ours.model.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    running = {"0.1.running_mean", "0.1.running_var", "0.1.num_batches_tracked"}
    assert changed == {"2.weight", "2.bias"} | (running if moves else set())


def test_a_state_holds_nothing_of_what_is_frozen_and_goes_on_exactly() -> None:
    groups = (Group("0.*", frozen=True),)
    whole = trainer(groups=groups)
    steps(whole, 5)
    state = whole.state()
    assert {name for name in state.tensors if name.startswith("model.")} == {"model.2.weight", "model.2.bias"}
    losses = steps(whole, 6)
    again = trainer(groups=groups)
    again.restore(state)
    assert steps(again, 6) == losses


def test_unfrozen_layers_learn_and_a_run_that_goes_on_after_that_does_so_too() -> None:
    def fresh() -> Trainer:
        return trainer(groups=(Group("0.*", frozen=True),), hooks=(UnfreezeAt(2, "0.*"),))

    def on(ours: Trainer, count: int) -> list[float]:
        found = []
        for _ in range(count):
            found += steps(ours, 1)
            if ours.epoch_ends:
                for hook in ours.setup.hooks:
                    hook.after_epoch(ours, {})
        return found

    whole = fresh()
    first = whole.model[0][0].weight.detach().clone()
    on(whole, 4)
    assert torch.equal(whole.model[0][0].weight, first)
    on(whole, 2)
    assert not torch.equal(whole.model[0][0].weight, first)
    state = whole.state()
    losses = on(whole, 6)
    again = fresh()
    again.restore(state)
    assert on(again, 6) == losses


def test_clipped_gradients_are_those_of_torch() -> None:
    class Look(Hook):
        norms: list[float]

        def __init__(self) -> None:
            self.norms = []

        def after_backward(self, ours: Trainer) -> None:
            gradients = [parameter.grad for parameter in ours.learning if parameter.grad is not None]
            self.norms.append(float(torch.cat([gradient.flatten() for gradient in gradients]).norm()))

    before, after = Look(), Look()
    steps(trainer(hooks=(before, ClipGradients(0.05), after)), 3)
    assert min(before.norms) > 0.05
    assert after.norms == pytest.approx([0.05] * 3, rel=1e-4)


class Epoch:
    def __init__(self) -> None:
        self.epoch = 0


def stopped_at(hook: Hook, values: list[float], restored: bool = False) -> int | None:
    engine = Epoch()
    for engine.epoch, value in enumerate(values, 1):
        if restored:
            state, hook = hook.state(), copy.deepcopy(hook)
            hook.restore(State(dict(state.tensors), dict(state.counters)))
        if hook.after_epoch(engine, {"test_loss": value}) is not None:
            return engine.epoch
    return None


@pytest.mark.parametrize("restored", [False, True])
def test_early_stopping_waits_for_its_patience(restored: bool) -> None:
    falling = [3.0, 2.0, 1.0, 1.5, 0.9, 1.0, 1.1, 1.2, 1.3]
    assert stopped_at(EarlyStopping(("test_loss",), 3), falling, restored) == 8
    assert stopped_at(EarlyStopping(("test_loss",), 3, margin=0.2), falling, restored) == 6
    assert stopped_at(EarlyStopping(("test_loss",), 2, "higher"), falling, restored) == 3
    assert stopped_at(EarlyStopping(("other", "test_loss"), 9), falling, restored) is None
    assert stopped_at(Target(("test_loss",), 1.0), falling, restored) == 3


def test_the_best_weights_come_back_at_the_end() -> None:
    from lab.training.engine import TorchEngine

    hook = BestWeights("test_loss")
    engine = TorchEngine({"": trainer(hooks=(hook,))})
    values = iter([0.5, 0.2, 0.7, 0.6])
    kept: dict[str, Tensor] = {}
    while not engine.finished:
        engine.advance()
        if engine.epoch_ends:
            hook.after_epoch(engine, {"test_loss": next(values)})
            if engine.epoch == 2:
                kept = engine.weights()
    last = engine.weights()
    assert "epoch 2" in str(hook.at_end(engine))
    now = engine.weights()
    assert all(torch.equal(kept[name], now[name]) for name in kept)
    assert any(not torch.equal(last[name], now[name]) for name in last)


class Foreign(nn.Module):
    """Draws from torch's global generator, as modules of others do."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = network()

    def forward(self, values: Tensor) -> Tensor:
        return self.inner(functional.dropout(values, 0.5, self.training))


FOREIGN = {
    "nn.Dropout": lambda: nn.Sequential(nn.Dropout(0.5), network()),
    "nn.Dropout2d": lambda: nn.Sequential(nn.Dropout2d(0.5), network()),
    "a module of somebody": Foreign,
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_dropout_of_any_module_draws_from_the_run_and_goes_on_exactly(kind: str) -> None:
    def fresh() -> Trainer:
        return trainer(FOREIGN[kind]())

    whole = fresh()
    outside = torch.get_rng_state()
    steps(whole, 5)
    assert torch.equal(torch.get_rng_state(), outside)
    state = whole.state()
    losses = steps(whole, 6)
    again, other = fresh(), fresh()
    again.restore(state)
    found = []
    for _ in range(6):
        found += steps(again, 1)
        # Neither what others draw nor another run beside it is noticed.
        torch.rand(7)
        steps(other, 1)
    assert found == losses
    state.tensors["random.global"] = torch.Generator().manual_seed(1).get_state()
    violated = fresh()
    violated.restore(state)
    assert steps(violated, 6) != losses


def test_a_state_of_the_form_before_tasks_is_read() -> None:
    whole = trainer()
    steps(whole, 6)
    state = whole.state()
    sums = state.counters.pop("sums")
    state.counters |= {"loss_sum": sums["loss"], "right": int(sums["accuracy"])}
    losses, values = steps(whole, 3), whole.epoch_values()
    again = trainer()
    again.restore(state)
    assert steps(again, 3) == losses
    assert again.epoch_values() == values


def written(folder: Path, count: int = 30) -> list[Path]:
    generator = np.random.default_rng(0)
    paths = [folder / f"{place}.png" for place in range(count)]
    for path in paths:
        Image.fromarray(generator.integers(0, 255, (8, 8, 3), dtype=np.uint8)).save(path)
    return paths


def read(path: Path) -> Tensor:
    with Image.open(path) as image:
        return torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255


def test_images_on_the_disk_train_as_the_same_ones_in_memory(tmp_path: Path) -> None:
    paths = written(tmp_path)
    targets = torch.arange(30) % 4
    disk = ImageFiles(paths, targets, read)
    memory = InMemory(torch.stack([read(path) for path in paths]), targets)
    found = []
    for source in (disk, memory):
        ours = Trainer(Setup(network(), CLASSIFY, {"train": source, "test": source}), params(batch_size=8), "cpu")
        found.append((steps(ours, 9), ours.judge("test").values))
    assert found[0] == found[1]
    disk.close()
    assert not disk._coming


def test_a_training_on_images_on_the_disk_goes_on_exactly_within_an_epoch(tmp_path: Path) -> None:
    paths = written(tmp_path)

    def fresh() -> tuple[ImageFiles, Trainer]:
        source = ImageFiles(paths, torch.arange(30) % 4, read)
        made = Trainer(Setup(network(), CLASSIFY, {"train": source}), params(batch_size=8), "cpu")
        moved = made.sources["train"]
        assert isinstance(moved, ImageFiles)
        return moved, made

    first, whole = fresh()
    steps(whole, 6)
    state = whole.state()
    losses = steps(whole, 7)
    second, again = fresh()
    again.restore(state)
    assert steps(again, 7) == losses
    first.close()
    second.close()


def test_a_file_that_cannot_be_read_is_noticed_when_its_batch_comes(tmp_path: Path) -> None:
    paths = written(tmp_path, 10)
    paths[3].write_bytes(b"no image")
    source = ImageFiles(paths, torch.zeros(10, dtype=torch.int64), read)
    source.expect(torch.arange(10))
    with pytest.raises(OSError, match="cannot identify"):
        source.take(torch.arange(10))
    source.close()


@pytest.mark.parametrize("by_class", [True, False])
def test_a_split_uses_every_example_once_and_keeps_the_classes_alike(by_class: bool) -> None:
    targets = np.repeat([0, 1, 2], [500, 300, 200])
    parts = split(targets, {"train": 0.8, "dev": 0.1, "test": 0.1}, seed=4, by_class=by_class)
    assert {name: len(found) for name, found in parts.items()} == {"train": 800, "dev": 100, "test": 100}
    assert sorted(np.concatenate(list(parts.values())).tolist()) == list(range(1000))
    counts = [np.bincount(targets[found]).tolist() for found in parts.values()]
    assert (counts == [[400, 240, 160], [50, 30, 20], [50, 30, 20]]) == by_class
    again = split(targets, {"train": 0.8, "dev": 0.1, "test": 0.1}, seed=4, by_class=by_class)
    assert all(np.array_equal(parts[name], again[name]) for name in parts)
    assert not np.array_equal(
        split(targets, {"a": 0.5, "b": 0.5}, 5)["a"], split(targets, {"a": 0.5, "b": 0.5}, 6)["a"]
    )


def test_shares_that_are_not_a_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="do not sum to 1"):
        split(np.zeros(10), {"train": 0.8, "test": 0.1}, 0)


def test_tasks_sum_over_examples_as_torch_means_over_them() -> None:
    generator = torch.Generator().manual_seed(0)
    outputs, targets = torch.rand(20, 3, generator=generator), torch.rand(20, 3, generator=generator)
    assert float(REGRESS.judged_loss(outputs, targets)) / 20 == pytest.approx(
        float(functional.mse_loss(outputs, targets)), rel=1e-6
    )
    assert float(REGRESS.measures["absolute_error"](outputs, targets)) / 20 == pytest.approx(
        float(functional.l1_loss(outputs, targets)), rel=1e-6
    )
    task = reconstruct(functional.binary_cross_entropy)
    assert float(task.judged_loss(outputs, targets)) / 20 == pytest.approx(
        float(functional.binary_cross_entropy(outputs, targets)), rel=1e-6
    )
    classes = torch.randint(0, 3, (20,), generator=generator)
    smoothed = CLASSIFY.smoothed(0.2)
    assert float(smoothed.loss(outputs, classes)) == pytest.approx(
        float(functional.cross_entropy(outputs, classes, label_smoothing=0.2)), rel=1e-6
    )
    assert torch.equal(smoothed.judged_loss(outputs, classes), CLASSIFY.judged_loss(outputs, classes))


@pytest.mark.parametrize("rule", INITIALISATIONS)
@pytest.mark.parametrize("shape", [(40, 300), (32, 16, 5, 5)])
def test_first_weights_are_spread_as_those_of_torch(rule: str, shape: tuple[int, ...]) -> None:
    entry = INITIALISATIONS[rule]
    weight, bias = torch.empty(shape), torch.ones(shape[0])
    entry.draw(weight, bias, torch.Generator().manual_seed(2))
    w = torch.empty(shape)
    torch.manual_seed(1)
    exec(entry.code, {"nn": nn, "w": w})
    assert float(weight.std()) == pytest.approx(float(w.std()), rel=0.03)
    fan_in, fan_out = shape[1] * math.prod(shape[2:]), shape[0] * math.prod(shape[2:])
    assert float(weight.std()) == pytest.approx(entry.spread(fan_in, fan_out), rel=0.03)
    ratio = float(weight.abs().max() / weight.std())
    assert (ratio < 1.8) == (entry.family == "uniform")
    assert (not bias.any()) == (not entry.biases)
    drawn = entry.in_numpy(fan_in, fan_out, np.random.default_rng(0))
    assert drawn.std() == pytest.approx(entry.spread(fan_in, fan_out), rel=0.05)


def test_the_default_is_what_layers_of_torch_draw() -> None:
    torch.manual_seed(0)
    layer = nn.Linear(400, 300)
    bound = 400**-0.5
    assert float(layer.weight.detach().abs().max()) <= bound
    assert float(layer.weight.detach().std()) == pytest.approx(INITIALISATIONS["default"].spread(400, 300), rel=0.02)


def test_a_checkpoint_of_a_frozen_vgg_holds_its_new_head_alone() -> None:
    from torchvision.models import vgg16

    with torch.device("meta"):
        network = vgg16()
    # Whatever lies in memory: 528 MB of weights that nobody looks at.
    network = network.to_empty(device="cpu")
    network.classifier[6] = nn.Linear(4096, 10)
    examples = InMemory(torch.rand(4, 3, 32, 32), torch.arange(4))
    groups = (Group("features.*", frozen=True), Group("classifier.[03].*", frozen=True))
    chosen = TrainingParams(optimiser="momentum", batch_size=4, epochs=1)
    ours = Trainer(Setup(network, CLASSIFY, {"train": examples}, groups=groups), chosen, "cpu")
    ours.step()
    tensors = ours.state().tensors
    assert {name for name in tensors if name.startswith("model.")} == {
        "model.classifier.6.weight", "model.classifier.6.bias",
    }  # fmt: skip
    # The head and its momentum, 40,970 numbers each, of 134 million; beside them random states and the order.
    assert 2 * 4 * 40_970 < sum(tensor.nbytes for tensor in tensors.values()) < 2 * 4 * 40_970 + 50_000
