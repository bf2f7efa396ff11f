"""A trained network that answers for single images."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.core.catalogue import read_params
from lab.core.events import Array
from lab.core.files import home
from lab.core.params import ParamError
from lab.core.reading import cut
from lab.core.text import LabError, Message, RunError, message
from lab.data.params import ImageDataParams
from lab.data.store import DataStore
from lab.nets.convolutional import ConvolutionalParams
from lab.nets.weight_files import read_weights
from lab.running.run_info import INFO
from lab.running.runs import MODEL, Run

if TYPE_CHECKING:
    from torch import nn

    from lab.data.base import ImageSet

MODELS = Path(__file__).resolve().parents[2] / "resources" / "models"
SHIPPED, LETTERS = "digits", "letters"
"""The models that answer for drawings, the first where nothing else is said."""
SMALL = "small"
"""A network small enough to be followed number by number."""
COURSE = "course"
"""The course's network for letters, from which others go on to learn."""
SURE = 0.8
"""Probability from which an answer is called sure, by networks that know nothing of `out_of_distribution`."""


@dataclass(frozen=True)
class KeptModel:
    """Weights by name, with the parameters and classes of their network."""

    name: str
    params: ConvolutionalParams
    dataset: str
    classes: tuple[str, ...]
    arrays: Mapping[str, Array]

    def test_images(self, data: DataStore) -> ImageSet:
        """Return test images of the data that it learned from. Raises LabError where they are not there any more."""
        dataset = data.load(self.dataset)
        if dataset.classes != self.classes:
            raise RunError(
                "The network knows the classes {known}, and the images under “{name}” have others now; its test images "
                "are no longer here. Import them once more.",
                known=", ".join(self.classes),
                name=self.dataset,
            )
        return dataset.test

    @property
    def file(self) -> Path:
        """Where its weights lie once its run is finished."""
        return _folder(self.name) / MODEL


@dataclass(frozen=True)
class Answer:
    """What a network says of one image: class, probabilities (K,), in words, and whether it may be believed."""

    label: str
    probabilities: Array
    verdict: Message
    sure: bool


def load_model(name: str) -> KeptModel:
    """Load a model that comes with Descent, or that of a run by its folder, finished or not. Raises RunError."""
    folder = _folder(name)
    # What a newer version keeps may mean something else, weights included.
    info = Run(folder).info() if (folder / INFO).exists() else None
    if (folder / MODEL).exists():
        arrays, about = read_weights(folder / MODEL)
        return kept_model(name, about.get("experiment"), about.get("params"), about.get("classes"), arrays)
    if not folder.is_dir():
        raise RunError("There is no model {name}; allowed is digits, letters, or the folder of a run.", name=name)
    if info is None:
        raise RunError("There is no run in {folder}.", folder=str(folder))
    state = Run(folder).checkpoint()
    if state is None:
        raise RunError("The run in {folder} has no weights yet.", folder=str(folder))
    prefix = "model."
    weights = {key.removeprefix(prefix): array for key, array in state.tensors.items() if key.startswith(prefix)}
    return kept_model(name, info.experiment, info.params, state.counters.get("classes"), weights)


def experiment_of(name: str) -> str:
    """Return the experiment that a model was trained by, as its file says; "" where there is none."""
    try:
        return str(read_weights(_folder(name) / MODEL)[1].get("experiment", ""))
    except RunError:
        return ""  # Loading it says what is wrong.


def _folder(name: str) -> Path:
    """Return where the model of a name lies, or would lie."""
    return MODELS / name if name in (SHIPPED, LETTERS, SMALL, COURSE) else Path(name).expanduser()


def kept_model(name: str, identifier: Any, params: Any, classes: Any, arrays: Mapping[str, Array]) -> KeptModel:
    """Put a model together from what was kept of it: its experiment, parameters as JSON, classes, weights.

    Raises RunError when it is not a classifier of images, or its parameters cannot be read.
    """
    try:
        own = read_params(str(identifier), params)
        labels = tuple(cut(label) for label in classes)
    except ParamError as error:
        raise RunError(
            "The parameters of the model {name} are not allowed here: {reason}.", name=name, reason=error.message
        ) from error
    except LabError as error:
        raise RunError(
            "The model {name} is of the experiment {experiment}, which is not here: it may be of a newer Descent.",
            name=name,
            experiment=cut(identifier),
        ) from error
    except TypeError as error:
        raise _no_classifier(name) from error
    if not isinstance(own, ConvolutionalParams) or not isinstance(own, ImageDataParams):
        raise _no_classifier(name)
    return KeptModel(name, own, own.chosen(DataStore(home() / "datasets")), labels, arrays)


