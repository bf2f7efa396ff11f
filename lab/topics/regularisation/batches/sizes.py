"""Networks trained with batches of several sizes: each once for equal epochs, and once for equal updates."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from lab.core.events import Array
from lab.core.experiment import State
from lab.core.figures import Axis, Cell, Chart, Line, Table, Words
from lab.core.text import message
from lab.training.dense.beside import Beside
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged
from lab.training.dense.spec import TrainingSpec

SIZES = (2, 4, 8, 16, 32, 64)
BUDGETS = ("epochs", "updates")
Key = tuple[str, int]
Make = Callable[[str, int], TrainingSpec]
MEASURED = 200
"""How often in a run all of them are measured."""
MEASURES = ("loss", "accuracy", "test_accuracy")


class Sizes(Beside):
    """The learner of one size and budget, all others beside it, and how they got on."""

    def __init__(self, make: Make, budget: str, size: int) -> None:
        self.keys: tuple[Key, ...] = tuple((each, one) for each in BUDGETS for one in sorted({*SIZES, size}))
        self._own = budget, size
        others = {_name(key): make(*key) for key in self.keys if key != self._own}
        super().__init__(make(budget, size), others)
        self._history = np.full((self.recipe.epochs + 1, len(self.keys), 2 + len(MEASURES)), np.nan)
        self._remember()

    def __getitem__(self, key: Key) -> Learner:
        """Return the learner of a budget and a size."""
        return self if key == self._own else self.others[_name(key)]

    def history(self, key: Key) -> Array:
        """Return epochs, updates and the MEASURES of a learner (T, 5), as far as it is."""
        found = self._history[: self.epoch + 1, self.keys.index(key)]
        return np.asarray(found[np.isfinite(found[:, 0])])

    def train_epoch(self) -> float:
        """Do one epoch, let the others follow, and measure all of them now and then."""
        loss = super().train_epoch()
        if self.finished or self.epoch % max(1, self.recipe.epochs // MEASURED) == 0:
            self._remember()
        return loss

    def state(self) -> State:
        """Return the states of all, and how they got there."""
        state = super().state()
        state.tensors["history"] = self._history[: self.epoch + 1].copy()
        return state

    def restore(self, state: State) -> None:
        """Go back to the states of all. Raises RunError when they belong to others."""
        super().restore(state)
        self._history[: self.epoch + 1] = state.tensors["history"]

    def _remember(self) -> None:
        for place, key in enumerate(self.keys):
            one = self[key]
            found = judged(one.recipe, one.network)
            self._history[self.epoch, place] = one.epoch, one.steps, *(found[name] for name in MEASURES)


def _name(key: Key) -> str:
    return f"{key[0]}.{key[1]}"


def chart(learner: Sizes, budget: str, measure: str) -> Chart:
    """Return one of the MEASURES of all sizes with one budget, over the epochs or the updates."""
    lines = []
    for place, key in enumerate(key for key in learner.keys if key[0] == budget):
        found = learner.history(key)
        x, y = found[:, BUDGETS.index(budget)], found[:, 2 + MEASURES.index(measure)]
        lines.append(Line(message("size {size}", size=key[1]), x, y, "line", place))
    words: dict[str, Words] = {"epochs": message("Epoch"), "updates": message("updates")}
    labels: dict[str, Words] = {
        "loss": message("training loss"), "accuracy": message("accuracy"), "test_accuracy": message("test accuracy"),
    }  # fmt: skip
    axis = Axis(labels[measure], low=0.0, high=None if measure == "loss" else 1.02, share=measure != "loss")
    whole = max((_whole(learner[key], budget) for key in learner.keys if key[0] == budget), default=1)
    return Chart(f"{budget} {measure}", tuple(lines), Axis(words[budget], low=0.0, high=float(whole)), axis)


def _whole(learner: Learner, budget: str) -> int:
    """Return how many epochs, or updates, a learner has in the end."""
    return learner.recipe.epochs * (1 if budget == "epochs" else learner.recipe.batches)


def table(learner: Sizes) -> Table:
    """Return what each size came to with both budgets."""
    rows = []
    for size in (size for budget, size in learner.keys if budget == "epochs"):
        by_epochs, by_updates = learner["epochs", size], learner["updates", size]
        cells = [Cell(size)]
        for one, done, why in (
            (by_epochs, by_epochs.steps, message("updates, after {epochs} epochs", epochs=by_epochs.epoch)),
            (by_updates, by_updates.epoch, message("epochs, after {steps} updates", steps=by_updates.steps)),
        ):
            found = judged(one.recipe, one.network)
            cells += [
                Cell(done, why),
                Cell(found["test_accuracy"], message("of the test examples"), share=True),
            ]
        rows.append(tuple(cells))
    columns = message("size"), message("updates"), message("test"), message("epochs"), message("test")
    ends = learner["epochs", SIZES[0]].recipe.epochs
    note = message(
        "The first two columns: after {epochs} epochs each in the end. The last two: after equal updates.", epochs=ends
    )
    return Table("sizes", columns, tuple(rows), note)


def left_out(count: int, sizes: Iterator[int]) -> Table:
    """Return how examples are cut into batches, and what becomes of the last ones."""
    rows = []
    for size in sizes:
        full, rest = divmod(count, size)
        twice = (
            message("each counts {size}/{rest} as much as one in a full batch", size=size, rest=rest) if rest else ""
        )
        rows.append(
            (
                Cell(size),
                Cell(full, f"{count} = {full} · {size} + {rest}"),
                Cell(rest, message("left out in each epoch, others each time as they are shuffled")),
                Cell(rest / count, share=True),
                Cell(f"× {size / rest:.3g}" if rest else "–", twice),
            )
        )
    columns = message("size"), message("full"), message("left over"), message("of all"), message("if kept")
    note = message(
        "{count} training examples. With drop_last those left over are not seen in this epoch; without it their small "
        "batch moves the weights as much as a full one.",
        count=count,
    )
    return Table("left_out", columns, tuple(rows), note)
