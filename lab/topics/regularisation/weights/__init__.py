"""Penalties on weights: L1 and L2 on the same network, and what they do to its weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, Progress
from lab.core.metaparameters import DescentParams, epochs_field, rate_field
from lab.core.params import Params, choice, flag, integer, real
from lab.core.quantities import Numbers
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.params import hidden_field
from lab.topics.regularisation.examples import dropping, examples
from lab.topics.regularisation.weights import three
from lab.training.dense.beside import Beside
from lab.training.dense.experiment import DenseExperiment, LearnerEngine
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of
from lab.training.drive import Occasion


@dataclass(frozen=True, kw_only=True)
class WeightsParams(DescentParams):
    """The course's values are the defaults; of its strengths, the largest."""

    essentials: ClassVar[tuple[str, ...]] = ("penalty", "l1", "divided", "l2", "biases")

    penalty: str = choice(
        "l1", {"none": "None", "l1": "L1", "l2": "L2"}, label="The result is of", group="Penalty",
        help="All three are trained side by side; this one's numbers are the result, and its λ is swept at the end.",
    )  # fmt: skip
    l1: float = real(
        0.005, 0.0, 1.0, label="λ of L1", group="Penalty", help="Added to the loss: this times the sum of |w|."
    )
    divided: bool = flag(
        True, label="λ of L1 ÷ weights", group="Penalty",
        help="As the course's notebook has it: the sum of |w| is divided by how many weights there are.",
    )  # fmt: skip
    proximal: bool = flag(
        False, label="L1 with exact zeros", group="Penalty",
        help="Instead of the gradient of L1, each step moves a weight towards 0 by rate · λ, and no further.",
    )  # fmt: skip
    l2: float = real(
        0.1, 0.0, 1.0, label="λ of L2", group="Penalty", help="Added to the loss: half of this times the sum of w²."
    )
    biases: bool = flag(
        True, label="L2 on biases too", group="Penalty",
        help="As weight_decay in torch; without it, L2 pulls at weights only.",
    )  # fmt: skip
    threshold: float = real(
        0.001, 1e-12, 0.1, scale="log", label="As good as 0", group="Penalty",
        help="Weights that are nearer to 0 than this are counted as zeros.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field()
    learning_rate: float = rate_field(0.005)
    epochs: int = epochs_field(1000, 20_000)
    batch_size: int = integer(
        64, 1, 120, scale="log", label="Batch size", group="Training",
        help="How many examples one step looks at. Of 120 flowers there is one batch of 64, as the rest is left out.",
    )  # fmt: skip
    drop_last: bool = flag(
        True, label="drop_last", group="Training", help="Whether a last batch that is not full is left out."
    )
    networks: int = integer(
        5, 0, 20, label="Networks a strength", group="Sweep",
        help="When the run has ended, so many networks are trained with each of ten strengths; 0 for none.",
    )  # fmt: skip


class Weights(DenseExperiment[WeightsParams]):
    """4–64–64–3 on Iris, three times from the same weights: without a penalty, with L1, and with L2."""

    id: ClassVar[str] = "regularisation.weights"
    title: ClassVar[str] = "L1 and L2"
    params: ClassVar[type[Params]] = WeightsParams

    def recipe(self, params: WeightsParams, data: DataStore) -> TrainingSpec:
        """Return the one of which the result is."""
        return _recipe(params, params.penalty)

    def learner(self, params: WeightsParams, data: DataStore) -> Beside:
        """Return all three."""
        others = {kind: _recipe(params, kind) for kind in three.KINDS if kind != params.penalty}
        return Beside(_recipe(params, params.penalty), others)

    def metrics(self, params: WeightsParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the usual, the penalty, how many weights are zeros, and how far L1 can have pushed one."""
        return {
            **judged(recipe, network),
            "penalty": three.penalty(recipe, network),
            "zeros": three.near_zero(network, params.threshold),
            "exact_zeros": int((three.weights(network) == 0).sum()),
            "push": three.push(recipe, recipe.epochs * recipe.batches),
        }

    def also(self, params: WeightsParams, learner: Learner) -> Mapping[str, float]:
        """Return loss, penalty and zeros of all three."""
        found = {}
        for kind, one in three.by_kind(learner).items():
            found[f"{kind}_loss"] = one.loss()
            found[f"{kind}_penalty"] = three.penalty(one.recipe, one.network)
            found[f"{kind}_zeros"] = float(three.near_zero(one.network, params.threshold))
        return found

    def figures(self, params: WeightsParams, learner: Learner) -> Iterator[Event]:
        """Yield nothing but the numbers: the histograms are the history of the run."""
        return iter(())

    def numbers(self, params: WeightsParams, learner: Learner) -> Numbers:
        """Return the three side by side."""
        return three.numbers(learner, params.threshold)

    def before(self, engine: LearnerEngine) -> Iterator[Event]:
        """Yield the first histograms."""
        yield from three.histograms(engine.learner)

    def shown(self, engine: LearnerEngine, occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield how they stand, and now and then the histograms, whoever watches: none can be made later."""
        yield from super().shown(engine, occasion, choices)
        often = max(1, engine.epochs // three.SHOWN)
        if occasion == "epoch" and engine.learner.network.finite and (engine.finished or engine.epoch % often == 0):
            yield from three.histograms(engine.learner)

    def program(self, params: WeightsParams, recipe: TrainingSpec) -> Code:
        """Return the program, which counts zeros too."""
        return code_of(recipe, more=tuple(_measuring(params, recipe)))

    def ends(self, params: WeightsParams, learner: Learner) -> Iterator[Event]:
        """Compare weight decay of torch with λ/2 · Σw²; then train with ten strengths of the penalty."""
        from lab.sweeps.grid import Axis as Over
        from lab.sweeps.within import seeds, within
        from lab.topics.regularisation.weights.decay import decay
        from lab.topics.regularisation.weights.strengths import chart, strengths

        yield decay(_recipe(params, "l2"))
        yield Progress(learner.epoch, params.epochs, learner.epoch, params.epochs, True)
        most = getattr(params, params.penalty, 0.0)
        if params.networks and most:
            axes = Over(params.penalty, strengths(most)), Over("seed", seeds(params, params.networks))
            yield from within(self.id, params, axes, self._data, params.epochs, lambda results: (chart(results),))


def _recipe(params: WeightsParams, kind: str) -> TrainingSpec:
    """Return the training with one of KINDS."""
    plan = dropping(params.hidden, 0.0)
    count = sum(before * after for before, after in plan(4, 3).shapes)
    strength = params.l1 / (count if params.divided else 1)
    more: dict[str, Any] = {"l1": {"l1": strength, "l1_proximal": params.proximal},
                            "l2": {"l2": params.l2, "l2_biases": params.biases}}.get(kind, {})  # fmt: skip
    return examples("iris", params.seed).recipe(
        plan, params.learning_rate, params.epochs, params.seed, batch_size=params.batch_size,
        drop_last=params.drop_last, **more,
    )  # fmt: skip


def _measuring(params: WeightsParams, recipe: TrainingSpec) -> Iterator[str]:
    yield ""
    yield "weights = torch.cat([numbers.flatten() for numbers in network.parameters() if numbers.ndim == 2])"
    penalised = "weights"
    if recipe.l2 and recipe.l2_biases:
        yield "everything = torch.cat([numbers.flatten() for numbers in network.parameters()])"
        penalised = "everything"
    terms = [f"{recipe.l1!r} * weights.abs().sum()"] * bool(recipe.l1)
    terms += [f"{recipe.l2!r} / 2 * {penalised}.square().sum()"] * bool(recipe.l2)
    yield f'print("penalty:", {f"({chr(32).join(terms)}).item()" if terms else "0.0"})'
    yield f'print("zeros:", (weights.abs() < {params.threshold!r}).sum().item())'
    yield 'print("exact_zeros:", (weights == 0).sum().item())'


EXPERIMENT = Weights
