"""The programs that pages offer to copy run as they are, and print the numbers of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.core.catalogue import experiment, identifiers
from lab.core.lessons import load_lessons, tries
from lab.data.store import DataStore
from lab.running.exporting.script import copy_beside, portable
from lab.training.dense.experiment import DenseExperiment
from tests.lab.contracts import DIGITS, prints_its_metrics, ran, ran_once, trains

ROOT = Path(__file__).resolve().parents[2]
HANDED_ON = {
    **{"network": "pool kernel=4; conv channels=2; batch_norm; relu; flatten; dropout share=0.2"},
    **{"examples": "40", "source_epochs": "1", "epochs": "1", "batch_size": "425", "seeds": "0"},
}
QUICK = {
    **{name: {"epochs": "1", "batch_size": "512"} for name in DIGITS},
    **{
        f"autoencoders.{name}": {"epochs": "1", "batch_size": "850"}
        for name in ("denoise", "digits", "occlusion", "tied")
    },
    **{f"autoencoders.{name}": {"epochs": "1", "batch_size": "512"} for name in ("anomaly", "latent", "variational")},
    "cnn.autoencoder": {"images": "20", "epochs": "1"},
    "cnn.gaussians": {"images": "40", "side": "21", "epochs": "1"},
    "cnn.dropout": {"count": "200", "epochs": "1"},
    "cnn.cifar10": {"network": "conv channels=2; pool; flatten; dropout", "epochs": "1", "images": "200"},
    "cnn.clothes": {"network": "conv channels=2; pool; flatten; dropout", "epochs": "1", "batch_size": "1200"},
    "cnn.losses": {"images": "64", "epochs": "1"},
    "cnn.orientation": {"images": "100", "networks": "1", "epochs": "1"},
    "cnn.maximise": {"steps": "2", "images": "2", "count": "2"},
    "cnn.shifted": {"count": "200", "epochs": "1"},
    "convolution.pooling_or_stride": {"images": "60", "epochs": "1"},
    "data.amount": {"points": "50", "epochs": "3", "updates": "60", "networks": "0"},
    "data.features": {"networks": "0", "epochs": "5"},
    "data.imbalance": {"networks": "0"},
    **{f"data.{name}": {"epochs": "2", "networks": "0"} for name in ("noise", "oversampling")},
    "data.save": {"epochs": "1", "batch_size": "512"},
    "gpu.pays": {"smallest": "2", "largest": "4", "points": "2", "repeats": "3", "threads": "1", "batch_size": "4"},
    "gradient_descent.dimensions": {"samples": "500"},
    "gradient_descent.plane": {"basins": "false"},
    "gradient_descent.line": {"many_starts": "1"},
    **{
        f"metaparameters.{name}": {"epochs": "20", "seeds": "2"}
        for name in ("activations", "batch_norm", "loss", "normalisation")
    },
    "measures.time": {"repeats": "2", "pause": "1"},
    "measures.unequal": {"epochs": "1"},
    "overfitting.cross_validation": {"epochs": "2", "hidden": "4"},
    "overfitting.leak": {"epochs": "3", "hidden": "4", "repeats": "2"},
    "regularisation.augmentation_noise": {"networks": "0"},
    "regularisation.batches": {"epochs": "20", "updates": "120"},
    "regularisation.dropout": {"networks": "0"},
    "regularisation.weights": {"networks": "0"},
    **{f"transfer.{name}": {"count": "60", "tests": "200", "epochs": "1"} for name in ("copy", "freeze", "head")},
    "transfer.digits_to_clothes": HANDED_ON,
    "transfer.letters_to_digits": HANDED_ON,
    "transfer.unsuitable": HANDED_ON | {"side": "20", "colours": "true"},
    "transfer.photographs": {"things": "2", "each": "3", "splits": "2", "epochs": "3", "dropout": "0.3"},
    "transfer.pretrained_autoencoder": {
        "unlabelled": "100",
        "labelled": "50",
        "batch_size": "500",
        "pretrain_epochs": "1",
        "epochs": "1",
        "seeds": "0",
    },
    "weights.identical": {"epochs": "2", "count": "200", "networks": "0"},
    "weights.scale": {"epochs": "2", "count": "200", "networks": "0"},
    "weights.initialisation": {"epochs": "20", "seeds": "2"},
    "zoo.blocks": {"depth": "8", "count": "100", "epochs": "1"},
    "zoo.run": {"repeats": "1"},
    "zoo.networks": {"name": "squeezenet1_1"},
    "zoo.train": {"count": "64", "epochs": "1"},
}
"""What keeps a run short; the program does the same with it."""

WITHOUT = {
    "ann.definitions": "its two programs are what it is about; test_definitions runs them",
    "ann.depth_breadth": "a sweep: each of its networks has the program of its own page",
    "ann.hidden_units": "a sweep: each of its networks has the program of its own page",
    "ann.learning_rates": "a sweep: each of its networks has the program of its own page",
    "ann.perceptron": "the rule is older than torch, and each step is shown as arithmetic",
    "ann.slopes": "a sweep: each of its networks has the program of its own page",
    "autoencoders.size": "a sweep: each of its networks has the program of its own page",
    "cnn.channels": "a sweep: each of its networks has the program of its own page",
    "draw.digit": "what it runs is the network of a run, whose page has the program",
    "gradient_descent.grid": "hundreds of descents, each of which has a page of its own",
    "maths.derivative": "its check is the same in torch",
    "maths.life": "there is nothing of torch in it",
    "maths.sampling": "there is nothing of torch in it",
    "metaparameters.optimisers": "a sweep: each of its networks has the program of its own page",
    "sweeps.grid": "a sweep: what is swept has the program of its own page",
}
"""What has no program "code" to copy, and why."""


def cases() -> Iterator[Any]:
    lessons = load_lessons("en")
    for name in identifiers():
        if name in WITHOUT:
            continue
        yield pytest.param(name, {}, id=name)
        marks = [pytest.mark.long] if trains(experiment(name)) else []
        # Each would train the network of the course.
        for place, texts in enumerate(tries(lessons[name]) if name != "cnn.mnist" else (), 1):
            yield pytest.param(name, texts, id=f"{name}, try {place}", marks=marks)


@pytest.mark.parametrize(("name", "texts"), list(cases()))
def test_the_program_of_a_page_prints_its_numbers(
    name: str, texts: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = experiment(name)
    if texts or name in QUICK or issubclass(chosen, DenseExperiment):
        quick = ({"epochs": "60"} if issubclass(chosen, DenseExperiment) else {}) | QUICK.get(name, {})
        found = ran(chosen, chosen.params.from_texts({**texts, **quick}), DataStore(tmp_path), watched=True)
    else:
        found = ran_once(name, watched=True)
    # As it is taken home: in a folder of its own, with the data that it reads beside it.
    source, beside = portable(found.code, ROOT)
    home = tmp_path / "taken home"
    home.mkdir()
    copy_beside(beside, home)
    assert not any(str(place) in source for place in (ROOT, tmp_path))
    monkeypatch.chdir(home)
    prints_its_metrics(source, found.metrics.everything)


def test_what_has_no_program_is_known() -> None:
    assert {name for name in identifiers() if not ran_once(name, watched=True).code} == {*WITHOUT}


def test_a_metric_that_is_not_what_the_program_prints_is_noticed() -> None:
    found = ran_once("maths.entropy", watched=True)
    with pytest.raises(AssertionError, match="entropy"):
        prints_its_metrics(found.code, {**found.metrics.everything, "entropy": 0.5})
