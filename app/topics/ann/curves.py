"""The curves of a network in training."""

from __future__ import annotations

from app.core.language import tr
from app.views.curves import CurvesView, Panel, Series


def curves(tested: bool = False, unit: str = "", classes: bool = True) -> CurvesView:
    """Return curves of the loss, and of the accuracy where there are classes, on training and on test data."""
    names = [("train", tr("training"), 0), *([("test", tr("test"), 1)] if tested else [])]
    loss = tuple(Series("epoch", f"{name}_loss", label, colour=colour) for name, label, colour in names)
    accuracy = tuple(Series("epoch", f"{name}_accuracy", label, colour=colour) for name, label, colour in names)
    panels = [Panel(tr("Loss"), tr("loss"), unit, loss)]
    if classes:
        panels.append(Panel(tr("Accuracy"), tr("right answers"), "%", accuracy, y_range=(0.0, 100.0), scale=100.0))
    return CurvesView(tr("Loss and accuracy") if classes else tr("Loss"), "curves", tuple(panels))