def _no_classifier(name: str) -> RunError:
    return RunError("The model {name} is not a network that recognises images.", name=name)


def _no_weights(name: str) -> RunError:
    return RunError("The weights of the model {name} are no finite numbers of the kind that it has.", name=name)


class Recogniser:
    """A network ready to answer; on the CPU, where one image is answered soonest."""

    def __init__(self, model: KeptModel) -> None:
        import torch

        from lab.nets.convolutional import plan
        from lab.nets.network import build, fused
        from lab.nets.out_of_distribution import PREFIX, Familiarity

        self.model = model
        shape = (1, 28, 28)
        self.layers = plan(model.params, shape, len(model.classes))
        self._network = build(model.params, shape, len(model.classes)).eval()
        weights = {name: array for name, array in model.arrays.items() if not name.startswith(PREFIX)}
        own = self._network.state_dict()
        if own.keys() != weights.keys() or any(own[n].shape != weights[n].shape for n in own):
            raise RunError("The weights of the model {name} do not fit its parameters.", name=model.name)
        try:
            given = {key: torch.tensor(array) for key, array in weights.items()}
            self._familiarity = Familiarity.from_arrays(model.arrays)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise _no_weights(model.name) from error
        if any(own[n].dtype != given[n].dtype or not given[n].isfinite().all() for n in own):
            raise _no_weights(model.name)
        if self._familiarity is not None and not self._familiarity.fits(self._network[-1]):
            raise _no_weights(model.name)
        self._network.load_state_dict(given)
        # The same network with fewer steps: an answer is wanted sooner than its layers.
        self._quick = fused(self._network)

    @property
    def network(self) -> nn.Sequential:
        """The network, layer by layer."""
        return self._network

    def probabilities(self, images: Array) -> Array:
        """Return softmax probabilities (N, K) for uint8 images (N, 28, 28)."""
        import torch

        with torch.inference_mode():
            answer: Array = self._quick(self._input(images)).softmax(1).numpy()
        return answer

    def judge(self, image: Array) -> Answer:
        """Answer for one uint8 image (28, 28)."""
        import torch

        with torch.inference_mode():
            features = self._quick[:-1](self._input(image[None]))
            shares = self._quick[-1](features).softmax(1)[0]
            second, best = (int(place) for place in shares.argsort()[-2:])
            if self._familiarity is not None:
                sure = self._familiarity.sure(features[0], best, float(shares[best]))
            else:
                sure = float(shares[best]) >= SURE
        return self._answer(shares.numpy(), best, second, sure)

    def activations(self, image: Array) -> tuple[tuple[str, Array], ...]:
        """Return what each layer makes of one uint8 image (28, 28): names and arrays (C, h, w)."""
        from lab.nets.inspection import feature_maps

        return feature_maps(self._network, self._input(image[None]), [layer.name for layer in self.layers]).layers

    def _answer(self, probabilities: Array, best: int, second: int, sure: bool) -> Answer:
        label, other = self.model.classes[best], self.model.classes[second]
        if sure:
            return Answer(label, probabilities, message("This is {label}.", label=label), True)
        if probabilities[best] >= SURE:
            verdict = message("Not sure: most like {label}, but unlike what it learned from.", label=label)
        else:
            verdict = message("Not sure: perhaps {label}, perhaps {other}.", label=label, other=other)
        return Answer(label, probabilities, verdict, False)

    def _input(self, images: Array) -> Any:
        from lab.nets.pixels import as_tensor, scaled

        return scaled(as_tensor(images), self.model.params.pixels)


def read_card(name: str = SHIPPED) -> dict[str, Any]:
    """Return the card of a shipped model: data, seed, accuracy, the command that makes it again."""
    card: dict[str, Any] = json.loads((MODELS / name / "card.json").read_text(encoding="utf-8"))
    return card
