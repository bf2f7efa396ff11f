"""The views that layouts are made of, one call each.

Every function returns what makes the view, since views are made anew for each language: titles, and the words `empty`
that stand there before anything is shown, are given in English and said in the page's language when that is done.

    row(cell(chart("The loss", "loss")), cell(numbers(), torch_check(), code()))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.core.language import tr
from app.views.base import View
from app.views.cells.view import CellsView
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.columns.view import BarsView
from app.views.confusion import ConfusionView
from app.views.confusion_cells import By
from app.views.curves import CurvesView, Panel, Series
from app.views.examples.scatter import ScatterView
from app.views.examples.shares import SharesView
from app.views.field.view import FieldView
from app.views.graph.view import GraphView
from app.views.histograms.view import HistogramsView
from app.views.image_rows.view import ImageRowsView
from app.views.maps import FeatureMapsView, KernelsView
from app.views.matrices.view import MatricesView
from app.views.picture import PictureView
from app.views.pictures.view import PicturesView
from app.views.sheet import SheetView
from app.views.strip import StripView
from app.views.table.view import TableView
from app.views.tree.view import LayerTreeView
from app.views.units.view import UnitsView

Make = Callable[[], View]


def _named(view: Callable[[str, str, str], View], title: str, name: str, empty: str) -> Make:
    return lambda: view(tr(title), name, tr(empty) if empty else "")


def chart(title: str, name: str, empty: str = "") -> Make:
    """Show the `Chart` of a name."""
    return _named(ChartView, title, name, empty)


def table(title: str, name: str, empty: str = "") -> Make:
    """Show the `Table` of a name."""
    return _named(TableView, title, name, empty)


def matrices(title: str, name: str, empty: str = "") -> Make:
    """Show the `Matrices` of a name."""
    return _named(MatricesView, title, name, empty)


def pictures(title: str, name: str, empty: str = "") -> Make:
    """Show the `Pictures` of a name."""
    return _named(PicturesView, title, name, empty)


def picture(title: str, name: str, empty: str = "") -> Make:
    """Show the `Picture` of a name."""
    return _named(PictureView, title, name, empty)


def field(title: str, name: str, empty: str = "") -> Make:
    """Show the `Field` of a name, with the `Overlay` of that name."""
    return _named(FieldView, title, name, empty)


def bars(title: str, name: str, empty: str = "") -> Make:
    """Show the `Bars` of a name."""
    return _named(BarsView, title, name, empty)


def graph(title: str, name: str, empty: str = "") -> Make:
    """Show the `Graph` of a name."""
    return _named(GraphView, title, name, empty)


def cells(title: str, name: str, empty: str = "") -> Make:
    """Show the `Cells` of a name."""
    return _named(CellsView, title, name, empty)


def scatter(title: str, name: str) -> Make:
    """Show the measurements of the `Examples` of a name, two at a time."""
    return lambda: ScatterView(tr(title), name)


def shares(title: str, name: str) -> Make:
    """Show the probabilities of the `Examples` of a name, one by one."""
    return lambda: SharesView(tr(title), name)


def numbers(title: str = "") -> Make:
    """Show the table of the page's numbers."""
    return lambda: TableView(tr(title) if title else tr("Numbers"), "numbers")


def torch_check() -> Make:
    """Show what torch makes of the page's numbers."""
    return lambda: TableView(tr("By torch"), "check", tr("Here torch will check the numbers."))


def code(title: str = "", name: str = "code") -> Make:
    """Show the page's program, or another of a name."""
    return lambda: CodeView(tr(title) if title else tr("PyTorch"), name)


def units(title: str, name: str, *, counts: bool = False) -> Make:
    """Show the `Units` of a name; with `counts`, also how many parameters there are."""
    return lambda: UnitsView(tr(title), name, counts=counts)


def confusion(name: str, things: str = "", *, by: By = "counts") -> Make:
    """Show the confusion matrix of the `Predictions` of a name; `things` are what is counted, images otherwise, and
    `by` says what is in its cells at first.
    """
    return lambda: ConfusionView(tr("Confusion matrix"), name, tr(things) if things else "", by)


def histograms(title: str, family: str, empty: str = "") -> Make:
    """Show the `Histogram`s of a family, such as "weights", over the run."""
    return lambda: HistogramsView(tr(title), family, empty=tr(empty) if empty else "")


def image_rows(title: str, name: str, empty: str = "") -> Make:
    """Show the `ImageRows` of a name."""
    return _named(ImageRowsView, title, name, empty)


def layer_tree(title: str, name: str, empty: str = "") -> Make:
    """Show the `LayerTree` of a name."""
    return _named(LayerTreeView, title, name, empty)


def strip(title: str = "") -> Make:
    """Show the layers of the page's network in a row."""
    return lambda: StripView(tr(title) if title else tr("Network"))


def feature_maps(title: str = "", name: str = "test") -> Make:
    """Show the `FeatureMaps` of a name."""
    return lambda: FeatureMapsView(tr(title) if title else tr("Feature maps"), name)


