"""The buttons that keep the present run for comparison, and forget those that were kept."""

from __future__ import annotations

from app.core.language import tr
from app.runs.comparison import FORGET, KEEP, MOST, Comparison
from app.views.painted import PaintedView


class Pins:
    """Two buttons in the title line of a view, which emits what they pick."""

    def __init__(self, view: PaintedView) -> None:
        self._view = view
        self.keep = view.header_button("", tr("Keep for comparison"), checkable=True, sign="pin")
        self.keep.clicked.connect(lambda on: view.selected.emit(KEEP, on))
        self.forget = view.header_button("", tr("Forget the runs that are kept for comparison"), sign="unpin")
        self.forget.clicked.connect(lambda: view.selected.emit(FORGET, True))

    def show(self, now: Comparison, begun: bool) -> None:
        """Offer what can be done with those that are kept, and with the present run where it has `begun`."""
        full = len(now.runs) >= MOST and not now.pinned
        self.keep.setVisible(begun or now.pinned)
        self.keep.setEnabled(not full)
        self.keep.setChecked(now.pinned)
        if full:
            why = tr("{count} runs are kept, which is the most: forget them first", count=MOST)
        elif now.pinned:
            why = tr("These curves stay when another run begins. Press again to let them go.")
        else:
            why = tr("The curves of this run stay, thin and dashed, when another run begins.")
        self.keep.setToolTip(f"{tr('Keep for comparison')}\n{why}")
        self.forget.setVisible(bool(now.runs))
        self._view.place_buttons()
