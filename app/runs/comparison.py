"""Runs that are kept on the screen, so that the next one can be compared with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.core.language import tr
from app.runs.event_buffer import History
from lab.core.events import Event
from lab.core.params import Params, Spec, show

MOST = 4
KEEP, FORGET = "keep this run", "forget the runs"
"""The names under which a view picks them; no parameter can be called so."""


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run that has ended or was taken back, with all its scalars; `number` counts from 1."""

    number: int
    params: Params
    history: History


@dataclass(frozen=True)
class Comparison(Event):
    """What there is to compare: the runs that are kept, and the parameters of the present one, if there is one.

    `pinned` tells that the present one will be kept when another begins.
    """

    runs: tuple[KeptRun, ...] = ()
    present: Params | None = None
    pinned: bool = False

    def differences(self, params: Params) -> str:
        """Say those values of a run in which not all runs agree; "" where there are none."""
        everyone = [run.params for run in self.runs] + ([] if self.present is None else [self.present])
        specs = params.specs()
        values = {name: [getattr(each, name) for each in everyone] for name in specs}
        differ = [name for name in specs if any(value != values[name][0] for value in values[name])]
        return " · ".join(_said(specs[name], getattr(params, name)) for name in differ)

    def title(self, run: KeptRun) -> str:
        """Say which run it is, and what is different about it."""
        return _titled(tr("run {number}", number=run.number), self.differences(run.params))

    def present_title(self) -> str:
        """Say what is different about the present run."""
        return _titled(tr("this run"), "" if self.present is None else self.differences(self.present))


class Comparer(QObject):
    """Keeps runs for a runner, as long as that lives; `changed` with the new `Comparison`."""

    changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.comparison = Comparison()

    def pick(self, name: str, value: Any) -> None:
        """Do what was picked in a view, if it concerns this."""
        now = self.comparison
        if name == KEEP:
            pinned = bool(value) and now.present is not None and len(now.runs) < MOST
            self._set(Comparison(now.runs, now.present, pinned))
        elif name == FORGET:
            self._set(Comparison((), now.present, now.pinned))

    def begin(self, params: Params) -> None:
        """Take note of what the present run is."""
        self._set(Comparison(self.comparison.runs, params, self.comparison.pinned), silent=not self.comparison.runs)

    def end(self, history: History) -> History:
        """Take note that the present run is void; return the history of the next one."""
        now = self.comparison
        if now.pinned and now.present is not None:
            self._set(Comparison((*now.runs, KeptRun(len(now.runs) + 1, now.present, history))))
            return History()
        self._set(Comparison(now.runs), silent=not now.runs)
        history.clear()
        return history

    def _set(self, comparison: Comparison, silent: bool = False) -> None:
        """Take what there is to compare now; `silent` where nobody can see a difference."""
        self.comparison = comparison
        if not silent:
            self.changed.emit(comparison)


def _titled(name: str, differences: str) -> str:
    return tr("{run}: {differences}", run=name, differences=differences) if differences else name


def _said(spec: Spec, value: Any) -> str:
    """Say a parameter and its value."""
    if spec.kind == "choice":
        words = tr(dict(spec.choices)[value])
    elif spec.kind == "flag":
        words = tr("yes") if value else tr("no")
    else:
        words = show(spec, value) + (f" {tr(spec.unit)}" if spec.unit else "")
    label = tr(spec.label)
    # Within a sentence; L2 and the like keep their capital.
    return f"{label[:1].lower()}{label[1:]} {words}" if label[1:2].islower() else f"{label} {words}"
