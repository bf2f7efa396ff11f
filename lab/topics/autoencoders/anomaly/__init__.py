"""An autoencoder as a watchman: what it was never shown, it should give back badly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, ImageRows, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Bars, Chart, Table
from lab.core.headline import Headline
from lab.core.params import Params, choice, integer, redeclared
from lab.core.text import message
from lab.nets.registry.losses import LOSSES
from lab.topics.autoencoders.anomaly.figures import (
    alarm_rows,
    class_bars,
    first_rows,
    missed_rows,
    numbers,
    roc_chart,
    spread_chart,
)
from lab.topics.autoencoders.anomaly.scored import USUAL_ALARMS, Scored, scored
from lab.topics.autoencoders.anomaly.unseen import UNSEEN, Parts, parts, unseen_lines
from lab.topics.autoencoders.network import (
    AutoencoderExperiment,
    AutoencoderParams,
    data_lines,
    examples,
    network_lines,
    setup,
)
from lab.training.drive import Occasion
from lab.training.probes import Probe
from lab.training.program import reconstruction_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup


@dataclass(frozen=True, kw_only=True)
class AnomalyParams(AutoencoderParams):
    """The course's 784–250–50–250–784, and what it is never shown."""

    essentials: ClassVar[tuple[str, ...]] = ("unseen", "left_out", "code", "epochs")

    unseen: str = choice(
        "printed", UNSEEN, label="Never seen", group="Data",
        help="Images of another kind than those learned from. Printed letters, clothes and digits are bundled; "
        "handwritten letters come in under “Data …”.",
    )  # fmt: skip
    left_out: int = integer(
        1, 0, 9, slider=True, label="Class left out", group="Data", when=("unseen", ("class",)),
        help="No image of this class is learned from.",
    )  # fmt: skip
    epochs: int = redeclared(AutoencoderParams, "epochs", 3)


class Anomaly(AutoencoderExperiment[AnomalyParams]):
    """The reconstruction error as a score of strangeness, beside scores that need no network."""

    id: ClassVar[str] = "autoencoders.anomaly"
    title: ClassVar[str] = "Never seen"
    params: ClassVar[type[Params]] = AnomalyParams
    headline: ClassVar[Headline | None] = Headline("auc", message("area under the ROC curve"), "number")
    queries: ClassVar[tuple[str, ...]] = ("threshold",)
    probes: ClassVar[tuple[Probe, ...]] = ()
    parts: Parts
    _scored: tuple[int, Scored] | None = None
    _threshold: float | None = None

    def validate(self, params: AnomalyParams, data: DataStore) -> None:
        """Raise LabError where images are missing, or nothing is left to learn from."""
        parts(params, data)

    def preview(self, params: AnomalyParams, data: DataStore) -> Iterator[Event]:
        """Show some images of both kinds, and the program."""
        yield from first_rows(parts(params, data))
        yield self.program(params, data)

    def program(self, params: AnomalyParams, data: DataStore) -> Code:
        """Return the program that does the same in torch, with the areas by scikit-learn."""
        return reconstruction_program(
            params,
            data=(*data_lines(params, data), *unseen_lines(params, data)),
            network=network_lines(params),
            criterion=LOSSES[params.loss].criterion,
            after=scoring_lines(params.code),
        )

    def setup(self, params: AnomalyParams, data: DataStore) -> Setup:
        """Return the network and the images of both kinds."""
        from dataclasses import replace

        found = parts(params, data)
        sources = {name: examples(getattr(found, name)) for name in ("train", "test", "unseen")}
        return replace(setup(params, data), sources=sources)

    def begin(self, params: AnomalyParams, context: Context) -> TorchEngine[str]:
        """Make the network, which is judged by how well its errors tell both kinds apart."""
        from lab.topics.autoencoders.anomaly.judged import Judged
        from lab.training.trainer import Trainer

        self._params, self.parts = params, parts(params, context.data)
        trainer = Trainer(self.setup(params, context.data), params, context.device)
        return Judged(trainer, self.scored)

    def scored(self, engine: TorchEngine[str]) -> Scored:
        """Return the scores of all images by the network as it is."""
        if self._scored is None or self._scored[0] != engine.step:
            self._scored = engine.step, scored(engine, self.parts, self._params.code)
        return self._scored[1]

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Take a threshold."""
        if "threshold" in request:
            self._threshold = float(request["threshold"])
        yield from super().query(request)

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield after each epoch how the errors lie, and what the threshold makes of them."""
        if occasion == "step":
            return
        yield lazily(Chart, "spread", lambda: spread_chart(self.scored(engine), self.threshold(engine)))
        yield lazily(Chart, "roc", lambda: roc_chart(self.scored(engine), self.threshold(engine)))
        yield lazily(Table, "numbers", lambda: numbers(self.scored(engine), self.threshold(engine)).table)
        yield lazily(Bars, "per_class", lambda: class_bars(self.scored(engine)))
        yield lazily(ImageRows, "missed", lambda: missed_rows(self.scored(engine), engine.step))
        yield lazily(ImageRows, "alarms", lambda: alarm_rows(self.scored(engine), engine.step))

    def threshold(self, engine: TorchEngine[str]) -> float:
        """Return the threshold: where it was put, or where a twentieth of the test images are false alarms."""
        return self.scored(engine).error.threshold(USUAL_ALARMS) if self._threshold is None else self._threshold

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and the areas of all scores."""
        found = super().result(engine)
        return found if engine.diverged is not None else Metrics({**found.values, **self.scored(engine).values})


def scoring_lines(units: int) -> tuple[str, ...]:
    """Return the lines of the program that score all images."""
    return (
        "",
        "from sklearn.decomposition import PCA",
        "from sklearn.metrics import roc_auc_score",
        "",
        "truth = [0] * len(test) + [1] * len(unseen)",
        "images = torch.cat([test, unseen])",
        "with torch.no_grad():",
        "    error = (network(images).double() - images.double()).square().mean(1)",
        "ink = images.double().square().mean(1).clamp(min=1e-9)",
        'pca = PCA(svd_solver="covariance_eigh").fit(train.double().numpy())',
        f"axes, away = pca.components_[:{units}], images.double().numpy() - pca.mean_",
        "linear = ((away - away @ axes.T @ axes) ** 2).mean(1)",
        f"alarm = error[: len(test)].sort(descending=True).values[int({USUAL_ALARMS} * len(test))]",
        'print("unseen_mse:", error[len(test) :].mean().item())',
        'print("auc:", roc_auc_score(truth, error))',
        'print("relative_auc:", roc_auc_score(truth, error / ink))',
        'print("pca_auc:", roc_auc_score(truth, linear))',
        'print("ink_auc:", roc_auc_score(truth, (255 * images).round().double().sum(1)))',
        'print("found:", (error[len(test) :] > alarm).double().mean().item())',
    )


EXPERIMENT = Anomaly
