"""Makes a model that comes with Descent from a finished run: `python -m resources.makers.model RUN_FOLDER [NAME]`.

The run is an ordinary one of cnn.mnist; what is added is the rule that tells when the network is not sure, and a card.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

from lab.core.events import Array
from lab.core.text import RunError
from lab.data.store import DataStore
from lab.nets.convolutional import ConvolutionalParams
from lab.nets.network import build
from lab.nets.out_of_distribution import SURE_SHARE, Familiarity
from lab.nets.pixels import as_tensor, scaled
from lab.running.classifier import COURSE, LETTERS, MODELS, SHIPPED, SMALL, load_model
from lab.running.runs import MODEL, Run, home
from lab.running.weights import read_weights, write_weights
from lab.topics.autoencoders.anomaly.letters import EACH, FONTS, printed_letters

CALIBRATING = 600
"""Of the images never seen, the first so many say where the rule ends; the tables of pictures are of the others."""
COMMAND = "python main.py run cnn.mnist --params resources/models/{name}/params.json --out RUN_FOLDER"
WHAT = {
    **dict.fromkeys((SHIPPED, SMALL), "Recognises one handwritten digit in a 28×28 image made as MNIST's were."),
    **dict.fromkeys(
        (LETTERS, COURSE),
        "Recognises one letter, capital or small, in a 28×28 image made as MNIST's were. It never saw real "
        "handwriting: all letters that it learned from are synthetic.",
    ),
}
DATA = {
    **dict.fromkeys((SHIPPED, SMALL), "{train:,} bundled MNIST digits to learn from, {test:,} never seen"),
    **dict.fromkeys(
        (LETTERS, COURSE),
        "{train:,} bundled synthetic letters to learn from, {test:,} in fonts that it never saw, of families of "
        "which it saw other fonts",
    ),
}
ARCHITECTURES = {
    **dict.fromkeys(
        (SHIPPED, LETTERS), "five 3×3 convolutions with batch norm, ReLU and dropout, max-pooling, one linear layer"
    ),
    SMALL: "two 3×3 convolutions of 4 and 6 channels with max-pooling and ReLU, 12 hidden units, one linear layer",
    COURSE: "two 3×3 convolutions of 6 channels, each with max-pooling, batch norm and leaky ReLU, 50 hidden units, "
    "one linear layer: the network of the course's exercise on letters",
}


def ship(run_folder: Path, name: str) -> None:
    """Write model and card of a name. Raises RunError when the run is not finished."""
    target = MODELS / name
    run = Run(run_folder)
    info, result = run.info(), run.result()
    if info.unfinished or result is None:
        raise RunError("The run in {folder} is not finished.", folder=str(run_folder))
    kept = load_model(str(run_folder))
    network = build(kept.params, (1, 28, 28), len(kept.classes)).eval()
    network.load_state_dict({name: torch.tensor(array) for name, array in kept.arrays.items()})
    dataset = DataStore(home() / "datasets").load(kept.dataset)
    trained, _ = _features(network, scaled(as_tensor(dataset.train.images), kept.params.pixels))
    unseen, probabilities = _features(network, scaled(as_tensor(dataset.test.images), kept.params.pixels))
    some = slice(CALIBRATING)
    rule = Familiarity.fit(trained, torch.tensor(dataset.train.labels), unseen[some], probabilities[some])
    right = probabilities.argmax(1) == torch.tensor(dataset.test.labels)
    arrays: dict[str, Array] = {**kept.arrays, **rule.arrays()}
    _, about = read_weights(run_folder / MODEL)
    target.mkdir(parents=True, exist_ok=True)
    write_weights(target / MODEL, arrays, about)
    raw = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    things = "letters" if name in (LETTERS, COURSE) else "digits"
    card = {
        "what": WHAT[name],
        "architecture": ARCHITECTURES[name],
        "parameters": sum(p.numel() for p in network.parameters()),
        "data": DATA[name].format(train=len(dataset.train), test=len(dataset.test)),
        "licence": f"MIT, as Descent and the bundled {things}",
        "command": COMMAND.format(name=name),
        "then": " ".join(["python -m resources.makers.model RUN_FOLDER", *([] if name == SHIPPED else [name])]),
        "seed": info.params["seed"],
        "params": info.params,
        "test_accuracy": float(right.double().mean()),
        "test_wrong": int((~right).sum()),
        "test_loss": result["metrics"]["test_loss"],
        **(_printed(network, kept.params) if name == LETTERS else {}),
        "sure_rule": f"calls {SURE_SHARE:.1%} of the first {CALIBRATING} {things} never seen sure;"
        " see lab/nets/out_of_distribution.py",
        "seconds": result["seconds"],
        "threads": info.threads,
        "versions": raw["versions"],
    }
    (target / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _printed(network: nn.Sequential, params: ConvolutionalParams) -> dict[str, str]:
    """Return how the network for letters does on print, in a font of another designer."""
    images, labels = printed_letters(FONTS, EACH), torch.arange(26).repeat_interleave(EACH)
    _, probabilities = _features(network, scaled(as_tensor(images), params.pixels))
    right = (probabilities.argmax(1) == labels).double().mean()
    return {"printed": f"{100 * float(right):.1f} % of {len(images)} letters printed in Vazirmatn, slanted and turned"}


def _features(network: nn.Sequential, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Return what enters the last layer (N, F), and the probabilities (N, K)."""
    with torch.no_grad():
        features = torch.cat([network[:-1](part) for part in torch.split(inputs, 500)])
        probabilities: Tensor = network[-1](features).softmax(1)
        return features, probabilities


if __name__ == "__main__":
    ship(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else SHIPPED)
