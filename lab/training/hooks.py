"""What is done beside the steps of a training: when it stops, what is kept of it, what becomes of its gradients."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from lab.core.experiment import State
from lab.core.text import Message, message

if TYPE_CHECKING:
    from lab.training.drive import Engine
    from lab.training.trainer import Trainer

Better = Literal["higher", "lower"]
THE_LOSS = message("the loss")


class Hook:
    """Called while something learns; what it remembers is part of the state of the run."""

    def before_step(self, trainer: Trainer) -> None:
        """Make ready for a step: say what learns in it, for instance. Also the first one behind a restored state."""

    def after_backward(self, trainer: Trainer) -> None:
        """Look at the gradients of a step, or change them, before the optimiser takes them."""

    def after_epoch(self, engine: Engine, values: Mapping[str, float]) -> Message | None:
        """Hear what was measured after an epoch; return why the training should end here, or None."""
        return None

    def at_end(self, engine: Engine) -> Message | None:
        """Have the last word, when no step is left; return what was done, or None."""
        return None

    def state(self) -> State:
        """Return what it remembers."""
        return State({}, {})

    def restore(self, state: State) -> None:
        """Remember that."""


class ClipGradients(Hook):
    """Shortens the gradient of all parameters together to a length, as `torch.nn.utils.clip_grad_norm_` does."""

    def __init__(self, length: float) -> None:
        self.length = length

    def after_backward(self, trainer: Trainer) -> None:
        """Shorten what is too long. Nothing is waited for."""
        from torch.nn.utils import clip_grad_norm_

        clip_grad_norm_(trainer.learning, self.length, error_if_nonfinite=False)


class EarlyStopping(Hook):
    """Ends a run when one of the `metrics`, the first that is measured, has not become better for `patience` epochs by
    more than `margin`; `measure` says in words what that is.
    """

    def __init__(
        self,
        metrics: tuple[str, ...],
        patience: int,
        better: Better = "lower",
        measure: Message = THE_LOSS,
        margin: float = 0.0,
    ) -> None:
        self.metrics, self.patience, self.better, self.measure, self.margin = metrics, patience, better, measure, margin
        self.best, self.best_epoch = math.inf if better == "lower" else -math.inf, 0

    def after_epoch(self, engine: Engine, values: Mapping[str, float]) -> Message | None:
        """Compare with the best so far."""
        value = first(values, self.metrics)
        if (self.best - value if self.better == "lower" else value - self.best) > self.margin:
            self.best, self.best_epoch = value, engine.epoch
        if engine.epoch - self.best_epoch < self.patience:
            return None
        return message(
            "Stopped in epoch {epoch}: for {patience} epochs {measure} was not better than the {best} of epoch {when}.",
            epoch=engine.epoch,
            patience=self.patience,
            measure=self.measure,
            best=f"{self.best:.4g}",
            when=self.best_epoch,
        )

    def state(self) -> State:
        """Return the best so far, and its epoch."""
        return State({}, {"best": self.best if math.isfinite(self.best) else None, "best_epoch": self.best_epoch})

    def restore(self, state: State) -> None:
        """Go on from there."""
        if state.counters["best"] is not None:
            self.best = float(state.counters["best"])
        self.best_epoch = int(state.counters["best_epoch"])


class Target(Hook):
    """Ends a run when the first of the `metrics` that is measured is no higher than `value`."""

    def __init__(self, metrics: tuple[str, ...], value: float) -> None:
        self.metrics, self.value = metrics, value

    def after_epoch(self, engine: Engine, values: Mapping[str, float]) -> Message | None:
        """Compare with the target."""
        if first(values, self.metrics) > self.value:
            return None
        return message("Stopped in epoch {epoch}: the loss reached {target}.", epoch=engine.epoch, target=self.value)


class BestWeights(Hook):
    """Keeps the weights of the epoch in which a metric was best, and gives them back at the end."""

    def __init__(self, metric: str, better: Better = "lower", measure: Message = THE_LOSS) -> None:
        self.metric, self.better, self.measure = metric, better, measure
        self._kept = State({}, {})

    def after_epoch(self, engine: Engine, values: Mapping[str, float]) -> Message | None:
        """Keep the weights if they are better."""
        value, best = values[self.metric], self._kept.counters.get("value")
        if best is None or (value < best if self.better == "lower" else value > best):
            self._kept = State(engine.weights(), {"value": value, "epoch": engine.epoch})
        return None

    def at_end(self, engine: Engine) -> Message | None:
        """Give them back."""
        if not self._kept.tensors or self._kept.counters["epoch"] == engine.epoch:
            return None
        engine.set_weights(self._kept.tensors)
        return message(
            "The weights are those of epoch {epoch}, where {measure} was best: {value}.",
            epoch=self._kept.counters["epoch"],
            measure=self.measure,
            value=f"{self._kept.counters['value']:.4g}",
        )

    def state(self) -> State:
        """Return the weights that are kept."""
        return self._kept

    def restore(self, state: State) -> None:
        """Keep those."""
        self._kept = state


class UnfreezeAt(Hook):
    """Lets frozen parameters learn from an epoch on: those whose names match, as in `Group`."""

    def __init__(self, epoch: int, names: str = "*") -> None:
        self.epoch, self.names = epoch, names

    def after_epoch(self, engine: Engine, values: Mapping[str, float]) -> Message | None:
        """Unfreeze them before the first step of that epoch."""
        if engine.epoch == self.epoch - 1:
            engine.unfreeze(self.names)
        return None


def first(values: Mapping[str, float], metrics: Sequence[str]) -> float:
    """Return the value of the first metric that is there; of a loss on test data, else on what is learned from."""
    return next(values[metric] for metric in metrics if metric in values)


def with_hooks(state: State, hooks: Sequence[Hook]) -> State:
    """Return a state with what hooks remember in it."""
    for place, hook in enumerate(hooks):
        kept = hook.state()
        state.tensors |= {f"hook.{place}.{name}": tensor for name, tensor in kept.tensors.items()}
        if kept.counters:
            state.counters.setdefault("hooks", {})[str(place)] = kept.counters
    return state


def restore_hooks(state: State, hooks: Sequence[Hook]) -> None:
    """Let hooks remember what `with_hooks` kept of them."""
    for place, hook in enumerate(hooks):
        prefix = f"hook.{place}."
        tensors = {name.removeprefix(prefix): t for name, t in state.tensors.items() if name.startswith(prefix)}
        counters = state.counters.get("hooks", {}).get(str(place), {})
        if tensors or counters:
            hook.restore(State(tensors, counters))
