"""Unequal classes, from 50:50 to 99:1: what becomes of accuracy, recall and the boundary, and what helps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.code import Code, definitions
from lab.core.events import Event
from lab.core.headline import Headline
from lab.core.metaparameters import DescentParams, epochs_field, rate_field
from lab.core.params import Params, choice, flag, integer, real
from lab.core.quantities import Numbers
from lab.core.specs import When
from lab.core.text import message
from lab.data.planar import split
from lab.data.store import DataStore
from lab.data.tables.own import OwnDataParams
from lab.data.tables.roles import Limits
from lab.nets.dense.network import Network
from lab.nets.dense.params import hidden_field
from lab.topics.data.imbalance import sampling
from lab.topics.data.imbalance.examples import data_lines, made
from lab.topics.data.imbalance.figures import numbers, over_shares, remedies, shown
from lab.topics.data.imbalance.remedies import (
    MODELS,
    REMEDIES,
    RESAMPLING,
    Rare,
    Remedied,
    Worth,
    cut,
    of_model,
    of_network,
    recipe,
)
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of, training_lines
from lab.training.dense.training_code import data_lines as literal

SHARES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01)


@dataclass(frozen=True, kw_only=True)
class ImbalanceParams(OwnDataParams, DescentParams):
    """How rare one class is, and what is done about it."""

    limits: ClassVar[Limits] = Limits(classes=2)
    own_when: ClassVar[When | None] = ("data", ("own",))
    essentials: ClassVar[tuple[str, ...]] = ("rare", "remedy", "before", "data")

    rare: float = real(
        0.05, 0.01, 0.5, scale="log", slider=True, label="Share of the rare class", group="Data",
        help="From 0.5, half and half, to 0.01: 99 common ones for each rare one. At least five are rare.",
    )  # fmt: skip
    remedy: str = choice(
        "copies", REMEDIES, label="Remedy", group="Remedy",
        help="What is done. The network beside it has the same first weights, and nothing is done for it.",
    )  # fmt: skip
    before: bool = flag(
        False, label="Resample before the split", group="Remedy", when=("remedy", RESAMPLING),
        help="The leak: what is held back then holds copies of what is learned from, or points made of it.",
    )  # fmt: skip
    neighbours: int = integer(
        5, 1, 20, slider=True, label="Neighbours", group="Remedy", when=("remedy", ("smote",)),
        help="SMOTE puts a new example between a rare one and one of so many rare ones nearest to it.",
    )  # fmt: skip
    data: str = choice(
        "clusters",
        {
            "clusters": "Two overlapping clusters",
            "breast_cancer": "Breast cancer: malignant is rare",
            "digits8x8": "Digits of 8 × 8: an 8 among 3s",
            "own": "Own table (CSV)",
        },
        label="Data", group="Data",
        help="What is told apart. Of tables half the rows judge, and of the other half so many are left out that the "
        "share is as said.",
    )  # fmt: skip
    count: int = integer(
        500, 50, 5000, scale="log", slider=True, label="Examples", group="Data",
        help="Of both classes together; a fifth of them is held back. At most what there is.",
    )  # fmt: skip
    blur: float = real(
        1.0, 0.1, 5.0, slider=True, label="Blur", group="Data", when=("data", ("clusters",)),
        help="The standard deviation of the points about the middle of their cluster; the middles are 2 apart.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field((8, 8), 128)
    learning_rate: float = rate_field(0.01, help="How far one step of Adam goes along the gradient.")
    epochs: int = epochs_field(200, 5000)
    networks: int = integer(
        5, 0, 30, label="Seeds a remedy", group="Comparison",
        help="When the run has ended, all remedies and other models are compared over so many seeds; 0 for none.",
    )  # fmt: skip

    @property
    def leaks(self) -> bool:
        """Whether what was resampled is split then."""
        return self.before and self.remedy in RESAMPLING


class Imbalance(DenseExperiment[ImbalanceParams]):
    """2–8–8–1 on unequal classes, with a remedy and without."""

    id: ClassVar[str] = "data.imbalance"
    title: ClassVar[str] = "A rare class"
    params: ClassVar[type[Params]] = ImbalanceParams
    headline: ClassVar[Headline | None] = Headline("balanced_accuracy", message("balanced accuracy"))

    def recipe(self, params: ImbalanceParams, data: DataStore) -> TrainingSpec:
        """Return the training with the remedy, as far as that is in its examples."""
        return recipe(params)

    def learner(self, params: ImbalanceParams, data: DataStore) -> Remedied:
        """Return the network with the remedy, and the one without beside it."""
        return Remedied(params)

    def alone(self, params: ImbalanceParams) -> bool:
        """Ensembles know no weights of examples."""
        return params.remedy == "weights"

    def metrics(self, params: ImbalanceParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return what it is worth for both classes."""
        assert isinstance(recipe, Rare)
        return _told(params, of_network(recipe.made, network, cut(params, recipe.made)))

    def also(self, params: ImbalanceParams, learner: Learner) -> Mapping[str, float]:
        """Return the same of both networks."""
        assert isinstance(learner, Remedied)
        plain = _told(params, of_network(learner.without, learner.plain.network, 0.0))
        mine = _told(params, of_network(learner.made, learner.network, learner.cut))
        return {**mine, **{f"plain_{name}": value for name, value in plain.items()}}

    def figures(self, params: ImbalanceParams, learner: Learner) -> Iterator[Event]:
        """Yield both boundaries."""
        assert isinstance(learner, Remedied)
        yield from shown(params, learner)

    def numbers(self, params: ImbalanceParams, learner: Learner) -> Numbers:
        """Return both networks side by side."""
        assert isinstance(learner, Remedied)
        return numbers(params, learner)

    def program(self, params: ImbalanceParams, recipe: TrainingSpec) -> Code:
        """Return the program, with what makes the examples."""
        assert isinstance(recipe, Rare)
        found, own = recipe.made, params.data == "own"
        lines = [*(literal(recipe) if own else (*definitions(split, sampling), *data_lines(params)))]
        if own:
            lines += [f"dev_rare, fresh_rare = np.array({found.dev_rare.tolist()}), test_targets.numpy()[:, 0] > 0"]
            lines += [f"dev = {found.dev_inputs.tolist()}"]
        if params.remedy == "weights":
            lines += [
                "share = targets.mean()",
                "weights = torch.where(targets > 0, 0.5 / share, 0.5 / (1 - share))",
                "criterion = nn.BCEWithLogitsLoss(weight=weights)",
            ]
        ending = (
            "losses = train(inputs, targets)",
            "with torch.no_grad():",
            f"    said = (network(test_inputs) > {cut(params, found)!r}).numpy()[:, 0]",
            f"    said_held = (network(torch.tensor(dev)) > {cut(params, found)!r}).numpy()[:, 0]",
            "recall, specificity = said[fresh_rare].mean(), 1 - said[~fresh_rare].mean()",
            'print("recall:", recall)',
            'print("specificity:", specificity)',
            'print("balanced_accuracy:", (recall + specificity) / 2)',
            f'print("usual_accuracy:", {params.rare!r} * recall + {1 - params.rare!r} * specificity)',
            'print("held_accuracy:", (said_held[dev_rare].mean() + 1 - said_held[~dev_rare].mean()) / 2)',
        )
        note = code_of(recipe).note
        return Code("code", training_lines(recipe, "\n".join(lines), ending=ending), note)

    def ends(self, params: ImbalanceParams, learner: Learner) -> Iterator[Event]:
        """Train with each remedy, fit other models, and then without a remedy for other shares."""
        from lab.sweeps.within import comparing, seeds

        if not params.networks:
            return
        chosen = seeds(params, params.networks)
        leaks = [f"leak:{name}" for name in ("copies", "smote")]
        names = [*REMEDIES, *MODELS, *leaks]
        shares = tuple(share for share in SHARES if reached(params.replace(rare=share, remedy="none")))
        total, done, found = (len(names) + len(shares)) * len(chosen), 0, dict[str, list[Worth]]()
        for name in names:
            for seed in chosen:
                found.setdefault(name, []).append(trained(params, name, seed))
                done += 1
                yield comparing(done, total, params.epochs)
            yield remedies({key: each for key, each in found.items() if len(each) == len(chosen)}, len(chosen))
        means = np.full((len(shares), 3), np.nan)
        for place, share in enumerate(shares):
            each = []
            for seed in chosen:
                each.append(trained(params.replace(rare=share), "none", seed))
                done += 1
                yield comparing(done, total, params.epochs)
            means[place] = np.mean([(one.usual(share), one.recall, one.balanced) for one in each], axis=0)
            yield over_shares(shares, means)


def reached(params: ImbalanceParams) -> bool:
    """Tell whether the rare ones are as few as they should be: of a small table five are more than that."""
    found = made(params)
    share = np.concatenate([found.rare, found.dev_rare]).mean()
    return bool(share < 1.3 * params.rare)


def trained(params: ImbalanceParams, name: str, seed: int) -> Worth:
    """Train with a remedy, one of MODELS, or "leak:" and a remedy; return what comes of it."""
    leaks = name.startswith("leak:")
    remedy = name.removeprefix("leak:")
    if remedy in MODELS:
        return of_model(made(params.replace(remedy="none", seed=seed)), remedy, seed)
    learner = Remedied(params.replace(remedy=remedy, before=leaks, seed=seed), alone=True)
    while not learner.finished:
        learner.train_epoch()
    return of_network(learner.made, learner.network, learner.cut)


def _told(params: ImbalanceParams, found: Worth) -> dict[str, float]:
    return {
        "recall": found.recall, "specificity": found.specificity, "balanced_accuracy": found.balanced,
        "usual_accuracy": found.usual(params.rare), "held_accuracy": found.held,
    }  # fmt: skip


EXPERIMENT = Imbalance
