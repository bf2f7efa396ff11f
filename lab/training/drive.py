"""The one loop: whatever trains, in whatever engine, is driven here, step by step, as events."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

from lab.core.events import Event, Metrics, Moment, Progress, Remark, Scalars
from lab.core.experiment import Context, Experiment, State, StepUnit
from lab.core.headline import TEST_ACCURACY, Headline
from lab.core.params import Params
from lab.core.text import Message, RunError, message
from lab.training.hooks import Hook

P = TypeVar("P", bound=Params)
Occasion = Literal["step", "epoch", "rest"]
"""Between two steps; after the last step of an epoch; where a run rests, begins or ends."""


class Engine(Protocol):
    """Something that learns step by step: one network in torch or NumPy, or several side by side."""

    diverged: int | None
    """The step whose loss was not finite any more, if it is known; what stands behind it is worth nothing."""

    @property
    def step(self) -> int:
        """The steps that are done."""

    @property
    def steps(self) -> int:
        """The steps of the whole run."""

    @property
    def epoch(self) -> int:
        """The epoch of the last step, from 1."""

    @property
    def epochs(self) -> int:
        """The epochs of the whole run."""

    @property
    def epoch_ends(self) -> bool:
        """Whether the last step was the last one of its epoch."""

    @property
    def finished(self) -> bool:
        """Whether no step is left."""

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """What hears of each epoch."""

    def advance(self) -> None:
        """Do one step. On a graphics card it need not be done when this returns."""

    def losses(self, now: bool) -> list[Scalars]:
        """Return the scalars of the steps since the last call; not `now`, those may wait for which one would have to
        wait.
        """

    def measure(self) -> Mapping[str, float]:
        """Judge what has been learned, at the end of an epoch, or before the first."""

    def weights(self) -> dict[str, Any]:
        """Return a copy of the numbers that are learned, by name."""

    def set_weights(self, weights: Mapping[str, Any]) -> None:
        """Take them back."""

    def unfreeze(self, names: str) -> None:
        """Let what is frozen learn from now on, where something is."""

    def state(self) -> State:
        """Return a copy of all that the next steps depend on."""

    def restore(self, state: State) -> None:
        """Go back to a state. Raises RunError when it belongs to something else."""


E = TypeVar("E", bound=Engine)


class LearningExperiment(Experiment[P], Generic[P, E]):
    """Something learns. Subclasses say what, how it is shown, and what its result is; `run` is the loop of all."""

    step_unit: ClassVar[StepUnit] = "batch"
    headline: ClassVar[Headline | None] = TEST_ACCURACY
    engine: E | None = None
    _choices: Mapping[str, Any] = MappingProxyType({})

    @abstractmethod
    def begin(self, params: P, context: Context) -> E:
        """Return what learns, as it is before its first step."""

    @abstractmethod
    def shown(self, engine: E, occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield how it stands; figures that cost time are lazy, and `choices` are what is picked on the page."""

    @abstractmethod
    def result(self, engine: E) -> Metrics:
        """Return the result, when no step is left, or when it has diverged."""

    def closing(self, engine: E, watched: bool) -> Iterator[Event]:
        """Yield what belongs to the end alone."""
        return iter(())

    def run(self, params: P, context: Context) -> Generator[Event, None, None]:
        """Train to the end, until a hook ends it, or until its numbers are none any more."""
        self._choices = context.choices
        engine = self.engine = self.begin(params, context)
        if context.restored is not None:
            restore(engine, context.restored)
        if not engine.finished:
            if context.restored is None:
                yield from self.before(engine)
            yield from context.made(self.shown(engine, "rest", context.choices), everything=True)
            if context.restored is not None:
                yield Moment(engine.step, message("continued"))
                yield progress(engine)
        while not engine.finished:
            engine.advance()
            yield from engine.losses(context.watched or engine.epoch_ends)
            if engine.diverged is not None:
                yield self.diverged(engine, params)
                yield Moment(engine.diverged, message("diverged"))
                break
            reasons: list[Message] = []
            if engine.epoch_ends:
                values = dict(engine.measure())
                yield Scalars("epoch", engine.step, values)
                reasons = [why for hook in engine.hooks if (why := hook.after_epoch(engine, values)) is not None]
            occasion: Occasion = "epoch" if engine.epoch_ends else "step"
            yield from context.made(self.shown(engine, occasion, context.choices))
            yield progress(engine)
            if reasons:
                yield Remark("stopped", reasons[0])
                yield Moment(engine.step, message("stopped early"))
                break
        # Of what diverged nothing is handed out: what stands on the page is how far it came.
        if engine.diverged is None:
            last = [hook.at_end(engine) for hook in engine.hooks]
            yield from (Remark("last", words) for words in last if words is not None)
            yield from self.closing(engine, context.watched)
            yield from context.made(self.shown(engine, "rest", context.choices), everything=True)
        yield self.result(engine)

    def before(self, engine: E) -> Iterator[Event]:
        """Yield what is measured before the first step."""
        return iter(())

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show how it stands."""
        return iter(()) if self.engine is None else self.shown(self.engine, "rest", {**self._choices, **request})

    def state(self) -> State | None:
        """Return the state of the training, once it has begun; of numbers that are none any more, none."""
        if self.engine is None:
            return None
        state = self.engine.state()
        return state if self.engine.diverged is None else None

    def diverged(self, engine: E, params: P) -> Remark:
        """Say that the numbers of this step are none any more."""
        rate = f"{getattr(params, 'learning_rate', 0.0):g}"
        if self.step_unit == "epoch":
            words = message(
                "In epoch {epoch} the loss left the range of numbers. Try a learning rate below {rate}.",
                epoch=engine.diverged,
                rate=rate,
            )
        else:
            words = message(
                "In step {step} the loss left the range of numbers. Try a learning rate below {rate}.",
                step=engine.diverged,
                rate=rate,
            )
        return Remark("diverged", words, "warning")


def restore(engine: Engine, state: State) -> None:
    """Let an engine that has not begun go back to a state. Raises RunError when it belongs to something else.

    A number of another kind would be taken for what it is not, without a word: 8 bits for a weight.
    """
    for name, own in engine.state().tensors.items():
        kept = state.tensors.get(name)
        if kept is not None and kept.dtype != own.dtype:
            raise _other(message("{name} has numbers of the kind {found}", name=name, found=str(kept.dtype)))
    engine.restore(state)
    if not 0 <= engine.step <= engine.steps:
        raise _other(message("it is at step {step} of {steps}", step=engine.step, steps=engine.steps))


def _other(reason: Message) -> RunError:
    return RunError("The saved state belongs to something else than the parameters describe: {reason}.", reason=reason)


def progress(engine: Engine) -> Progress:
    """Say where an engine stands."""
    return Progress(engine.step, engine.steps, engine.epoch, engine.epochs, engine.epoch_ends)
