"""Frozen layers of a given network: what moves all the same, what freezing saves, what the body still knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lab.core.events import LayerTree, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.nets.inspection import layer_tree
from lab.running.runs import Run
from lab.topics.transfer.freeze import TransferFreeze
from lab.topics.transfer.freeze.costs import activations
from lab.topics.transfer.freeze.engine import Frozen
from lab.topics.transfer.freeze.params import TransferFreezeParams
from lab.topics.transfer.given import is_buffer, names
from tests.lab.contracts import prints_its_metrics, small

STORE = DataStore(Path("unused"))
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run() -> tuple[TransferFreeze, dict[str, float]]:
    instance = TransferFreeze()
    *_others, last = instance.run(small(TransferFreeze), Context("cpu", STORE))
    assert isinstance(last, Metrics)
    return instance, dict(last.values)


def engine_of(instance: TransferFreeze) -> Frozen:
    assert isinstance(instance.engine, Frozen)
    return instance.engine


def test_requires_grad_freezes_no_statistics(run: Any) -> None:
    instance, found = run
    table = next(e for e in made(instance.query({})) if isinstance(e, Table) and e.name == "moved")
    rows = {str(row[0].value): row[1:] for row in table.rows}
    head, buffers = {"output.weight", "output.bias"}, set(filter(is_buffer, rows))
    moving, held = ({name for name, cells in rows.items() if cells[place].value} for place in (1, 2))
    assert (moving, held) == (head | buffers, head)
    assert {name for name, cells in rows.items() if cells[1].mark == "bad"} == buffers
    assert all(cells[0].value for cells in rows.values())
    assert found["held_features_moved"] == 0 < found["moving_features_moved"] < found["free_features_moved"]


def test_a_body_that_stays_still_reads_the_letters_as_before(run: Any) -> None:
    instance, found = run
    engine = engine_of(instance)
    whole = [*list(engine.trainers["held"].model.children())[:-1], engine._old]
    inputs, truth = engine._letters
    with torch.no_grad():
        right = float((torch.nn.Sequential(*whole).eval()(inputs).argmax(1) == truth).double().mean())
    assert found["held_test_accuracy"] != right > 0.8
    assert engine.letters_accuracy("held") == pytest.approx(right)


def test_memory_is_what_tensors_take(run: Any) -> None:
    instance, found = run
    assert [found[f"{way}_learning"] for way in ("free", "moving", "held")] == [15_674, 510, 510]
    # Adam keeps two numbers a parameter, and a count a tensor.
    assert found["free_optimiser_bytes"] == 8 * 15_674 + 4 * 12 and found["held_optimiser_bytes"] == 8 * 510 + 4 * 2
    assert found["held_gradient_bytes"] == 4 * 510
    engine = engine_of(instance)
    for way, trainer in engine.trainers.items():
        gradients = sum(p.grad.nbytes for p in trainer.model.parameters() if p.grad is not None)
        assert gradients == found[f"{way}_gradient_bytes"]
    # For the way back the last layer needs what it was given, and the loss its logarithms.
    batch = engine.first.params.batch_size
    assert batch * (50 + 10) * 4 <= found["held_activation_bytes"] < found["free_activation_bytes"] / 10


def test_counting_changes_nothing(run: Any) -> None:
    trainer = engine_of(run[0]).trainers["free"]
    before = {name: tensor.clone() for name, tensor in trainer.model.state_dict().items()}
    drawn = torch.random.get_rng_state()
    assert activations(trainer) == activations(trainer) > 0
    assert all(torch.equal(tensor, before[name]) for name, tensor in trainer.model.state_dict().items())
    assert torch.equal(torch.random.get_rng_state(), drawn)


def test_a_checkpoint_holds_nothing_of_what_is_frozen(run: Any, tmp_path: Path) -> None:
    instance, found = run
    state = instance.state()
    assert state is not None
    kept = {name for name in state.tensors if name.startswith("held/model.")}
    assert kept == {"held/model.output.weight", "held/model.output.bias"}
    folder = Run.create(tmp_path / "run", "transfer.freeze", small(TransferFreeze).to_json(), "cpu", 1)
    folder.save(state, [])
    read = folder.checkpoint()
    assert read is not None
    size = sum(a.nbytes for n, a in read.tensors.items() if n.startswith(("held/model.", "held/optimiser.")))
    assert size == found["held_checkpoint_bytes"] == 4 * 510 * 3 + 4 * 2


def test_layers_that_learn_are_named_and_others_are_refused() -> None:
    assert TransferFreezeParams(learns="linear*, output").learning() == ("linear1", "output")
    assert TransferFreezeParams(source="letters", learns="conv5 batch_norm5 output").learning()[0] == "conv5"
    with pytest.raises(ParamError, match="“conv3” is no layer with weights of this network; it has conv1, batch_norm1"):
        TransferFreezeParams(learns="conv3")
    with pytest.raises(ParamError, match="name a layer"):
        TransferFreezeParams(learns=" ; ")


def test_the_tree_says_what_learns() -> None:
    params = small(TransferFreeze, learns="linear1 output", norms="held")
    tree = next(e for e in TransferFreeze().preview(params, STORE) if isinstance(e, LayerTree))
    trainer_model = TransferFreeze().begin(params, Context("cpu", STORE)).trainers["held"]
    held = {name for name, module in trainer_model.model.named_modules() if module in trainer_model.held}
    assert tree.layers == layer_tree(trainer_model.model, (1, 28, 28), held=held).layers
    assert held == {name.rpartition(".")[0] for name in names(params) if is_buffer(name)}


def test_the_program_of_norms_in_evaluation_mode_prints_its_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    params = small(TransferFreeze, norms="held", learns="linear1 output")
    code = next(e for e in made(TransferFreeze().preview(params, STORE)) if e.key == ("Code", "code"))
    *_others, last = TransferFreeze().run(params, Context("cpu", STORE))
    monkeypatch.chdir(ROOT)
    prints_its_metrics(code.source, last.values)  # type: ignore[attr-defined]


@pytest.mark.long
def test_what_the_lesson_says_of_statistics_that_move() -> None:
    said = {
        "free": ((94.7, 0.3), (67.8, 6.8), (60.1, 4.3)),
        "moving": ((86.7, 1.0), (90.0, 0.2), (11.0, 0.5)),
        "held": ((87.0, 0.9), (90.98, 0.01), (0.0, 1e-9)),
    }
    found: dict[str, list[list[float]]] = {way: [] for way in said}
    for seed in range(7, 12):
        instance = TransferFreeze()
        engine = instance.begin(TransferFreezeParams(seed=seed), Context("cpu", STORE))
        while not engine.finished:
            engine.advance()
            engine.losses(True)
        values = instance.result(engine).values
        for way, each in found.items():
            each.append([100 * values[f"{way}_{of}"] for of in ("test_accuracy", "letters_accuracy", "features_moved")])
        assert values["moving_letters_accuracy"] < values["held_letters_accuracy"]
    for way, figures in said.items():
        for mean, (middle, half) in zip(np.mean(found[way], 0), figures, strict=True):
            assert mean == pytest.approx(middle, abs=max(half / 2, 0.01)), way