def kernels() -> Make:
    """Show the kernels among the page's `Weights`."""
    return lambda: KernelsView(tr("Kernels"))


def sheet(title: str = "", name: str = "test") -> Make:
    """Show the `Images` of a name, with what the network says of each."""
    return lambda: SheetView(tr(title) if title else tr("Test images"), name)


@dataclass(frozen=True)
class Trace:
    """Curves of `Scalars` of a rhythm: `<name>_loss`, `<name>_accuracy`, or only what `of` says."""

    rhythm: Literal["batch", "epoch"]
    name: str
    label: str
    colour: int
    of: Literal["", "loss", "accuracy"] = ""


TRAINING = Trace("epoch", "train", "training", 0)
TEST = Trace("epoch", "test", "test", 1)
BATCHES = (
    Trace("batch", "train", "train, each batch", 0),
    Trace("epoch", "train", "train, mean over the epoch", 2),
    Trace("epoch", "test", "test, after the epoch", 1),
)
"""Each batch of a training too."""


def loss_and_accuracy(
    *traces: Trace, loss: str = "", unit: str = "nats", accuracy: str | None = "", steps: str = ""
) -> Make:
    """Show the losses of a training and, unless it is None, its accuracies; batches as thin lines under a mean.

    `loss` and `accuracy` say of what; where they are empty, of cross-entropy and of right answers. `steps` is what is
    counted from left to right, where that is not plain from the rhythms.
    """

    def series(of: str) -> tuple[Series, ...]:
        return tuple(
            Series(
                trace.rhythm,
                f"{trace.name}_{of}",
                tr(trace.label),
                "thin line" if trace.rhythm == "batch" else "line + marker",
                trace.colour,
            )
            for trace in traces
            if trace.of in ("", of)
        )

    def make() -> View:
        panels = [
            Panel(tr("Loss"), tr(loss) if loss else tr("cross-entropy"), tr(unit) if unit else "", series("loss"))
        ]
        if accuracy is not None:
            words = tr(accuracy) if accuracy else tr("right answers")
            shares = series("accuracy")
            panels.append(Panel(tr("Accuracy"), words, "%", shares, y_range=(0.0, 100.0), scale=100.0))
        title = tr("Loss and accuracy") if accuracy is not None else tr("Loss")
        return CurvesView(title, "curves", tuple(panels), tr(steps) if steps else "")

    return make


@dataclass(frozen=True)
class Curve:
    """A scalar of each epoch: its name, what it is called, and its colour.

    One that is `optional`, of a task that not every run has, is in the legend only where it is drawn.
    """

    name: str
    label: str
    colour: int
    optional: bool = False


@dataclass(frozen=True)
class Plot:
    """Curves in one plot: its title, what they are and in which unit; a `share` is shown in per cent, from 0 to 100."""

    title: str
    words: str
    unit: str
    curves: tuple[Curve, ...]
    share: bool = False
    log: bool = False


def losses(*curves: Curve) -> Plot:
    """Return a plot of cross-entropies."""
    return Plot("Loss", "cross-entropy", "nats", curves)


def accuracies(*curves: Curve, words: str = "right answers") -> Plot:
    """Return a plot of accuracies; `words` say of what."""
    return Plot("Accuracy", words, "", curves, share=True)


def curves(title: str, *plots: Plot, name: str = "curves", steps: str = "") -> Make:
    """Show plots of scalars over the epochs; `steps` is what is counted from left to right, where not epochs."""

    def panel(plot: Plot) -> Panel:
        series = tuple(
            Series("epoch", each.name, tr(each.label), colour=each.colour, optional=each.optional)
            for each in plot.curves
        )
        whole = (0.0, 100.0) if plot.share and not plot.log else None
        unit = "%" if plot.share else tr(plot.unit) if plot.unit else ""
        scale = 100.0 if plot.share else 1.0
        return Panel(tr(plot.title), tr(plot.words), unit, series, y_range=whole, log=plot.log, scale=scale)

    return lambda: CurvesView(tr(title), name, tuple(map(panel, plots)), tr(steps) if steps else "")


HIDDEN, OUTPUT = (2, 3, 4, 0, 1, 2), 5
"""The colours of as many hidden layers as a network can have, and of its output."""


def of_layers(
    title: str,
    measure: str,
    words: str,
    unit: str = "",
    *,
    log: bool = False,
    scale: float = 1.0,
    steps: str = "optimiser steps",
) -> Make:
    """Show a measure of each layer, "<measure>_hidden1" and so on, over `steps`; empty means epochs."""

    def make() -> View:
        series = tuple(
            Series("epoch", f"{measure}_hidden{number}", f"hidden{number}", colour=colour, optional=True)
            for number, colour in enumerate(HIDDEN, start=1)
        )
        output = Series("epoch", f"{measure}_output", "output", colour=OUTPUT, optional=True)
        panel = Panel(tr(title), tr(words), unit, (*series, output), log=log, scale=scale)
        return CurvesView(tr(title), measure, (panel,), tr(steps) if steps else "")

    return make
